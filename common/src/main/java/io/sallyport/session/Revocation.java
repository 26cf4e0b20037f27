package io.sallyport.session;

import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.token.AccessToken;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TokenStore;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/**
 * Revokes the session of a token, and with it all tokens of that session. Any holder of the token may do so, whatever
 * has happened to its identity. The response is sent only once the revocation is stored.
 */
public final class Revocation implements Audited {
    private final Sessions sessions;
    private final TokenStore tokens;
    private final InstantSource clock;

    public Revocation(Sessions sessions, TokenStore tokens, InstantSource clock) {
        this.sessions = sessions;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request, Audit audit) throws Refused {
        Instant now = clock.instant();
        VerifiedAccessToken verified =
                sessions.verifyOwn(TokenRequest.parse(request).accessToken(), now);
        audit.shown(verified.token());
        revoke(verified.token(), now);
        return Response.json(200, Map.of("message", "Successfully revoked access token"));
    }

    /** Revokes the session of a token. Once this returns, the revocation is stored. */
    public void revoke(AccessToken token, Instant now) throws Refused {
        revoke(token.session().id(), tokens, now);
    }

    /** Revokes a session by its id. Once this returns, the revocation is stored. */
    public static void revoke(SessionId session, TokenStore tokens, Instant now) throws Refused {
        // A token that was renewed a moment ago is the last that can be valid.
        tokens.revoke(session, now.plus(TokenPolicy.MAX_TOKEN_TTL).plusSeconds(60));
    }
}
