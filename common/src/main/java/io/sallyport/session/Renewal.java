package io.sallyport.session;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.login.TokenIssuer;
import io.sallyport.login.TokenResponse;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Gives a session a new token in place of one that is still valid; the old one stays valid until its own expiry. TTL,
 * max TTL and trusted IPs are those of the identity as it is now, so a shortened policy takes effect here. Renewing
 * neither takes nor restores a use.
 */
public final class Renewal implements Audited {
    private final Sessions sessions;
    private final TokenIssuer newSessions;
    private final InstantSource clock;

    public Renewal(Sessions sessions, TokenIssuer newSessions, InstantSource clock) {
        this.sessions = sessions;
        this.newSessions = newSessions;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request, Audit audit) throws Refused {
        Instant now = clock.instant();
        VerifiedAccessToken verified =
                sessions.verifyOwn(TokenRequest.parse(request).accessToken(), now);
        audit.shown(verified.token());
        Sessions.Live live = sessions.requireLive(verified, now);
        TokenPolicy policy = live.method().policy();
        if (!policy.trustedIps().contains(request.client().text())) {
            throw new Refused(
                    Reason.CLIENT_ADDRESS_NOT_TRUSTED,
                    "the address " + request.client().text() + " is not in "
                            + policy.trustedIps().blocks());
        }
        sessions.requireUsesLeft(live.token(), now);
        TokenIssuer.Issued renewed = newSessions.another(
                live.identity().asSubject(),
                live.token().session().with(policy.trustedIps()),
                policy,
                newSessions.own(),
                now);
        audit.issued(renewed.token());
        return TokenResponse.of(renewed.jwt(), renewed.token(), policy);
    }
}
