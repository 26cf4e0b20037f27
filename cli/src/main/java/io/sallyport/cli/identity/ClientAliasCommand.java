package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "alias",
        description = "Sets or removes an identity's readable client id, which it has in addition to its id.")
final class ClientAliasCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
    private IdentityId id = new IdentityId("none");

    @Parameters(index = "1", paramLabel = "NAME", arity = "0..1", description = "The alias; replaces an existing one.")
    private @Nullable String name;

    @Option(names = "--none", description = "Removes the alias.")
    private boolean none;

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    ClientAliasCommand(Environment environment) {
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        if (none == (name != null)) {
            throw new CommandLine.ParameterException(
                    output.commandLine(), "pass either NAME to set the alias, or --none to remove it");
        }
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("alias", name);
        return output.changed(
                "set the alias of", changes.make("client.alias", id, registry -> registry.update(id, fields)));
    }
}
