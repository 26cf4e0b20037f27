package io.sallyport.cli.workload;

import io.sallyport.IdentityId;
import io.sallyport.cli.command.AuditLine;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.runtime.Issuer;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client of Sallyport for workloads: the login of its platform, or the token endpoint with its platform's token as
 * the grant (RFC 7523 §2.1).
 */
record TokenServiceClient(BoundedHttp http, Issuer issuer) {
    static final String ISSUER_UNAVAILABLE = "ISSUER_UNAVAILABLE";

    /** Ten years, the longest lifetime in a token policy. */
    private static final long MAX_LENGTH = 315_360_000;

    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /**
     * The target of a token.
     *
     * @param audience empty for Sallyport's own API
     * @param scope empty for the grant's defaults
     */
    record Target(Optional<String> audience, Optional<String> scope) {
        static Target of(String audience) {
            return new Target(Optional.of(audience), Optional.empty());
        }
    }

    /** A token with its expiry. */
    record Issued(String token, Instant expires) {
        @Override
        public String toString() {
            return "Issued[expires=" + expires + "]";
        }
    }

    /**
     * Requests a token from the token endpoint.
     *
     * @throws NoTokenException if it is denied, with the code of RFC 6749 §5.2, or if there is no usable answer
     */
    Issued issue(String assertion, IdentityId client, Target target, Instant now) throws NoTokenException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", GRANT);
        form.put("assertion", assertion);
        form.put("client_id", client.value());
        target.audience().ifPresent(audience -> form.put("audience", audience));
        target.scope().ifPresent(scope -> form.put("scope", scope));
        return post("/v1/token", form, "access_token", "expires_in", now);
    }

    /**
     * Requests a token for Sallyport's own API, by the login of the platform.
     *
     * @throws NoTokenException if it is denied, or if there is no usable answer
     */
    Issued logIn(String assertion, IdentityId identity, Platform platform, Instant now) throws NoTokenException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("identityId", identity.value());
        form.put("jwt", assertion);
        return post("/api/v1/auth/" + platform + "-auth/login", form, "accessToken", "expiresIn", now);
    }

    private Issued post(String path, Map<String, String> form, String tokenField, String endField, Instant now)
            throws NoTokenException {
        BoundedHttp.Answer answer = http.post(ISSUER_UNAVAILABLE, issuer.url(), URI.create(issuer.url() + path), form);
        Map<String, @Nullable Object> body = json(answer);
        if (answer.status() != 200) {
            throw refusal(answer.status(), body);
        }
        if (body.get(tokenField) instanceof String token
                && !token.isEmpty()
                && body.get(endField) instanceof Long seconds
                && seconds > 0
                && seconds <= MAX_LENGTH) {
            return new Issued(token, now.plusSeconds(seconds));
        }
        throw new NoTokenException(ISSUER_UNAVAILABLE, issuer + " answered without a token or its lifetime");
    }

    private Map<String, @Nullable Object> json(BoundedHttp.Answer answer) throws NoTokenException {
        try {
            return Json.parseObject(answer.body());
        } catch (MalformedJsonException e) {
            throw new NoTokenException(
                    ISSUER_UNAVAILABLE, issuer + " answered with status " + answer.status() + " and not with JSON");
        }
    }

    private NoTokenException refusal(int status, Map<String, @Nullable Object> body) {
        // The form of RFC 6749 §5.2 at the token endpoint, and Infisical's at the logins.
        String description = text(body, "error_description")
                .or(() -> text(body, "message"))
                .map(text -> ": " + text)
                .orElse("");
        Optional<String> requestId = text(body, "reqId").filter(AuditLine::isRequestId);
        return new NoTokenException(
                text(body, "error").filter(error -> !error.isEmpty()).orElse(ISSUER_UNAVAILABLE),
                issuer + " answered with status " + status + description
                        + requestId.map(id -> " (request " + id + ")").orElse(""),
                requestId,
                status >= 400 && status < 500);
    }

    private static Optional<String> text(Map<String, @Nullable Object> body, String name) {
        return body.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
