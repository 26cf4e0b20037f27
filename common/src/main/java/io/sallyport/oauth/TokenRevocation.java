package io.sallyport.oauth;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.identity.Identity;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.session.Revocation;
import io.sallyport.session.Sessions;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Revokes the session of a token, for the client that it was given to or for an admin (RFC 7009).
 *
 * <p>Success means that the revocation is stored, or that there is nothing to revoke: the token is not ours, or has
 * expired (§2.2). The audit tells the two apart. An overlong token is neither, so it is an invalid request.
 */
public final class TokenRevocation implements Audited {
    private final CallerAuthenticator callers;
    private final Sessions sessions;
    private final Revocation revocation;
    private final InstantSource clock;

    public TokenRevocation(CallerAuthenticator callers, Sessions sessions, Revocation revocation, InstantSource clock) {
        this.callers = callers;
        this.sessions = sessions;
        this.revocation = revocation;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request, Audit audit) {
        Instant now = clock.instant();
        boolean isAuthenticated = false;
        try {
            OAuthForm form = OAuthForm.parse(request);
            String token = readable(form.require("token"));
            Identity caller = callers.authenticate(request, form, audit, now);
            isAuthenticated = true;
            revoke(token, caller, audit, now);
            return Response.json(200, Map.of());
        } catch (Refused refused) {
            return isAuthenticated
                    ? notRevoked(refused, audit)
                    : CallerAuthenticator.error(request, refused).answer(refused, audit);
        }
    }

    /** None of ours is longer now; but one minted before lengths were bounded would remain valid after a 200. */
    private static String readable(String token) throws Refused {
        if (token.length() > UnverifiedJwt.MAX_LENGTH) {
            throw OAuthForm.malformed("the token has " + token.length() + " characters, more than the maximum of "
                    + UnverifiedJwt.MAX_LENGTH + ": nothing was revoked");
        }
        return token;
    }

    private void revoke(String token, Identity caller, Audit audit, Instant now) throws Refused {
        VerifiedAccessToken verified = sessions.verify(token, now);
        audit.shown(verified.token());
        boolean isOwner = verified.token().subject().id().equals(caller.id());
        if (!isOwner && !caller.role().equals(Identity.ADMIN)) {
            throw new Refused(Reason.TOKEN_NOT_OWNED, "the token was issued to another client");
        }
        revocation.revoke(verified.token(), now);
    }

    private static Response notRevoked(Refused refused, Audit audit) {
        if (!isEndedAlready(refused)) {
            return OAuthError.of(refused.reason()).answer(refused, audit);
        }
        audit.refused(refused);
        return Response.json(200, Map.of());
    }

    private static boolean isEndedAlready(Refused refused) {
        return refused.reason() == Reason.ACCESS_TOKEN_INVALID || refused.reason() == Reason.ACCESS_TOKEN_EXPIRED;
    }
}
