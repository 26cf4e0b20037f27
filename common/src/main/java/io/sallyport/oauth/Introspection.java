package io.sallyport.oauth;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.identity.Identity;
import io.sallyport.session.Sessions;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Tells a resource server about a token that it was shown (RFC 7662). This is where a use is counted: last, after every
 * other check, so that what is refused costs none.
 *
 * <p>The resource server learns about tokens for audiences that it answers for; about anything else exactly
 * {@code {"active": false}}.
 */
public final class Introspection implements Audited {
    private final Callers callers;
    private final Sessions sessions;
    private final String ownAudience;
    private final InstantSource clock;

    /** @param ownAudience our own API, which needs no grant */
    public Introspection(Callers callers, Sessions sessions, String ownAudience, InstantSource clock) {
        this.callers = callers;
        this.sessions = sessions;
        this.ownAudience = ownAudience;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request, Audit audit) {
        Instant now = clock.instant();
        OAuthForm form;
        Identity caller;
        String token;
        try {
            form = OAuthForm.parse(request);
            token = form.require("token");
            caller = callers.authenticate(request, form, audit, now);
        } catch (Refused refused) {
            return Callers.error(request, refused).answer(refused, audit);
        }
        try {
            return active(token, form.get("client_ip").orElse(""), caller, audit, now);
        } catch (Refused refused) {
            return inactive(refused, audit);
        }
    }

    private Response active(String token, String clientIp, Identity caller, Audit audit, Instant now) throws Refused {
        VerifiedAccessToken verified = sessions.verify(token, now);
        audit.shown(verified.token());
        Sessions.Live live = sessions.requireLive(verified, now);
        String audience = verified.token().audience();
        if (caller.client().audience(audience).isEmpty()) {
            throw new Refused(
                    Reason.AUDIENCE_NOT_OWNED,
                    "the token is for " + audience + ", which the caller does not answer for");
        }
        requireAllowed(live, ownAudience, clientIp);
        OptionalLong left = sessions.spend(verified.token(), now);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("active", true);
        answer.putAll(verified.claims());
        answer.put("token_type", "Bearer");
        left.ifPresent(uses -> answer.put("uses_left", uses));
        return Response.json(200, answer);
    }

    /**
     * Whether a token of a session that lives is still allowed what it was given for.
     *
     * @param clientIp who shows it to the resource server; empty if that is not known
     * @throws Refused {@link Reason#GRANT_MISSING}, {@link Reason#CLIENT_ADDRESS_NOT_TRUSTED}
     */
    public static void requireAllowed(Sessions.Live live, String ownAudience, String clientIp) throws Refused {
        if (!live.token().audience().equals(ownAudience)) {
            Targets.grant(live.identity(), live.token().audience());
        }
        Sessions.requireTrusted(live.token(), clientIp);
    }

    /** RFC 7662 §2.2: nothing but that, whatever the reason; "could not find out" is never an answer. */
    private static Response inactive(Refused refused, Audit audit) {
        if (refused.reason().isUndecided()) {
            return OAuthError.of(refused.reason()).answer(refused, audit);
        }
        audit.refused(refused);
        return Response.json(200, Map.of("active", false));
    }
}
