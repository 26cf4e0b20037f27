package io.sallyport.cli.identity;

import io.sallyport.cli.command.ExitCode;
import io.sallyport.json.Json;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.runtime.Environment;
import io.sallyport.secret.Secret;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What OAuth clients need beside their identity. */
@Command(
        name = "client",
        description = "Prepares OAuth clients.",
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
public final class ClientCommand {
    private ClientCommand() {}

    public static CommandLine commandLine(Environment environment) {
        return new CommandLine(new ClientCommand())
                .addSubcommand(ClientSecretCommand.commandLine(environment))
                .addSubcommand(new ClientAliasCommand(environment));
    }

    @Spec
    private @Nullable CommandSpec spec;

    enum Output {
        yaml,
        json
    }

    /** The secret goes to standard output once and is kept nowhere; what is stored of it cannot be turned back. */
    @Command(
            name = "new-secret",
            description = {
                "Makes a client secret of 256 random bits, and what to store of it.",
                "Give the secret to the client, and put the rest into the identity, as an entry of"
                        + " clientSecretAuth.secrets. An identity has two at most: to replace one, add the new one, let the"
                        + " client change over, and take the old one away."
            },
            mixinStandardHelpOptions = true)
    int newSecret(
            @Option(
                            names = "--id",
                            paramLabel = "ID",
                            required = true,
                            description = "What to call it, such as 2026-11; it stands in tokens and logs.")
                    String id,
            @Option(names = "--output", defaultValue = "yaml", description = "${COMPLETION-CANDIDATES}.")
                    Output output) {
        byte[] random = new byte[ClientSecret.BYTES];
        new SecureRandom().nextBytes(random);
        Secret secret = ClientSecret.make(random);
        ClientSecret stored = stored(id, secret);
        PrintWriter out = Optional.ofNullable(spec).orElseThrow().commandLine().getOut();
        switch (output) {
            case yaml -> {
                out.println("# The secret, for the client; it is shown this once:");
                out.println("# " + secret.text());
                out.println("clientSecretAuth:");
                out.println("  secrets:");
                out.println("    - id: " + stored.id());
                out.println("      sha256: " + stored.sha256());
                out.println("      createdAt: " + stored.createdAt().getEpochSecond());
            }
            case json -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("clientSecret", secret.text());
                json.put("id", stored.id());
                json.put("sha256", stored.sha256());
                json.put("createdAt", stored.createdAt().getEpochSecond());
                out.println(Json.writeLine(json));
            }
        }
        out.flush();
        return 0;
    }

    private ClientSecret stored(String id, Secret secret) {
        try {
            return ClientSecret.of(
                    id, secret, Instant.ofEpochSecond(Instant.now().getEpochSecond()));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    Optional.ofNullable(spec).orElseThrow().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
