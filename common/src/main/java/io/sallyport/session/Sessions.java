package io.sallyport.session;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Grant;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.token.AccessToken;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.TokenStore;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tells whether a token's session is still live, by what is known of it now: the token only proves that it once was.
 *
 * <p>A disabled identity has no live session: whatever a token is presented for, its identity and its auth method must
 * still exist.
 */
public final class Sessions {
    /** The checks of {@link #verify}. */
    public static final CheckSequence TOKEN_CHECKS = CheckSequence.of(Check.ACCESS_TOKEN);

    /** The checks of {@link #requireTrusted}. */
    public static final CheckSequence ADDRESS_CHECKS = CheckSequence.of(Check.ADDRESS);

    /** The checks of {@link #requireUsesLeft}. */
    public static final CheckSequence USES_CHECKS = CheckSequence.of(Check.USES);

    private static final CheckSequence OWN_CHECKS = CheckSequence.of(
            Check.IDENTITY, Check.ENABLED, Check.METHOD, Check.REVOCATION_MARK, Check.ACTORS, Check.SESSION);

    /** A token for another audience still needs its grant. */
    private static final CheckSequence RESOURCE_CHECKS = CheckSequence.of(
            Check.IDENTITY,
            Check.ENABLED,
            Check.METHOD,
            Check.REVOCATION_MARK,
            Check.GRANT,
            Check.SCOPE,
            Check.ACTORS,
            Check.SESSION);

    private final AccessTokenVerifier verifier;
    private final CachedIdentities identities;
    private final TokenStore tokens;
    private final Delegation delegation;

    public Sessions(AccessTokenVerifier verifier, CachedIdentities identities, TokenStore tokens) {
        this.verifier = verifier;
        this.identities = identities;
        this.tokens = tokens;
        this.delegation = new Delegation(identities);
    }

    /** A token of a live session, with the current identity and method. */
    public record Live(VerifiedAccessToken verified, Identity identity, AuthMethod<?> method) {
        public AccessToken token() {
            return verified.token();
        }
    }

    /**
     * Verifies that the token is ours, for the audience of our own API, and unexpired.
     *
     * @throws Refused {@link Reason#ACCESS_TOKEN_EXPIRED}, {@link Reason#ACCESS_TOKEN_INVALID}
     */
    public VerifiedAccessToken verifyOwn(String accessToken, Instant now) throws Refused {
        return verifier.verifyOwn(accessToken, now);
    }

    /**
     * Verifies that the token is ours, for any audience, and unexpired.
     *
     * @throws Refused as {@link #verifyOwn}
     */
    public VerifiedAccessToken verify(String accessToken, Instant now) throws Refused {
        return verifier.verify(accessToken, now);
    }

    /**
     * Verifies that a parsed token is ours, for any audience, and unexpired.
     *
     * @throws Refused as {@link #verify(String, Instant)}
     */
    public VerifiedAccessToken verify(UnverifiedJwt accessToken, Instant now) throws Refused {
        return verifier.verify(accessToken, now);
    }

    /**
     * Requires that a token's session is live, that its owner may still have what the token allows, and that its actors
     * may still act for the owner ({@link Delegation}). Identities may be the cache's few seconds old; a revocation of
     * a session is seen at once.
     *
     * @throws Refused {@link Reason#UNKNOWN_IDENTITY}, {@link Reason#IDENTITY_DISABLED}, {@link Reason#NO_AUTH_METHOD},
     *     {@link Reason#SESSION_REVOKED}, {@link Reason#GRANT_MISSING}, {@link Reason#SCOPE_NOT_GRANTED}, {@link
     *     Reason#AUDIENCE_NOT_OWNED}; or if the store did not answer
     */
    public Live requireLive(VerifiedAccessToken verified, Instant now) throws Refused {
        return requireLive(verified, now, checks(verified).begin());
    }

    /** The checks of {@link #requireLive} for that token. */
    public CheckSequence checks(VerifiedAccessToken verified) {
        return isOwn(verified.token()) ? OWN_CHECKS : RESOURCE_CHECKS;
    }

    private boolean isOwn(AccessToken token) {
        return token.audience().equals(verifier.issuer());
    }

