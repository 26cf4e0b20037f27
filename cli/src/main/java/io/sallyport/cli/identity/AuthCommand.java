package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.admin.RedactedIdentity;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

@Command(
        name = "auth",
        description = "Manages auth methods: how identities log in, with their platform's tokens or as OAuth clients.",
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
public final class AuthCommand {
    private AuthCommand() {}

    public static CommandLine commandLine(Environment environment, Input input) {
        CommandLine set = new CommandLine(new Set());
        for (Provider<?> provider : Providers.DOCUMENTS.providers().all()) {
            if (!provider.makesCredentials()) {
                set.addSubcommand(AuthSetCommand.commandLine(provider, environment, input));
            }
        }
        return new CommandLine(new AuthCommand())
                .addSubcommand(set)
                .addSubcommand(new Show(environment))
                .addSubcommand(new Remove(environment));
    }

    /** An auth method by its name on the command line. */
    record Kind(Provider<?> provider) {
        private static final Kind FIRST =
                new Kind(Providers.DOCUMENTS.providers().all().get(0));

        @Override
        public String toString() {
            return provider.name();
        }
    }

    /** The names, for help and completion. */
    static final class KindNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }

        private static List<String> names() {
            return Providers.DOCUMENTS.providers().all().stream()
                    .map(Provider::name)
                    .toList();
        }
    }

    @Command(
            name = "set",
            description = "Adds an auth method, or changes the options you pass of an existing one."
                    + " An empty string clears a list.")
    private static final class Set {}

    @Command(name = "show", description = "Shows an auth method without its secrets.")
    private static final class Show implements Callable<Integer> {
        @Parameters(
                index = "0",
                paramLabel = "KIND",
                converter = KindConverter.class,
                completionCandidates = KindNames.class,
                description = "One of ${COMPLETION-CANDIDATES}.")
        private Kind kind = Kind.FIRST;

        @Parameters(index = "1", paramLabel = "ID", description = "The identity's id.")
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
                Map<String, @Nullable Object> method = RedactedIdentity.method(
                                open.registry().find(id), kind.provider())
                        .orElseThrow(() -> Refused.telling(
                                Reason.NO_SUCH_METHOD,
                                List.of(new InvalidField("kind", "the identity has no " + kind + " auth method"))));
                if (output.isJson()) {
                    output.json(Map.of(kind.provider().field(), method));
                } else {
                    output.lines(method);
                }
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "remove",
            description = "Removes an auth method and revokes its tokens for good, even if you add it again."
                    + " With --issuer and --subject, removes one trusted issuer of the method.")
    private static final class Remove implements Callable<Integer> {
        private static final List<String> KEY = List.of("issuer", "subject");

        @Parameters(
                index = "0",
                paramLabel = "KIND",
                converter = KindConverter.class,
                completionCandidates = KindNames.class,
                description = "One of ${COMPLETION-CANDIDATES}.")
        private Kind kind = Kind.FIRST;

        @Parameters(index = "1", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Option(names = "--issuer", paramLabel = "URL", description = "The trusted issuer to remove; needs --subject.")
        private @Nullable String issuer;

        @Option(names = "--subject", description = "The subject of the trusted issuer to remove; needs --issuer.")
        private @Nullable String subject;

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Remove(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            if (issuer == null && subject == null) {
                return output.changed(
                        "removed " + kind + " from",
                        changes.make("auth.remove", id, registry -> registry.detach(id, kind.provider())));
            }
            Optional<Entries> entries = Entries.listOf(MethodSchema.of(kind.provider()))
                    .map(Entries::of)
                    .filter(list -> list.keys().equals(KEY));
            if (issuer == null || subject == null || entries.isEmpty()) {
                throw new CommandLine.ParameterException(
                        output.commandLine(),
                        "--issuer and --subject must be passed together, and only for a method that trusts issuers");
            }
            Map<String, String> key = Map.of(KEY.get(0), issuer, KEY.get(1), subject);
            return output.changed(
                    "removed the trusted issuer from",
                    changes.make(
                            "auth.remove",
                            id,
                            registry -> registry.setMethod(
                                    id, kind.provider(), stored -> without(entries.get(), stored, key))));
        }

        private static Map<String, Object> without(
                Entries entries, Map<String, @Nullable Object> stored, Map<String, String> key) throws Refused {
            Map<String, Object> left = new LinkedHashMap<>();
            left.put(entries.list(), entries.without(stored, key, Reason.NO_SUCH_METHOD));
            return left;
        }
    }

    /** Converts a name. */
    static final class KindConverter implements CommandLine.ITypeConverter<Kind> {
        @Override
        public Kind convert(String text) {
            return Providers.DOCUMENTS
                    .providers()
                    .named(text)
                    .map(Kind::new)
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            "it must be one of " + String.join(", ", KindNames.names())));
        }
    }
}
