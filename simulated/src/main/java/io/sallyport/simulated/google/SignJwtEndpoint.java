package io.sallyport.simulated.google;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import io.sallyport.simulated.SigningKey;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The method {@code projects.serviceAccounts.signJwt} of the IAM Service Account Credentials API, REST reference, v1. Any
 * access token will do: who may sign for whom is not simulated.
 */
final class SignJwtEndpoint implements Loopback.Endpoint {
    static final String PATH = "/v1/projects/";

    private static final Pattern SIGN_JWT =
            Pattern.compile(PATH + "(?<project>[^/]+)/serviceAccounts/(?<account>[^/]+):signJwt");
    private static final Duration MAX_DURATION = Duration.ofHours(12);

    private final Function<String, Optional<SimulatedServiceAccount>> accounts;
    private final InstantSource clock;

    /** @param accounts by e-mail address or unique id */
    SignJwtEndpoint(Function<String, Optional<SimulatedServiceAccount>> accounts, InstantSource clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    @Override
    public Reply answer(HttpExchange exchange) throws IOException {
        Matcher path = SIGN_JWT.matcher(exchange.getRequestURI().getPath());
        if (!exchange.getRequestMethod().equals("POST") || !path.matches()) {
            return Reply.error(404, "Method not found.");
        }
        if (!carriesAccessToken(exchange)) {
            return Reply.error(
                    401,
                    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie"
                            + " or other valid authentication credential.");
        }
        if (!path.group("project").equals("-")) {
            return Reply.error(400, "Invalid resource name: the project must be the wildcard '-'.");
        }
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        String account = path.group("account");
        return accounts.apply(account)
                .map(known -> sign(known, body))
                .orElseGet(() -> Reply.error(404, "Not found; Gaia id not found for email " + account));
    }

    private Reply sign(SimulatedServiceAccount account, String body) {
        try {
            String payload = JSONObjectUtils.getString(object(body), "payload");
            if (payload == null) {
                return Reply.error(400, "The payload is required.");
            }
            Map<String, Object> claims = object(payload);
            if (claims.containsKey("exp") && !isAcceptable(claims.get("exp"))) {
                return Reply.error(
                        400, "exp must be an integer timestamp that is not in the past and at most 12 hours ahead.");
            }
            SigningKey key = account.systemManaged();
            return Reply.json(200, Map.of("keyId", key.kid(), "signedJwt", key.sign(payload)));
        } catch (ParseException e) {
            return Reply.error(400, "Not a JSON object that holds the payload, itself a JSON object as a string.");
        }
    }

    private boolean isAcceptable(@Nullable Object exp) {
        Instant now = clock.instant();
        return exp instanceof Long seconds
                && seconds >= now.getEpochSecond()
                && seconds <= now.plus(MAX_DURATION).getEpochSecond();
    }

    /** The library's parser takes an array or {@code null} for an object. */
    private static Map<String, Object> object(String json) throws ParseException {
        if (!json.stripLeading().startsWith("{")) {
            throw new ParseException("not an object", 0);
        }
        return JSONObjectUtils.parse(json);
    }

    private static boolean carriesAccessToken(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7) && header.length() > 7;
    }
}
