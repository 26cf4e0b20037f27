package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.cli.command.OptionFaults;
import io.sallyport.cli.command.Quiet;
import io.sallyport.server.PrivateFile;
import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "gcloud-token",
        description = {
            "Logs in with the platform's token and prints Sallyport's token in the form that Google's libraries read from"
                    + " a program (google.aip.dev/auth/4117). The libraries run this command themselves: gcloud-config writes"
                    + " the credential file that tells them to.",
            "Exits with 0 even without a token, since the libraries read the reason only then. If"
                    + " GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE names a file, the token is cached there too."
        },
        mixinStandardHelpOptions = true)
public final class GcloudTokenCommand implements Callable<Integer> {
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";

    private final Map<String, String> variables;
    private final InstantSource clock;

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Spec
    private @Nullable CommandSpec spec;

    GcloudTokenCommand() {
        this(System.getenv(), InstantSource.system());
    }

    /** @param variables the environment variables */
    GcloudTokenCommand(Map<String, String> variables, InstantSource clock) {
        this.variables = variables;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        // Any other output, to either stream, would be read as part of the answer.
        Quiet.logs();
        var out = Optional.ofNullable(spec).orElseThrow().commandLine().getOut();
        out.println(respond().json());
        out.flush();
        return 0;
    }

    private ExecutableResponse respond() {
        try {
            OptionFaults faults = new OptionFaults();
            login.check(faults);
            faults.throwIfAny();
            ExecutableResponse response = token();
            keep(response);
            return response;
        } catch (InvalidConfigurationException e) {
            return ExecutableResponse.failure("INVALID_CONFIGURATION", String.join("; ", e.faults()));
        } catch (NoTokenException e) {
            return ExecutableResponse.failure(e.code(), e.explanation());
        }
    }

    private ExecutableResponse token() throws NoTokenException {
        String type = variable("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE").orElse(TYPE + "jwt");
        if (!List.of(TYPE + "jwt", TYPE + "id_token").contains(type)) {
            throw new NoTokenException("INVALID_CONFIGURATION", "the subject_token_type must be " + TYPE + "jwt");
        }
        String audience = login.audience()
                .or(() -> variable("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE"))
                .orElseThrow(() -> new NoTokenException(
                        "INVALID_CONFIGURATION", "neither --audience nor GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE is set"));
        String assertion = login.platformToken(variables).get();
        Instant now = clock.instant();
        TokenServiceClient.Issued issued = new TokenServiceClient(BoundedHttp.proxied(), login.issuer())
                .issue(assertion, login.identity(), TokenServiceClient.Target.of(audience), now);
        return ExecutableResponse.token(type, issued.token(), lastUse(now, issued.expires()));
    }

    /** Slightly before its expiry, since libraries use a cached token up to the stated second. */
    private static Instant lastUse(Instant now, Instant expires) {
        Duration tenth = Duration.between(now, expires).dividedBy(10);
        Duration margin = Duration.ofSeconds(30);
        return expires.minus(tenth.compareTo(margin) < 0 ? tenth : margin);
    }

    private void keep(ExecutableResponse response) throws NoTokenException {
        Optional<String> file = variable("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE");
        if (file.isPresent()) {
            try {
                PrivateFile.replace(Path.of(file.get()), response.json().getBytes(UTF_8));
            } catch (IOException e) {
                throw new NoTokenException("OUTPUT_FILE", file.get() + " cannot be written");
            }
        }
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }
}
