package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.admin.RedactedIdentity;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

@Command(
        name = "audience",
        description =
                "Manages the audiences that an identity owns: the resources that it is, whose tokens it may introspect.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            ExitCode.DONE_TEXT,
            ExitCode.UNAVAILABLE_TEXT,
            ExitCode.INVALID_TEXT,
            ExitCode.NOT_FOUND_TEXT,
            ExitCode.REFUSED_TEXT
        })
public final class AudienceCommand {
    private AudienceCommand() {}

    public static CommandLine commandLine(Environment environment) {
        return new CommandLine(new AudienceCommand())
                .addSubcommand(new Add(environment))
                .addSubcommand(new Remove(environment))
                .addSubcommand(new Show(environment));
    }

    @Command(
            name = "add",
            description = "Makes an identity the owner of an audience, or changes the audience's scopes.")
    private static final class Add implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Parameters(index = "1", paramLabel = "NAME", description = "The audience; no other identity may own it.")
        private String name = "";

        @Option(
                names = "--scope",
                paramLabel = "SCOPE",
                split = ",",
                description = "All scopes that its tokens may have; replaces the list. Empty for none.")
        private @Nullable List<String> scopes;

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Add(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            Map<String, @Nullable Object> audience =
                    new FieldMap().put("name", name).texts("scopes", scopes).map();
            return output.changed(
                    "added the audience " + name + " to",
                    changes.make(
                            "audience.add",
                            id,
                            registry -> registry.update(
                                    id, stored -> Map.of("audiences", Entries.AUDIENCES.with(stored, audience)))));
        }
    }

    @Command(name = "remove", description = "Removes an audience from the identity that owns it.")
    private static final class Remove implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Parameters(index = "1", paramLabel = "NAME", description = "The audience.")
        private String name = "";

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Remove(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            return output.changed(
                    "removed the audience " + name + " from",
                    changes.make(
                            "audience.remove",
                            id,
                            registry -> registry.update(
                                    id,
                                    stored -> Map.of(
                                            "audiences",
                                            Entries.AUDIENCES.without(
                                                    stored, Map.of("name", name), Reason.AUDIENCE_NOT_OWNED)))));
        }
    }

    @Command(name = "list", description = "Lists the audiences that an identity owns.")
    private static final class Show implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Mixin
        private final StoreOptions store;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Show(Environment environment) {
            store = new StoreOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            try (StoreOptions.OpenRegistry open = store.open()) {
                var record = open.registry().find(id);
                if (output.isJson()) {
                    output.json(Map.of("audiences", Entries.AUDIENCES.of(RedactedIdentity.document(record))));
                } else {
                    output.table(
                            List.of("NAME", "SCOPES"),
                            record.identity().client().audiences().stream()
                                    .map(audience -> List.of(
                                            audience.name().value(),
                                            audience.scopes().isEmpty()
                                                    ? "-"
                                                    : audience.scopes().toString()))
                                    .toList());
                }
            }
            return ExitCode.DONE;
        }
    }
}
