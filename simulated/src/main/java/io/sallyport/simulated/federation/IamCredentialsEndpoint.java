package io.sallyport.simulated.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The methods {@code projects.serviceAccounts.generateAccessToken} and {@code generateIdToken} of the IAM Service Account
 * Credentials API, REST reference, v1. Delegation chains and longer lifetimes by organization policy are not simulated.
 */
final class IamCredentialsEndpoint implements Loopback.Endpoint {
    private static final Pattern METHOD = Pattern.compile(
            "/v1/projects/(?<project>[^/]+)/serviceAccounts/(?<account>[^/:]+):generate(?<what>AccessToken|IdToken)");
    private static final Pattern LIFETIME = Pattern.compile("(?<seconds>[0-9]{1,9})(?:\\.[0-9]{1,9})?s");
    private static final Duration MAX_DURATION = Duration.ofHours(1);
    /** Either will do: "Authorization scopes" of both methods. */
    private static final List<String> SCOPES =
            List.of("https://www.googleapis.com/auth/iam", "https://www.googleapis.com/auth/cloud-platform");

    private final SimulatedIamCredentials credentials;
    private final SimulatedGoogle google;
    private final InstantSource clock;
    private final Behaviour behaviour = new Behaviour();

    IamCredentialsEndpoint(SimulatedIamCredentials credentials, SimulatedGoogle google, InstantSource clock) {
        this.credentials = credentials;
        this.google = google;
        this.clock = clock;
        behaviour.cacheControl("private");
    }

    Behaviour behaviour() {
        return behaviour;
    }

    @Override
    public Reply answer(HttpExchange exchange) throws IOException {
        Matcher path = METHOD.matcher(exchange.getRequestURI().getPath());
        if (!exchange.getRequestMethod().equals("POST") || !path.matches()) {
            return Reply.error(404, "Method not found.");
        }
        behaviour.awaitRelease();
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        return behaviour.applyTo(credentials
                .caller(accessToken(exchange))
                .map(caller -> reply(path, caller, body))
                .orElseGet(() -> Reply.error(
                        401,
                        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or"
                                + " other valid authentication credential.")));
    }

    private Reply reply(Matcher path, FederatedIdentity caller, String body) {
        String email = path.group("account");
        boolean forAccess = path.group("what").equals("AccessToken");
        if (!path.group("project").equals("-")) {
            return Reply.error(400, "Invalid resource name: the project must be the wildcard '-'.");
        }
        if (caller.scopes().stream().noneMatch(SCOPES::contains)) {
            return Reply.error(403, "Request had insufficient authentication scopes.");
        }
        Optional<SimulatedServiceAccount> account = google.find(email);
        // A caller that may not use an account does not learn whether it exists.
        if (!credentials.mayUse(
                caller, account.map(SimulatedServiceAccount::email).orElse(email))) {
            return denied(forAccess ? "iam.serviceAccounts.getAccessToken" : "iam.serviceAccounts.getOpenIdToken");
        }
        if (account.isEmpty()) {
            return Reply.error(404, "Not found; Gaia id not found for email " + email);
        }
        try {
            Map<String, Object> request = JSONObjectUtils.parse(body);
            return forAccess ? accessToken(account.get(), request) : idToken(account.get(), request);
        } catch (ParseException e) {
            return Reply.error(400, "Invalid JSON payload received.");
        }
    }

    private Reply accessToken(SimulatedServiceAccount account, Map<String, Object> request) throws ParseException {
        List<String> scopes = JSONObjectUtils.getStringList(request, "scope");
        if (scopes == null || scopes.isEmpty()) {
            return Reply.error(400, "At least one scope is required.");
        }
        Matcher lifetime = LIFETIME.matcher(String.valueOf(request.getOrDefault("lifetime", "3600s")));
        if (!lifetime.matches()) {
            return Reply.error(400, "Invalid value at 'lifetime'.");
        }
        Duration length = Duration.ofSeconds(Long.parseLong(lifetime.group("seconds")));
        if (length.isZero() || length.compareTo(MAX_DURATION) > 0) {
            return Reply.error(400, "The access token lifetime must be more than 0 and at most 3600 seconds.");
        }
        Instant expires = clock.instant().plus(length).truncatedTo(ChronoUnit.SECONDS);
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("accessToken", credentials.issue(account.email(), expires));
        token.put("expireTime", expires.toString());
        return Reply.json(200, token);
    }

    private Reply idToken(SimulatedServiceAccount account, Map<String, Object> request) throws ParseException {
        String audience = JSONObjectUtils.getString(request, "audience");
        if (audience == null || audience.isEmpty()) {
            return Reply.error(400, "The audience is required.");
        }
        JWTClaimsSet.Builder claims = google.idTokenClaims(account, audience);
        if (!Boolean.TRUE.equals(request.get("includeEmail"))) {
            claims.claim("email", null).claim("email_verified", null);
        }
        return Reply.json(200, Map.of("token", google.signIdToken(claims.build())));
    }

    private static Reply denied(String permission) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("@type", "type.googleapis.com/google.rpc.ErrorInfo");
        detail.put("reason", "IAM_PERMISSION_DENIED");
        detail.put("domain", "iam.googleapis.com");
        detail.put("metadata", Map.of("permission", permission));
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", 403);
        error.put("message", "Permission '" + permission + "' denied on resource (or it may not exist).");
        error.put("status", "PERMISSION_DENIED");
        error.put("details", List.of(detail));
        return Reply.json(403, Map.of("error", error));
    }

    private static String accessToken(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7) ? header.substring(7) : "";
    }
}
