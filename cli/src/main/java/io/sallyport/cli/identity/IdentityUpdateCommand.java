package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "update", description = "Updates an identity. Changes only the options you pass.")
final class IdentityUpdateCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
    private IdentityId id = new IdentityId("none");

    @Mixin
    private IdentityOptions identity = new IdentityOptions();

    @Option(names = "--remove-metadata", paramLabel = "KEY", description = "Removes a note.")
    private List<String> removedMetadata = new ArrayList<>();

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    IdentityUpdateCommand(Environment environment) {
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        if (fields(Map.of()).isEmpty()) {
            throw new picocli.CommandLine.ParameterException(
                    output.commandLine(), "nothing to change: pass at least one option, such as --name or --role");
        }
        return output.changed(
                "updated", changes.make("identity.update", id, registry -> registry.update(id, this::fields)));
    }

    private Map<String, @Nullable Object> fields(Map<String, @Nullable Object> stored) {
        FieldMap fields = identity.fields(stored);
        if (!removedMetadata.isEmpty()) {
            Object set = fields.map().get("metadata");
            List<Map<String, @Nullable Object>> notes = Entries.METADATA.of(set == null ? stored : fields.map());
            notes.removeIf(note -> removedMetadata.contains(String.valueOf(note.get("key"))));
            fields.put("metadata", notes);
        }
        return fields.map();
    }
}
