package io.sallyport.cli.workload;

import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.OptionFaults;
import io.sallyport.cli.command.Quiet;
import io.sallyport.cli.command.Redacted;
import io.sallyport.json.Json;
import io.sallyport.settings.InvalidConfigurationException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "login",
        description = {
            "Logs in with the platform's token and prints the access token, which is a secret.",
            "Without --audience and --scope, uses the platform's login route and gets a token for Sallyport's own API; with"
                    + " them, uses the token service."
        },
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = LoginCommand.UNAVAILABLE,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:logged in",
            "1:denied; trying again does not help",
            "2:wrong usage or configuration",
            "3:the platform or Sallyport did not answer as expected; try again"
        })
public final class LoginCommand implements Callable<Integer> {
    static final int DENIED = 1;
    static final int UNAVAILABLE = 3;

    private final Map<String, String> variables;
    private final InstantSource clock;

    @Mixin
    private final LoginOptions login = new LoginOptions();

    @Option(names = "--scope", description = "The scopes to request, separated by spaces.")
    private @Nullable String scope;

    @Option(
            names = "--output",
            paramLabel = "FORM",
            defaultValue = "token",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private Output output = Output.token;

    @Spec
    private @Nullable CommandSpec spec;

    /** Spelled as on the command line. */
    enum Output {
        token,
        json
    }

    /** @param variables the environment variables */
    public LoginCommand(Map<String, String> variables, InstantSource clock) {
        this.variables = variables;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Quiet.logs();
        try {
            OptionFaults faults = new OptionFaults();
            login.check(faults);
            faults.throwIfAny();
            print(logIn());
            return 0;
        } catch (InvalidConfigurationException e) {
            return fail(ExitCode.INVALID, Redacted.message(e));
        } catch (NoTokenException e) {
            int code =
                    e.code().equals("INVALID_CONFIGURATION") ? ExitCode.INVALID : e.isDenied() ? DENIED : UNAVAILABLE;
            fail(code, Redacted.text(e.code() + ": " + e.explanation()));
            e.requestId()
                    .ifPresent(id -> fail(
                            code,
                            "To learn why, with the audit log: sallyport explain --request-id " + Redacted.text(id)));
            return code;
        }
    }

    private TokenServiceClient.Issued logIn() throws NoTokenException {
        String assertion = login.platformToken(variables).get();
        Instant now = clock.instant();
        TokenServiceClient sallyport = new TokenServiceClient(BoundedHttp.proxied(), login.issuer());
        return login.audience().isEmpty() && scope == null
                ? sallyport.logIn(assertion, login.identity(), login.platform(), now)
                : sallyport.issue(
                        assertion,
                        login.identity(),
                        new TokenServiceClient.Target(login.audience(), Optional.ofNullable(scope)),
                        now);
    }

    private void print(TokenServiceClient.Issued issued) {
        PrintWriter out = Optional.ofNullable(spec).orElseThrow().commandLine().getOut();
        switch (output) {
            case token -> out.println(issued.token());
            case json -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("accessToken", issued.token());
                json.put("expires", issued.expires().toString());
                out.println(Json.writeLine(json));
            }
        }
        out.flush();
    }

    private int fail(int code, String message) {
        Optional.ofNullable(spec).orElseThrow().commandLine().getErr().println(message);
        return code;
    }
}
