package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.admin.RedactedIdentity;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.identity.Grant;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
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
        name = "grant",
        description =
                "Says for which audiences an identity may have tokens, and with which scopes. Without a grant: none.",
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
public final class GrantCommand {
    private GrantCommand() {}

    public static CommandLine commandLine(Environment environment) {
        return new CommandLine(new GrantCommand())
                .addSubcommand(new Add(environment))
                .addSubcommand(new Remove(environment))
                .addSubcommand(new Show(environment));
    }

    @Command(name = "add", description = "Grants an audience, or changes what is named of the grant that there is.")
    private static final class Add implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "Of the identity that may ask.")
        private IdentityId id = new IdentityId("none");

        @Parameters(index = "1", paramLabel = "AUDIENCE", description = "Of the tokens.")
        private String audience = "";

        @Option(
                names = "--scope",
                paramLabel = "SCOPE",
                split = ",",
                description = "What they may have at most, in place of what it was; empty for none.")
        private @Nullable List<String> scopes;

        @Option(
                names = "--default-scope",
                paramLabel = "SCOPE",
                split = ",",
                description = "What they have when none is asked for.")
        private @Nullable List<String> defaults;

        @Option(
                names = "--token-type",
                paramLabel = "at+jwt|JWT",
                description = "What they say of themselves: JWT for resource servers that refuse at+jwt.")
        private @Nullable String tokenType;

        @Option(names = "--ttl", paramLabel = "SECONDS", description = "How long they live at most; 3600 of a new one.")
        private @Nullable Long ttl;

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Add(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            Map<String, @Nullable Object> grant = new FieldMap()
                    .put("audience", audience)
                    .texts("scopes", scopes)
                    .texts("defaultScopes", defaults)
                    .put("tokenType", tokenType)
                    .put("accessTokenTTL", ttl)
                    .map();
            try (StoreOptions.OpenRegistry open = changes.open()) {
                int code = output.changed(
                        "granted " + audience + " to",
                        changes.make(
                                "grant.add",
                                id,
                                registry -> registry.update(
                                        id, stored -> Map.of("grants", Entries.GRANTS.with(stored, grant))),
                                open));
                if (open.open()
                        .stores()
                        .identities()
                        .find(Lookup.audience(new Name(audience)), 1)
                        .isEmpty()) {
                    output.say("nobody answers for " + audience
                            + " so far, so that its tokens have no scope and nobody can"
                            + " introspect them; sallyport audience add ID " + audience + " says who does");
                }
                return code;
            }
        }
    }

    @Command(name = "remove", description = "Takes a grant away; introspection says so of its tokens at once.")
    private static final class Remove implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "Of the identity.")
        private IdentityId id = new IdentityId("none");

        @Parameters(index = "1", paramLabel = "AUDIENCE", description = "Of the grant.")
        private String audience = "";

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
                    "took " + audience + " from",
                    changes.make(
                            "grant.remove",
                            id,
                            registry -> registry.update(
                                    id,
                                    stored -> Map.of(
                                            "grants",
                                            Entries.GRANTS.without(
                                                    stored, Map.of("audience", audience), Reason.GRANT_MISSING)))));
        }
    }

    @Command(name = "list", description = "Lists the grants of an identity.")
    private static final class Show implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "Of the identity.")
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
                    output.json(Map.of("grants", Entries.GRANTS.of(RedactedIdentity.document(record))));
                } else {
                    output.table(
                            List.of("AUDIENCE", "SCOPES", "DEFAULT SCOPES", "TYPE", "SECONDS"),
                            record.identity().client().grants().stream()
                                    .map(Show::row)
                                    .toList());
                }
            }
            return ExitCode.DONE;
        }

        private static List<String> row(Grant grant) {
            return List.of(
                    grant.audience().value(),
                    grant.scopes().isEmpty() ? "-" : grant.scopes().toString(),
                    grant.defaults().isEmpty() ? "-" : grant.defaults().toString(),
                    grant.wantsPlainJwt() ? "JWT" : "at+jwt",
                    String.valueOf(grant.longestToken().toSeconds()));
        }
    }
}
