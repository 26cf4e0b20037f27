package io.sallyport.oauth;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.identity.Audience;
import io.sallyport.identity.Identity;
import io.sallyport.session.Sessions;
import io.sallyport.token.Scopes;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers a resource server's introspection of a token (RFC 7662). A use is counted here: last, after every other
 * check, so that a refusal costs none.
 *
 * <p>The resource server learns only about tokens for audiences that it owns; for everything else the answer is exactly
 * {@code {"active": false}}.
 */
public final class Introspection implements Audited {
    private final CallerAuthenticator callers;
    private final Sessions sessions;
    private final InstantSource clock;

    public Introspection(CallerAuthenticator callers, Sessions sessions, InstantSource clock) {
        this.callers = callers;
        this.sessions = sessions;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request, Audit audit) {
        Instant now = clock.instant();
        boolean isAuthenticated = false;
        try {
            OAuthForm form = OAuthForm.parse(request);
            String token = form.require("token");
            Identity caller = callers.authenticate(request, form, audit, now);
            isAuthenticated = true;
            return active(token, form.get("client_ip").orElse(""), caller, audit, now);
        } catch (Refused refused) {
            return isAuthenticated
                    ? inactive(refused, audit)
                    : CallerAuthenticator.error(request, refused).answer(refused, audit);
        }
    }

    private Response active(String token, String clientIp, Identity caller, Audit audit, Instant now) throws Refused {
        VerifiedAccessToken verified = sessions.verify(token, now);
        audit.shown(verified.token());
        Sessions.Live live = sessions.requireLive(verified, now);
        String audience = verified.token().audience();
        Audience owned = caller.client()
                .audience(audience)
                .orElseThrow(() -> new Refused(
                        Reason.AUDIENCE_NOT_OWNED, "the token is for " + audience + ", which the caller does not own"));
        requireAllowed(live, owned, clientIp);
        OptionalLong left = sessions.spend(verified.token(), now);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("active", true);
        answer.putAll(verified.claims());
        answer.put("token_type", "Bearer");
        left.ifPresent(uses -> answer.put("uses_left", uses));
        return Response.json(200, answer);
    }

    /**
     * Requires that the token of a live session may be used at its audience, from an address.
     *
     * @param clientIp the address that presented it to the resource server; empty if unknown
     * @throws Refused {@link Reason#SCOPE_NOT_GRANTED} if the audience no longer has a scope of the token; {@link
     *     Reason#CLIENT_ADDRESS_NOT_TRUSTED}
     */
    public static void requireAllowed(Sessions.Live live, Audience audience, String clientIp) throws Refused {
        requireKnown(live.token().target().scopes(), audience);
        Sessions.requireTrusted(live.token(), clientIp);
    }

    private static void requireKnown(Scopes scopes, Audience audience) throws Refused {
        if (!audience.scopes().containsAll(scopes)) {
            throw new Refused(
                    Reason.SCOPE_NOT_GRANTED,
                    "of " + Quoted.quote(scopes.toString()) + " " + audience.name() + " knows only "
                            + Quoted.quote(audience.scopes().toString()));
        }
    }

    /** RFC 7662 §2.2: only this, whatever the reason; but "could not find out" is never answered as inactive. */
    private static Response inactive(Refused refused, Audit audit) {
        if (refused.reason().isUndecided()) {
            return OAuthError.of(refused.reason()).answer(refused, audit);
        }
        audit.refused(refused);
        return Response.json(200, Map.of("active", false));
    }
}
