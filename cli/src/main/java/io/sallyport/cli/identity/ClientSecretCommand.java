package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.admin.Registry;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.identity.document.MadeSecret;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.json.Json;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.clientsecret.ClientSecretProvider;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "secret",
        description = {
            "Creates, lists and removes client secrets.",
            "An identity has at most 20: to replace one, add the new one, switch the client to it, and remove the old"
                    + " one."
        })
final class ClientSecretCommand {
    private static final ClientSecretProvider PROVIDER = new ClientSecretProvider();

    private ClientSecretCommand() {}

    /** {@code client new-secret}: for identities in a hand-written file. */
    static CommandLine newSecret() {
        return new CommandLine(new Make());
    }

    static CommandLine commandLine(Environment environment) {
        return new CommandLine(new ClientSecretCommand())
                .addSubcommand(new Add(environment))
                .addSubcommand(new Remove(environment))
                .addSubcommand(new Show(environment));
    }

    /** The secret is printed once and stored nowhere; its stored hash cannot be reversed. */
    @Command(
            name = "new-secret",
            description = {
                "Creates a client secret of 256 random bits, and prints what to store for it.",
                "Give the secret to the client, and add the rest to the identity, as an entry of"
                        + " clientSecretAuth.secrets. An identity has at most 20: to replace one, add the new one, switch"
                        + " the client to it, and remove the old one."
            },
            mixinStandardHelpOptions = true)
    private static final class Make implements Callable<Integer> {
        @Option(
                names = "--id",
                paramLabel = "ID",
                required = true,
                description = "A name for it, such as 2026-11; tokens and logs contain it.")
        private String id = "";

        @Mixin
        private ClientSecretLimits limits = new ClientSecretLimits();

        @Option(names = "--output", defaultValue = "yaml", description = "${COMPLETION-CANDIDATES}.")
        private Output output = Output.yaml;

        @Spec
        private @Nullable CommandSpec spec;

        enum Output {
            yaml,
            json
        }

        @Override
        public Integer call() {
            MadeSecret made = made();
            PrintWriter out =
                    Optional.ofNullable(spec).orElseThrow().commandLine().getOut();
            switch (output) {
                case yaml -> {
                    out.println("# The secret, for the client; it is shown only once:");
                    out.println("# " + made.secret().text());
                    out.println("clientSecretAuth:");
                    out.println("  secrets:");
                    out.println("    - id: " + made.id());
                    out.println("      sha256: " + made.entry().get("sha256"));
                    out.println("      createdAt: " + made.entry().get("createdAt"));
                    for (String field : ClientSecretLimits.FIELDS) {
                        if (made.entry().containsKey(field)) {
                            String member =
                                    Json.writeLine(Map.of(field, made.entry().get(field)));
                            // A value has the same form in JSON and in YAML.
                            String value = member.substring(field.length() + "{\"\":".length(), member.length() - 1);
                            out.println("      " + field + ": " + value);
                        }
                    }
                }
                case json -> {
                    Map<String, Object> json = new LinkedHashMap<>();
                    json.put("clientSecret", made.secret().text());
                    for (String field : List.of("id", "sha256", "createdAt")) {
                        json.put(field, made.entry().get(field));
                    }
                    for (String field : ClientSecretLimits.FIELDS) {
                        if (made.entry().containsKey(field)) {
                            json.put(field, made.entry().get(field));
                        }
                    }
                    out.println(Json.writeLine(json));
                }
            }
            out.flush();
            return ExitCode.DONE;
        }

        private MadeSecret made() {
            byte[] random = new byte[SecretMaker.BYTES];
            new SecureRandom().nextBytes(random);
            try {
                return PROVIDER.secretMaker()
                        .orElseThrow()
                        .make(id, random, Instant.ofEpochSecond(Instant.now().getEpochSecond()), limits.fields());
            } catch (IllegalArgumentException e) {
                throw new CommandLine.ParameterException(
                        Optional.ofNullable(spec).orElseThrow().commandLine(), String.valueOf(e.getMessage()), e);
            }
        }
    }

