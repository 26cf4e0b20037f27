package io.sallyport.cli.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.Quoted;
import io.sallyport.Refused;
import io.sallyport.cli.command.AuditLine;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.LoginMethod;
import io.sallyport.cli.command.OptionFaults;
import io.sallyport.cli.command.Quiet;
import io.sallyport.cli.command.Redacted;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.login.TokenIssuer;
import io.sallyport.method.Assertion;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.provider.Providers;
import io.sallyport.oauth.GrantPolicy;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Platforms;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.server.LocalServer;
import io.sallyport.server.ReadOnlyData;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.token.Scopes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        description = {
            "Shows why a credential is admitted or not: each check in order, what was expected, what was found, and what"
                    + " to change.",
            "With --identity, reads a token (a platform's, a trusted issuer's, or Sallyport's own access token) from standard"
                    + " input and runs the code of a login on it; issues, counts and writes nothing. With --request-id, reads the"
                    + " audit log and explains that request's decision.",
            "Uses the store of sallyport serve: in the folder --data, or the one that SALLYPORT_STORE names."
        },
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = ExplainCommand.NOT_CHECKED,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:granted, or would be",
            "1:denied, or would be",
            "2:wrong usage or configuration",
            "3:could not be checked, or the log does not have the request"
        })
public final class ExplainCommand implements Callable<Integer> {
    public static final int DENIED = 1;
    static final int NOT_CHECKED = 3;

    private static final int MAX_LENGTH = 64 * 1024;

    private final Environment environment;
    private final BiFunction<Environment, Settings, VerifierContext> platforms;
    private final InputStream in;

    @Option(
            names = "--identity",
            paramLabel = "ID",
            description = "The identity that the token should be for: an id or an alias.")
    private @Nullable String identity;

    @Option(
            names = "--method",
            converter = LoginMethod.Converter.class,
            completionCandidates = LoginMethod.Names.class,
            description =
                    "The auth method to log in with: ${COMPLETION-CANDIDATES}. By default, the identity's only one;"
                            + " if it has several, the token decides, as in the token service.")
    private @Nullable LoginMethod method;

    @Option(names = "--audience", description = "Checks a request to the token service, for this audience.")
    private @Nullable String audience;

    @Option(names = "--scope", description = "Checks a request to the token service, with these scopes.")
    private @Nullable String scope;

    @Option(
            names = "--client-ip",
            paramLabel = "ADDRESS",
            description = "The address that an access token is used from.")
    private @Nullable String clientIp;

    @Option(names = "--token-file", paramLabel = "FILE", description = "A file with the token (standard input).")
    private @Nullable Path tokenFile;

    @Option(names = "--request-id", paramLabel = "ID", description = "A request in the audit log: req-...")
    private @Nullable String requestId;

