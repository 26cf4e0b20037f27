package io.sallyport.session;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.login.TokenResponse;
import io.sallyport.token.AccessToken;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TokenStore;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Gives a session a new token in place of one that is still valid; the old one stays valid until its own expiry. TTL, max
 * TTL and trusted IPs are those of the identity as it is now, so a shortened policy bites here. No use is taken, and none
 * is given back.
 */
public final class Renewal implements Audited {
    private final Sessions sessions;
    private final TokenMinter minter;
    private final TokenStore tokens;
    private final InstantSource clock;
    private final Supplier<String> ids;

    public Renewal(
            Sessions sessions, TokenMinter minter, TokenStore tokens, InstantSource clock, Supplier<String> ids) {
        this.sessions = sessions;
        this.minter = minter;
        this.tokens = tokens;
        this.clock = clock;
        this.ids = ids;
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
        AccessToken renewed = renewed(live, policy, now);
        requireUsesLeft(renewed, now);
        String jwt = minter.mint(renewed);
        if (renewed.session().maxUses() > 0) {
            tokens.extend(renewed.session().id(), now, renewed.expiry());
        }
        audit.issued(renewed);
        return TokenResponse.of(jwt, renewed, policy);
    }

    private AccessToken renewed(Sessions.Live live, TokenPolicy policy, Instant now) throws Refused {
        AccessToken.Session session = live.token().session();
        Instant issuedAt = TokenPolicy.wholeSeconds(now);
        Instant expiry = policy.expiry(issuedAt, session.start());
        if (!expiry.isAfter(now)) {
            throw new Refused(
                    Reason.SESSION_ENDED,
                    "the session began at " + session.start() + " and may last "
                            + policy.maxTtl().toSeconds() + " s");
        }
        return new AccessToken(
                ids.get(),
                live.identity().asSubject(),
                session.with(policy.trustedIps()),
                live.token().audience(),
                issuedAt,
                expiry);
    }

    private void requireUsesLeft(AccessToken token, Instant now) throws Refused {
        if (token.session().maxUses() == 0) {
            return;
        }
        OptionalLong left = tokens.usesLeft(token.session().id(), now);
        if (left.isEmpty() || left.getAsLong() == 0) {
            throw new Refused(
                    Reason.USES_EXHAUSTED, "the session's " + token.session().maxUses() + " uses are taken");
        }
    }
}
