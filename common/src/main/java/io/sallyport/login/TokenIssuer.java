package io.sallyport.login;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.Verified;
import io.sallyport.token.AccessToken;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Begins sessions, however their identities were admitted. */
public final class TokenIssuer {
    /** In bytes, as JSON: the facts of an attestation are in every token of the session, which must not be too long. */
    public static final int MAX_FACTS = 1792;

    /** The most bytes of JSON that a character takes. */
    private static final int WIDEST = 6;

    private final TokenMinter minter;
    private final TokenStore tokens;
    private final SingleUses singleUses;
    private final LastLogins lastLogins;
    private final Supplier<String> ids;

    /** @param ids makes unpredictable ids of 128 bits or more, in the characters of base64url */
    public TokenIssuer(TokenMinter minter, TokenStore tokens, LastLogins lastLogins, Supplier<String> ids) {
        this.minter = minter;
        this.tokens = tokens;
        this.singleUses = new SingleUses(tokens, lastLogins);
        this.lastLogins = lastLogins;
        this.ids = ids;
    }

    /** A signed token of a session, with its claims. */
    public record Issued(String jwt, AccessToken token) {
        /** Never the token itself. */
        @Override
        public String toString() {
            return "Issued[" + token.tokenId() + "]";
        }
    }

    /**
     * The target and longest lifetime of a token.
     *
     * @param longest the longest lifetime, whatever the policy says; in whole seconds
     */
    public record TokenSpec(AccessToken.Target target, Duration longest) {}

    /** The guard against reuse of assertions. */
    public SingleUses singleUses() {
        return singleUses;
    }

    /** The spec of a token for our own API, as every login issues one. */
    public TokenSpec own() {
        return own(minter.issuer());
    }

    /** The spec of a token for the API of this issuer, without the means to sign it. */
    public static TokenSpec own(String issuer) {
        return new TokenSpec(AccessToken.Target.own(issuer), TokenPolicy.MAX_TOKEN_TTL);
    }

    /**
     * Begins a session of an admitted identity, and mints its first token. A session that a mark would revoke at once
     * is never begun: clocks differ, and the mark may be of this very millisecond.
     *
     * @param method what admitted it, whose policy its tokens follow
     * @throws Refused {@link Reason#REVOCATION_TOO_RECENT} before anything is used up; a retry a moment later works;
     *     {@link Reason#TOKEN_TOO_LONG} if the facts of the attestation leave no room for the rest of a token
     */
    public Issued begin(
            Identity identity,
            AuthMethod<?> method,
            Verified<? extends Attestation> verified,
            TokenSpec wanted,
            Instant now)
            throws Refused {
        TokenPolicy policy = method.policy();
        AccessToken.Session session = new AccessToken.Session(
                new SessionId(ids.get()),
                now,
                verified.attestation().method(),
                method.sessionFacts(verified.attestation()),
                policy.maxUses(),
                policy.trustedIps());
        requireBounded(session.attestation());
        requireAfterMarks(identity, session);
        Issued issued = issue(identity.asSubject(), session, policy, wanted, now);
        remember(verified, policy, issued.token(), now);
        lastLogins.note(identity.id(), session.method(), now);
        return issued;
    }

    private static void requireAfterMarks(Identity identity, AccessToken.Session session) throws Refused {
        Optional<Instant> mark = identity.markOn(session);
        if (mark.isPresent()) {
            throw new Refused(
                    Reason.REVOCATION_TOO_RECENT,
                    "the session would begin at " + session.start() + ", and a mark revokes those up to " + mark.get());
        }
    }

    private static void requireBounded(Map<String, String> facts) throws Refused {
        int most = 2;
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            most += WIDEST * (1 + fact.getKey().length() + fact.getValue().length());
        }
        // Most facts are far below the bound, and need not be serialized to see that.
        int length = most <= MAX_FACTS ? most : Json.write(facts).length;
        if (length > MAX_FACTS) {
            throw new Refused(
                    Reason.TOKEN_TOO_LONG,
                    "the attestation's facts have " + length + " bytes as JSON, more than the maximum of " + MAX_FACTS);
        }
    }

    /**
     * Mints another token of a live session. If its uses are limited, the store keeps them until that token expires.
     *
     * @throws Refused {@link Reason#SESSION_ENDED} if the policy lets it live no longer
     */
    public Issued another(
            AccessToken.Subject subject, AccessToken.Session session, TokenPolicy policy, TokenSpec wanted, Instant now)
            throws Refused {
        Issued issued = issue(subject, session, policy, wanted, now);
        if (session.maxUses() > 0) {
            tokens.extend(session.id(), now, issued.token().expiry());
        }
        return issued;
    }

    private Issued issue(
            AccessToken.Subject subject, AccessToken.Session session, TokenPolicy policy, TokenSpec wanted, Instant now)
            throws Refused {
        Instant issuedAt = TokenPolicy.wholeSeconds(now);
        Instant byPolicy = policy.expiry(issuedAt, session.start());
        Instant latest = issuedAt.plus(wanted.longest());
        Instant expiry = byPolicy.isBefore(latest) ? byPolicy : latest;
        if (!expiry.isAfter(now)) {
            throw new Refused(
                    Reason.SESSION_ENDED,
                    "the session began at " + session.start() + " and may last "
                            + policy.maxTtl().toSeconds() + " s");
        }
        AccessToken token = new AccessToken(ids.get(), subject, session, wanted.target(), issuedAt, expiry);
        return new Issued(minter.mint(token), token);
    }

    /** The only writes; an admission without single use and with unlimited uses makes none. */
    private void remember(Verified<?> verified, TokenPolicy policy, AccessToken token, Instant now) throws Refused {
        singleUses.claim(verified, now);
        if (policy.limitsUses()) {
            Instant end = policy.sessionEnd(token.session().start()).orElse(token.expiry());
            tokens.open(token.session().id(), policy.maxUses(), end);
        }
    }
}
