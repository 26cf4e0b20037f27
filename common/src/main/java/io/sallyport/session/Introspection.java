package io.sallyport.session;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Fields;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.token.AccessToken;
import io.sallyport.token.TokenStore;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells a resource server about a token that it was shown (RFC 7662). This is where a use is counted: last, after every
 * other check, so that what is refused costs none.
 *
 * <p>The resource server authenticates by an access token of its own, as bearer (RFC 6750 §2.1), and learns about tokens
 * for audiences that it answers for; about anything else exactly {@code {"active": false}}.
 */
public final class Introspection implements Audited {
    private static final String BEARER = "Bearer ";

    private final Sessions sessions;
    private final TokenStore tokens;
    private final InstantSource clock;

    public Introspection(Sessions sessions, TokenStore tokens, InstantSource clock) {
        this.sessions = sessions;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request, Audit audit) throws Refused {
        Instant now = clock.instant();
        Map<String, @Nullable Object> fields = Fields.parseForm(request);
        if (!(fields.get("token") instanceof String token) || token.isBlank()) {
            throw Refused.fields(List.of(new InvalidField("token", "is required")));
        }
        String clientIp = fields.get("client_ip") instanceof String address ? address.trim() : "";
        Sessions.Live caller;
        try {
            caller = authenticate(request, now);
            audit.note("callerId", caller.identity().id().value());
        } catch (Refused refused) {
            return unauthenticated(refused, audit, request.id());
        }
        try {
            return active(token.trim(), clientIp, caller, audit, now);
        } catch (Refused refused) {
            return inactive(refused, audit);
        }
    }

    /** RFC 7662 §2.1: who may ask. Its own use is counted as any other, once all else is right. */
    private Sessions.Live authenticate(Request request, Instant now) throws Refused {
        List<String> headers = request.headers().all("Authorization");
        if (headers.size() != 1 || !headers.get(0).regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new Refused(Reason.ACCESS_TOKEN_INVALID, "no bearer token");
        }
        VerifiedAccessToken verified =
                sessions.verifyOwn(headers.get(0).substring(BEARER.length()).trim(), now);
        Sessions.Live caller = sessions.requireLive(verified, now);
        requireTrusted(caller.token(), request.client().text());
        spend(caller.token(), now);
        return caller;
    }

    private Response active(String token, String clientIp, Sessions.Live caller, Audit audit, Instant now)
            throws Refused {
        VerifiedAccessToken verified = sessions.verify(token, now);
        audit.shown(verified.token());
        sessions.requireLive(verified, now);
        if (!caller.identity().audiences().contains(verified.token().audience())) {
            throw new Refused(
                    Reason.AUDIENCE_NOT_OWNED,
                    "the token is for " + verified.token().audience() + ", which the caller does not answer for");
        }
        requireTrusted(verified.token(), clientIp);
        OptionalLong left = spend(verified.token(), now);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("active", true);
        answer.putAll(verified.claims());
        answer.put("token_type", "Bearer");
        left.ifPresent(uses -> answer.put("uses_left", uses));
        return Response.json(200, answer);
    }

    private static void requireTrusted(AccessToken token, String address) throws Refused {
        if (!token.session().trustedIps().contains(address)) {
            throw new Refused(
                    Reason.CLIENT_ADDRESS_NOT_TRUSTED,
                    "the client's address is not in "
                            + token.session().trustedIps().blocks());
        }
    }

    /**
     * Takes a use, if they are limited.
     *
     * @return the uses left then; empty if they are not limited
     */
    private OptionalLong spend(AccessToken token, Instant now) throws Refused {
        if (token.session().maxUses() == 0) {
            return OptionalLong.empty();
        }
        OptionalLong left = tokens.spend(token.session().id(), now);
        if (left.isEmpty()) {
            throw new Refused(
                    Reason.USES_EXHAUSTED, "the session's " + token.session().maxUses() + " uses are taken");
        }
        return left;
    }

    /** RFC 7662 §2.2: nothing but that, whatever the reason; "could not find out" is never an answer. */
    private static Response inactive(Refused refused, Audit audit) throws Refused {
        if (refused.reason().isUndecided()) {
            throw refused;
        }
        audit.refused(refused);
        return Response.json(200, Map.of("active", false));
    }

    /** RFC 7662 §2.3, RFC 6750 §3.1. */
    private static Response unauthenticated(Refused refused, Audit audit, String requestId) throws Refused {
        if (refused.reason().isUndecided()) {
            throw refused;
        }
        audit.refused(refused);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", "invalid_token");
        body.put("error_description", "Authenticate with an access token as bearer.");
        body.put("reqId", requestId);
        return Response.json(401, body).with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    }
}
