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

/** The store options of a command that changes something, with an optional log of its changes. */
public final class ChangeOptions extends StoreOptions {
    @Option(
            names = "--audit-log",
            paramLabel = "FILE",
            description = "Appends a line of JSON for each change: who, what, before and after, without secrets; -"
                    + " for standard error.")
    private @Nullable Path file;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    public ChangeOptions(Environment environment) {
        super(environment);
    }

    /** A change to an identity. */
    @FunctionalInterface
    public interface Change {
        public IdentityStore.Changed make(Registry registry) throws Refused;
    }

    /** Opens the store, makes a change and logs it; returns the identity after the change, or before its removal. */
    public IdentityRecord make(String action, IdentityId id, Change change) throws Refused, IOException {
        try (OpenRegistry open = open()) {
            return make(action, id, change, open);
        }
    }

    /** Makes a change in an open store and logs it; returns the identity after the change, or before its removal. */
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
