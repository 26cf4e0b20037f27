package io.sallyport.oauth;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Request;
import io.sallyport.identity.Identity;
import io.sallyport.login.SingleUses;
import io.sallyport.method.Admitted;
import io.sallyport.session.Sessions;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Authenticates the caller of an introspection or a revocation (RFC 7662 §2.1, RFC 7009 §2.1): a client by any way of
 * client authentication, or by its own access token as bearer (RFC 6750 §2.1). That token's use counts like any other,
 * once everything else about it is valid.
 */
public final class CallerAuthenticator {
    private static final String BEARER = "Bearer ";

    private final Sessions sessions;
    private final ClientAuthenticator clients;
    private final SingleUses singleUses;

    public CallerAuthenticator(Sessions sessions, ClientAuthenticator clients, SingleUses singleUses) {
        this.sessions = sessions;
        this.clients = clients;
        this.singleUses = singleUses;
    }

    /** The error for a caller that is not authenticated, matching how it tried. */
    static OAuthError error(Request request, Refused refused) {
        OAuthError error = OAuthError.ofClient(refused.reason());
        return error == OAuthError.INVALID_CLIENT && bearer(request).isPresent() ? OAuthError.INVALID_TOKEN : error;
    }

    private static Optional<String> bearer(Request request) {
        List<String> headers = request.headers().all("Authorization");
        return headers.size() == 1 && headers.get(0).regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(headers.get(0).substring(BEARER.length()).trim())
                : Optional.empty();
    }

    /**
     * @throws Refused if the caller is not authenticated; {@link Reason#CLIENT_NOT_AUTHENTICATED} if it does not try
     */
    Identity authenticate(Request request, OAuthForm form, Audit audit, Instant now) throws Refused {
        Optional<String> bearer = bearer(request);
        Identity caller = bearer.isPresent() ? byToken(bearer.get(), request, now) : byCredential(request, form, now);
        audit.caller(caller.id());
        return caller;
    }

    private Identity byToken(String token, Request request, Instant now) throws Refused {
        VerifiedAccessToken verified = sessions.verifyOwn(token, now);
        Sessions.Live live = sessions.requireLive(verified, now);
        Sessions.requireTrusted(live.token(), request.client().text());
        sessions.spend(live.token(), now);
        return live.identity();
    }

    private Identity byCredential(Request request, OAuthForm form, Instant now) throws Refused {
        Admitted admitted = clients.authenticate(request, form, now)
                .orElseThrow(
                        () -> new Refused(Reason.CLIENT_NOT_AUTHENTICATED, "the request has no client credential"));
        singleUses.claim(admitted.verified(), now);
        return admitted.identity();
    }
}
