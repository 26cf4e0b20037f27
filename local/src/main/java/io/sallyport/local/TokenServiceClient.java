package io.sallyport.local;

import io.sallyport.identity.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.runtime.Issuer;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sallyport's token endpoint, as a workload uses it: with its platform's token as the grant (RFC 7523 §2.1). */
record TokenServiceClient(BoundedHttp http, Issuer issuer) {
    static final String ISSUER_UNAVAILABLE = "ISSUER_UNAVAILABLE";

    /** Ten years, the longest that a token policy can say. */
    private static final long LONGEST = 315_360_000;

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /** A token with its end. */
    record Issued(String token, Instant expires) {
        @Override
        public String toString() {
            return "Issued[expires=" + expires + "]";
        }
    }

    /**
     * A token for an audience.
     *
     * @throws NoTokenException if it is denied, with the code of RFC 6749 §5.2, or if there is no good answer
     */
    Issued issue(String assertion, IdentityId client, String audience, Instant now) throws NoTokenException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", GRANT);
        form.put("assertion", assertion);
        form.put("client_id", client.value());
        form.put("audience", audience);
        BoundedHttp.Answer answer =
                http.post(ISSUER_UNAVAILABLE, issuer.url(), URI.create(issuer.url() + "/v1/token"), form);
        Map<String, @Nullable Object> body = json(answer);
        if (answer.status() != 200) {
            throw refusal(answer.status(), body);
        }
        if (body.get("access_token") instanceof String token
                && !token.isEmpty()
                && body.get("expires_in") instanceof Long seconds
                && seconds > 0
                && seconds <= LONGEST) {
            return new Issued(token, now.plusSeconds(seconds));
        }
        throw new NoTokenException(ISSUER_UNAVAILABLE, issuer + " answered without a token or its lifetime");
    }

    private Map<String, @Nullable Object> json(BoundedHttp.Answer answer) throws NoTokenException {
        try {
            return Json.parseObject(answer.body());
        } catch (MalformedJsonException e) {
            throw new NoTokenException(
                    ISSUER_UNAVAILABLE, issuer + " answered with status " + answer.status() + " and no JSON");
        }
    }

    private NoTokenException refusal(int status, Map<String, @Nullable Object> body) {
        String description = body.get("error_description") instanceof String text ? ": " + text : "";
        // The id by which the operator finds the reason.
        String request = body.get("reqId") instanceof String id ? " (request " + id + ")" : "";
        return new NoTokenException(
                body.get("error") instanceof String error && !error.isEmpty() ? error : ISSUER_UNAVAILABLE,
                issuer + " answered with status " + status + description + request);
    }
}
