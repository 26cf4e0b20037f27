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
            "Shows why a credential is admitted or not: each check in its order, what was expected and what was found, and what"
                    + " to change.",
            "With --identity, the token (a platform's, a trusted issuer's, or an access token of Sallyport's) is read from"
                    + " standard input, and goes through the code that logs in; nothing is issued, counted or written. With"
                    + " --request-id, the audit log is, and what was decided is explained.",
            "The store is the one of serve: in the folder --data, or what SALLYPORT_STORE names."
        },
        mixinStandardHelpOptions = true,
        exitCodeOnExecutionException = ExplainCommand.NOT_CHECKED,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:would be granted, or was",
            "1:would be denied, or was",
            "2:cannot be done as asked for or configured",
            "3:could not be checked, or the log does not tell"
        })
public final class ExplainCommand implements Callable<Integer> {
    public static final int DENIED = 1;
    static final int NOT_CHECKED = 3;

    private static final int MAX_LENGTH = 64 * 1024;

    private final Environment environment;
    private final BiFunction<Environment, Settings, VerifierContext> platforms;
    private final InputStream in;

    @Option(names = "--identity", paramLabel = "ID", description = "Whose the token should be: an id or an alias.")
    private @Nullable String identity;

    @Option(
            names = "--method",
            converter = LoginMethod.Converter.class,
            completionCandidates = LoginMethod.Names.class,
            description =
                    "By the login of this method: ${COMPLETION-CANDIDATES}. Without it, by the identity's only one;"
                            + " if it has several, what the token says decides, as at the token service.")
    private @Nullable LoginMethod method;

    @Option(names = "--audience", description = "As a request to the token service, for this audience.")
    private @Nullable String audience;

    @Option(names = "--scope", description = "As a request to the token service, with these scopes.")
    private @Nullable String scope;

    @Option(names = "--client-ip", paramLabel = "ADDRESS", description = "Where an access token is used from.")
    private @Nullable String clientIp;

    @Option(names = "--token-file", paramLabel = "FILE", description = "A file with the token (standard input).")
    private @Nullable Path tokenFile;

    @Option(names = "--request-id", paramLabel = "ID", description = "A request in the audit log: req-...")
    private @Nullable String requestId;

    @Option(names = "--log", paramLabel = "FILE", description = "The audit log, a JSON line each (standard input).")
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
            faults.add("either --identity or --request-id is needed");
        }
        boolean ofToken = method != null || audience != null || scope != null || clientIp != null || tokenFile != null;
        if (requestId != null && ofToken) {
            faults.add("--request-id takes no option of a token");
        }
        if (requestId != null && !AuditLine.isRequestId(requestId)) {
            faults.add("--request-id must be req- and what follows it in the answer");
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
                return fail(NOT_CHECKED, "the log has no decision about " + id + ", each on one line");
            }
            if (line.get().reason().isEmpty() && !line.get().text("outcome").equals("granted")) {
                return fail(
                        NOT_CHECKED,
                        "the reason " + Quoted.quote(line.get().text("reason"))
                                + " is of another version of Sallyport");
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
                    List.of("--client-ip is for access tokens, and this is none of " + ownIssuer));
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
                throw new InvalidConfigurationException(List.of("there is no token, or something longer than any, on "
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
