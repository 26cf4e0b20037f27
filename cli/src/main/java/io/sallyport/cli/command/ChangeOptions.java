package io.sallyport.cli.command;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.admin.RedactedIdentity;
import io.sallyport.admin.Registry;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The same for a command that changes something, and keeps account of it where that is asked for. */
public final class ChangeOptions extends StoreOptions {
    @Option(
            names = "--audit-log",
            paramLabel = "FILE",
            description = "Appends a line of JSON for each change, with who, what, before and after, and without"
                    + " secrets; - for standard error.")
    private @Nullable Path file;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    public ChangeOptions(Environment environment) {
        super(environment);
    }

    /** What is done to an identity. */
    @FunctionalInterface
    public interface Change {
        public IdentityStore.Changed make(Registry registry) throws Refused;
    }

    /** What it is now, or was before it was removed. */
    public IdentityRecord make(String action, IdentityId id, Change change) throws Refused, IOException {
        try (OpenRegistry open = open()) {
            return make(action, id, change, open);
        }
    }

    /** The same on a store that is open already. */
    public IdentityRecord make(String action, IdentityId id, Change change, OpenRegistry open)
            throws Refused, IOException {
        ChangeLog log = log();
        log.requireWritable();
        IdentityStore.Changed changed = change.make(open.registry());
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("identityId", id.value());
        facts.put("before", changed.before().map(RedactedIdentity::document).orElse(null));
        facts.put("after", changed.after().map(RedactedIdentity::document).orElse(null));
        log.write(action, facts, environment().clock().instant());
        return changed.after().or(changed::before).orElseThrow();
    }

    public ChangeLog log() {
        return new ChangeLog(
                Optional.ofNullable(file),
                Optional.ofNullable(spec).orElseThrow().commandLine().getErr());
    }
}