    /**
     * Requires that a token's session is live, and records each check in the trace.
     *
     * @param trace of {@link #checks}
     * @throws Refused as {@link #requireLive(VerifiedAccessToken, Instant)}
     */
    public Live requireLive(VerifiedAccessToken verified, Instant now, CheckTrace trace) throws Refused {
        AccessToken token = verified.token();
        trace.at(Check.IDENTITY);
        Identity identity = identities
                .find(token.subject().id())
                .orElseThrow(() -> new Refused(Reason.UNKNOWN_IDENTITY, "the identity was deleted"));
        trace.at(Check.ENABLED);
        identity.requireEnabled();
        trace.at(Check.METHOD);
        AuthMethod<?> method = identity.methodOf(token.session().method())
                .orElseThrow(() -> new Refused(
                        Reason.NO_AUTH_METHOD,
                        "the auth method of the session, " + token.session().method() + ", was removed"));
        if (!method.has(token.session().attestation())) {
            throw new Refused(
                    Reason.NO_AUTH_METHOD,
                    "the credential that the session began with was removed from "
                            + token.session().method());
        }
        trace.at(Check.REVOCATION_MARK);
        Optional<Instant> mark = identity.markOn(token.session());
        if (mark.isPresent()) {
            throw Refused.claim(
                    Reason.SESSION_REVOKED,
                    "auth_time",
                    "the session began at " + token.session().start() + ", and a mark revokes those up to "
                            + mark.get());
        }
        if (!isOwn(token)) {
            requireGrant(identity, token.target(), trace);
        }
        trace.at(Check.ACTORS);
        delegation.require(token, identity);
        trace.at(Check.SESSION);
        if (tokens.isRevoked(token.session().id(), now)) {
            throw Refused.claim(Reason.SESSION_REVOKED, "sid", "the session was revoked");
        }
        trace.requireComplete();
        return new Live(verified, identity, method);
    }

    /** The identity that currently acts for a token's owner, if one does. */
    public Optional<Identity> currentActor(AccessToken token) throws Refused {
        return delegation.current(token);
    }

    /** Requires that the owner's grant still covers the token. Our own API needs none. */
    private static void requireGrant(Identity owner, AccessToken.Target target, CheckTrace trace) throws Refused {
        trace.at(Check.GRANT);
        Grant grant = owner.client()
                .grant(target.audience())
                .orElseThrow(() -> Refused.claim(
                        Reason.GRANT_MISSING,
                        "aud",
                        owner.id() + " has no grant for " + Quoted.quote(target.audience())));
        trace.at(Check.SCOPE);
        if (!grant.scopes().containsAll(target.scopes())) {
            throw Refused.claim(
                    Reason.SCOPE_NOT_GRANTED,
                    "scope",
                    "of " + Quoted.quote(target.scopes().toString()) + " " + owner.id() + " may have only "
                            + Quoted.quote(grant.scopes().toString()) + " at " + grant.audience());
        }
    }

    /**
     * Requires that a session has uses left, if they are limited. Takes none.
     *
     * @throws Refused {@link Reason#USES_EXHAUSTED}
     */
    public void requireUsesLeft(AccessToken token, Instant now) throws Refused {
        if (token.session().maxUses() == 0) {
            return;
        }
        OptionalLong left = tokens.usesLeft(token.session().id(), now);
        if (left.isEmpty() || left.getAsLong() == 0) {
            throw exhausted(token);
        }
    }

    /**
     * Takes a use, if they are limited.
     *
     * @return the uses left after this one; empty if they are not limited
     * @throws Refused {@link Reason#USES_EXHAUSTED}
     */
    public OptionalLong spend(AccessToken token, Instant now) throws Refused {
        if (token.session().maxUses() == 0) {
            return OptionalLong.empty();
        }
        OptionalLong left = tokens.spend(token.session().id(), now);
        if (left.isEmpty()) {
            throw exhausted(token);
        }
        return left;
    }

    private static Refused exhausted(AccessToken token) {
        return new Refused(
                Reason.USES_EXHAUSTED, "the session's " + token.session().maxUses() + " uses are used up");
    }

    /**
     * Requires that a token may be used from an address.
     *
     * @param address empty if unknown
     * @throws Refused {@link Reason#CLIENT_ADDRESS_NOT_TRUSTED}
     */
    public static void requireTrusted(AccessToken token, String address) throws Refused {
        if (!token.session().trustedIps().contains(address)) {
            throw new Refused(
                    Reason.CLIENT_ADDRESS_NOT_TRUSTED,
                    "the client's address is not in "
                            + token.session().trustedIps().blocks());
        }
    }
}
