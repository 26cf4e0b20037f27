package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.admin.RedactedIdentity;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.identity.IdentityStore;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Shows an identity without its secrets, and its last login, which is recorded at most once an"
                + " hour.")
final class IdentityShowCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
    private IdentityId id = new IdentityId("none");

    @Mixin
    private final StoreOptions store;

    @Mixin
    private OutputOptions output = new OutputOptions();

    IdentityShowCommand(Environment environment) {
        store = new StoreOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        try (StoreOptions.OpenRegistry open = store.open()) {
            Map<String, @Nullable Object> shown = new LinkedHashMap<>(
                    RedactedIdentity.document(open.registry().find(id)));
            Optional<IdentityStore.LastLogin> login = open.registry().lastLogin(id);
            shown.put(
                    "lastLogin",
                    login.map(last -> Map.of("at", last.at().toString(), "method", last.method()))
                            .orElse(null));
            if (output.isJson()) {
                output.json(Map.of("identity", shown));
            } else {
                output.lines(shown);
            }
        }
        return ExitCode.DONE;
    }
}
