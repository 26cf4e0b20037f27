package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.SchemaField;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code auth set METHOD}: its options are the fields in the method's schema. */
@Command
final class AuthSetCommand implements Callable<Integer> {
    private final Provider<?> provider;
    private final Optional<Entries> entries;
    private final SchemaOptions own;
    private final SchemaOptions entry;
    private final SchemaOptions policy;

    @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
    private IdentityId id = new IdentityId("none");

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    private AuthSetCommand(Provider<?> provider, MethodSchema schema, Environment environment, Input input) {
        this.provider = provider;
        Optional<SchemaField> list = Entries.listOf(schema);
        entries = list.map(Entries::of);
        own = new SchemaOptions(schema.fields(), List.of(), input);
        entry = new SchemaOptions(
                list.map(SchemaField::entryFields).orElse(List.of()),
                entries.map(Entries::keys).orElse(List.of()),
                input);
        policy = new SchemaOptions(schema.policyFields(), List.of(), input);
        changes = new ChangeOptions(environment);
    }

    static CommandLine commandLine(Provider<?> provider, Environment environment, Input input) {
        MethodSchema schema = MethodSchema.of(provider);
        AuthSetCommand command = new AuthSetCommand(provider, schema, environment, input);
        CommandSpec spec = CommandSpec.forAnnotatedObject(command).name(provider.name());
        spec.usageMessage().description(schema.plainDescription() + command.whatItAdds());
        command.own.addTo(spec);
        command.entry.addTo(spec);
        command.policy.addTo(spec);
        return new CommandLine(spec);
    }

    private String whatItAdds() {
        return entries.map(list -> " Adds an entry to " + list.list() + ", or changes the one with the given "
                        + String.join(" and ", list.keys()) + ".")
                .orElse("");
    }

    @Override
    public Integer call() throws Refused, IOException {
        // Read once, before the store is opened: the change may run more than once.
        Map<String, @Nullable Object> ofMethod = own.values();
        Map<String, @Nullable Object> ofEntry = entry.values();
        Map<String, @Nullable Object> ofPolicy = policy.values();
        return output.changed(
                "set " + provider.name() + " of",
                changes.make(
                        "auth.set",
                        id,
                        registry -> registry.setMethod(id, provider, stored -> {
                            Map<String, @Nullable Object> fields = own.changes(ofMethod, stored);
                            fields.putAll(ofPolicy);
                            entries.ifPresent(list -> fields.put(
                                    list.list(),
                                    list.with(stored, entry.changes(ofEntry, list.find(stored, ofEntry)))));
                            return fields;
                        })));
    }
}