    @Option(
            names = "--log",
            paramLabel = "FILE",
            description = "The audit log, one JSON object per line (standard input).")
    private @Nullable Path log;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "${user.home}/.sallyport",
            description = "Data folder of sallyport serve (${DEFAULT-VALUE}).")
    private Path data = Path.of("");

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description = "Sallyport's own address (SALLYPORT_ISSUER, else http://127.0.0.1:8080).")
    private @Nullable String issuer;

    @Option(
            names = "--output",
            paramLabel = "FORM",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
    private ExplainOutput.Form output = ExplainOutput.Form.table;

    @Spec
    private @Nullable CommandSpec spec;

    /** @param in where the token or the log comes from, unless it is a file */
    public ExplainCommand(
            Environment environment, BiFunction<Environment, Settings, VerifierContext> platforms, InputStream in) {
        this.environment = environment;
        this.platforms = platforms;
        this.in = in;
    }

    @Override
    public Integer call() {
        Quiet.logs();
        try {
            checkOptions();
            return requestId == null ? explainToken() : explainRequest(requestId);
        } catch (InvalidConfigurationException e) {
            return fail(ExitCode.INVALID, Redacted.message(e));
        } catch (IOException e) {
            return fail(ExitCode.INVALID, Redacted.text(LocalServer.why(e)));
        }
    }

    private void checkOptions() {
        OptionFaults faults = new OptionFaults();
        if ((identity == null) == (requestId == null)) {
            faults.add("pass either --identity or --request-id");
        }
        boolean ofToken = method != null || audience != null || scope != null || clientIp != null || tokenFile != null;
        if (requestId != null && ofToken) {
            faults.add("--request-id cannot be combined with options that describe a token");
        }
        if (requestId != null && !AuditLine.isRequestId(requestId)) {
            faults.add("--request-id must be the whole id from the answer: req-...");
        }
        if (log != null && requestId == null) {
            faults.add("--log needs --request-id");
        }
        if (method != null && (audience != null || scope != null)) {
            faults.add("--method is for logins; the token service chooses the method itself");
        }
        faults.throwIfAny();
    }

    private int explainRequest(String id) throws IOException {
        try (BufferedReader lines = log == null
                ? new BufferedReader(new InputStreamReader(in, UTF_8))
                : Files.newBufferedReader(log, UTF_8)) {
            Optional<AuditLine> line = AuditLine.find(lines, id);
            if (line.isEmpty()) {
                return fail(NOT_CHECKED, "the log has no decision about " + id + " on a line by itself");
            }
            if (line.get().reason().isEmpty() && !line.get().text("outcome").equals("granted")) {
                return fail(
                        NOT_CHECKED,
                        "the reason " + Quoted.quote(line.get().text("reason"))
                                + " comes from another version of Sallyport");
            }
            shown().show(line.get());
            return exitCode(line.get().text("outcome"));
        }
    }

    private int explainToken() throws IOException {
        String client = Optional.ofNullable(identity).orElseThrow();
        Settings settings = new ReadOnlyData(data).settings(environment.variables(), Optional.ofNullable(issuer));
        GrantPolicy.TargetRequest asked = asked();
        String token = token();
        Stores.Opened opened = new ReadOnlyData(data).open(settings, environment);
        try {
            CredentialCheck check = check(settings, opened.stores());
            Diagnosis diagnosis =
                    diagnose(check, token, client, asked, settings.issuer().url());
            shown().show(diagnosis);
            return exitCode(diagnosis.outcome());
        } finally {
            close(opened.connection());
        }
    }

    private static void close(AutoCloseable store) {
        try {
            store.close();
        } catch (Exception e) {
            throw new IllegalStateException("the store does not close", e);
        }
    }

    private CredentialCheck check(Settings settings, Stores stores) {
        CachedIdentities identities = stores.cached(environment, settings);
        AssertionAuthenticator assertions =
                new AssertionAuthenticator(identities, Providers.verifiers(platforms.apply(environment, settings)));
        String own = settings.issuer().url();
        return new CredentialCheck(
                identities,
                assertions,
                stores.sessions(identities, settings),
                new GrantPolicy(identities, TokenIssuer.own(own)),
                own,
                environment.clock().instant());
    }

    private Diagnosis diagnose(
            CredentialCheck check, String token, String client, GrantPolicy.TargetRequest asked, String ownIssuer) {
        boolean atTokenService = audience != null || scope != null;
        if (method == null && isOurs(token, ownIssuer)) {
            if (atTokenService) {
                throw new InvalidConfigurationException(
                        List.of("--audience and --scope are for assertions, and this is an access token"));
            }
            return check.accessToken(token, client, Optional.ofNullable(clientIp));
        }
        if (clientIp != null) {
            throw new InvalidConfigurationException(
                    List.of("--client-ip is for access tokens, and this is not one issued by " + ownIssuer));
        }
        Assertion assertion = new Assertion(token);
        if (method != null) {
            return check.login(assertion, client, method.type());
        }
        List<AuthMethod<?>> methods = atTokenService ? List.of() : check.methods(client);
        return methods.size() == 1
                ? check.login(assertion, client, LoginMethod.of(methods.get(0)).type())
                : check.token(assertion, client, asked);
    }

    /** Whether an unverified token is of the access token type, or names us as its issuer. */
    private static boolean isOurs(String token, String ownIssuer) {
        try {
            UnverifiedJwt jwt = UnverifiedJwt.parseAnyType(token);
            return jwt.is(UnverifiedJwt.Type.ACCESS_TOKEN)
                    || (jwt.is(UnverifiedJwt.Type.ISSUED)
                            && jwt.unverifiedClaims()
                                    .optionalText("iss")
                                    .filter(ownIssuer::equals)
                                    .isPresent());
        } catch (Refused none) {
            return false;
        }
    }

    private GrantPolicy.TargetRequest asked() {
        try {
            return new GrantPolicy.TargetRequest(
                    Optional.ofNullable(audience), Optional.ofNullable(scope).map(Scopes::parse));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigurationException(List.of("--scope: " + e.getMessage()));
        }
    }

    private String token() throws IOException {
        try (InputStream from = tokenFile == null ? in : Files.newInputStream(tokenFile)) {
            byte[] bytes = from.readNBytes(MAX_LENGTH + 1);
            String token = new String(bytes, UTF_8).strip();
            if (token.isEmpty() || bytes.length > MAX_LENGTH) {
                throw new InvalidConfigurationException(
                        List.of("there is no token, or a text that is too long to be one, on "
                                + (tokenFile == null ? "standard input" : tokenFile)));
            }
            return token;
        }
    }

    private ExplainOutput shown() {
        return new ExplainOutput(
                Optional.ofNullable(spec).orElseThrow().commandLine().getOut(), output);
    }

    private static int exitCode(String outcome) {
        return switch (outcome) {
            case "granted" -> 0;
            case "denied" -> DENIED;
            default -> NOT_CHECKED;
        };
    }

    private int fail(int code, String message) {
        Optional.ofNullable(spec).orElseThrow().commandLine().getErr().println(message);
        return code;
    }

    /** The command with the real platforms and this process's standard input. */
    public static ExplainCommand real(Environment environment) {
        return new ExplainCommand(environment, Platforms::real, System.in);
    }
}
