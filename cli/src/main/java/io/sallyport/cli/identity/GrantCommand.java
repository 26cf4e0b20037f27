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
                "Manages the audiences that an identity may get tokens for, and their scopes. Without a grant it gets none.",
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

    @Command(name = "add", description = "Grants an audience, or changes the options you pass of an existing grant.")
    private static final class Add implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The id of the identity that may request the tokens.")
        private IdentityId id = new IdentityId("none");

        @Parameters(index = "1", paramLabel = "AUDIENCE", description = "The audience of the tokens.")
        private String audience = "";

        @Option(
                names = "--scope",
                paramLabel = "SCOPE",
                split = ",",
                description = "All scopes that the tokens may have; replaces the list. Empty for none.")
        private @Nullable List<String> scopes;

        @Option(
                names = "--default-scope",
                paramLabel = "SCOPE",
                split = ",",
                description = "The scopes that the tokens get if the request names none.")
        private @Nullable List<String> defaults;

        @Option(
                names = "--token-type",
                paramLabel = "at+jwt|JWT",
                description = "The tokens' typ header: JWT is for resource servers that refuse at+jwt.")
        private @Nullable String tokenType;

        @Option(
                names = "--ttl",
                paramLabel = "SECONDS",
                description = "The tokens' maximum lifetime; 3600 for a new grant.")
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
                    output.say("no identity owns the audience " + audience
                            + " yet: its tokens have no scopes, and no resource server can introspect them;"
                            + " run sallyport audience add ID " + audience);
                }
                return code;
            }
        }
    }

    @Command(name = "remove", description = "Removes a grant; introspection reports its tokens as inactive at once.")
    private static final class Remove implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Parameters(index = "1", paramLabel = "AUDIENCE", description = "The audience of the grant.")
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
                    "removed the grant for " + audience + " from",
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
