package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = {
            "Creates an identity. It cannot log in until you add an auth method with sallyport auth set.",
            "Prints its id."
        })
final class IdentityCreateCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", arity = "0..1", description = "Its id; if omitted, a new UUID.")
    private @Nullable IdentityId chosen;

    @Mixin
    private IdentityOptions identity = new IdentityOptions();

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    IdentityCreateCommand(Environment environment) {
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        IdentityId id = Optional.ofNullable(chosen)
                .orElseGet(() -> new IdentityId(UUID.randomUUID().toString()));
        Map<String, @Nullable Object> fields = identity.fields(Map.of()).map();
        try (StoreOptions.OpenRegistry open = changes.openOrMake()) {
            IdentityRecord made =
                    changes.make("identity.create", id, registry -> registry.create(id, chosen != null, fields), open);
            if (output.isJson()) {
                return output.changed("", made);
            }
            output.out().println(id);
            output.say("created " + id + "; add an auth method so that it can log in: sallyport auth set --help");
        }
        return ExitCode.DONE;
    }
}