    @Command(
            name = "add",
            description =
                    "Creates a client secret of 256 random bits and prints it to standard output, once. Only a hash of it"
                            + " is stored.")
    private static final class Add implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Option(
                names = "--id",
                paramLabel = "SECRET-ID",
                description = "A name for it, such as 2026-11; tokens and logs contain it. Today's date by default.")
        private @Nullable String secretId;

        @Mixin
        private ClientSecretLimits limits = new ClientSecretLimits();

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Add(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            String called = Optional.ofNullable(secretId)
                    .orElseGet(() -> changes.environment()
                            .clock()
                            .instant()
                            .atZone(ZoneOffset.UTC)
                            .toLocalDate()
                            .toString());
            AtomicReference<Registry.@Nullable NewSecret> made = new AtomicReference<>();
            changes.make("client.secret.add", id, registry -> {
                Registry.NewSecret secret = registry.addSecret(id, PROVIDER, called, limits.fields());
                made.set(secret);
                return secret.changed();
            });
            Registry.NewSecret secret = Optional.ofNullable(made.get()).orElseThrow();
            if (output.isJson()) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("clientId", id.value());
                json.put("clientSecret", secret.made().secret().text());
                json.put("id", secret.made().id());
                json.put("createdAt", secret.made().createdAt().toString());
                output.json(json);
            } else {
                output.out().println(secret.made().secret().text());
                output.say("added the secret " + called + " to " + id + "; it is shown only once");
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "remove",
            description =
                    "Removes a client secret and revokes, for good, the sessions that began with it. Removing the last"
                            + " secret also removes the auth method.")
    private static final class Remove implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Parameters(
                index = "1",
                paramLabel = "SECRET-ID",
                description = "The secret's id, as sallyport client secret list shows it.")
        private String secretId = "";

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
                    "removed a secret from",
                    changes.make(
                            "client.secret.remove", id, registry -> registry.removeSecret(id, PROVIDER, secretId)));
        }
    }

    @Command(name = "list", description = "Lists the client secrets by id, without the secrets themselves.")
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
            List<ClientSecret> secrets;
            try (StoreOptions.OpenRegistry open = store.open()) {
                secrets = open.registry()
                        .find(id)
                        .identity()
                        .method(ClientSecretAuth.class)
                        .map(ClientSecretAuth::secrets)
                        .orElseThrow(
                                () -> Refused.telling(
                                        Reason.NO_SUCH_METHOD,
                                        List.of(
                                                new InvalidField(
                                                        "id",
                                                        "the identity has no client secret; add one with sallyport client secret add"))));
            }
            if (output.isJson()) {
                output.json(Map.of("secrets", secrets.stream().map(Show::fields).toList()));
            } else {
                output.table(
                        List.of("SECRET-ID", "CREATED", "EXPIRES", "USES", "DESCRIPTION"),
                        secrets.stream().map(Show::row).toList());
            }
            return ExitCode.DONE;
        }

        private static Map<String, Object> fields(ClientSecret secret) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("id", secret.id());
            fields.put("createdAt", secret.createdAt().toString());
            if (!secret.description().isEmpty()) {
                fields.put("description", secret.description());
            }
            if (secret.numUsesLimit() > 0) {
                fields.put("numUsesLimit", secret.numUsesLimit());
            }
            if (!secret.ttl().isZero()) {
                fields.put("ttl", secret.ttl().toSeconds());
            }
            return fields;
        }

        private static List<String> row(ClientSecret secret) {
            return List.of(
                    secret.id(),
                    secret.createdAt().toString(),
                    secret.ttl().isZero()
                            ? "never"
                            : secret.createdAt().plus(secret.ttl()).toString(),
                    secret.numUsesLimit() == 0 ? "no limit" : String.valueOf(secret.numUsesLimit()),
                    secret.description());
        }
    }
}
