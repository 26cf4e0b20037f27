package io.sallyport.token;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.jwt.VerificationKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Verifies our own access tokens (RFC 9068 §4). The clock is our own too, so no skew is allowed. */
public final class AccessTokenVerifier {
    private final String issuer;
    private final Optional<SigningKeys> fixed;
    private final Optional<RotatingKeys> rotating;

    public AccessTokenVerifier(String issuer, SigningKeys keys) {
        this.issuer = issuer;
        this.fixed = Optional.of(keys);
        this.rotating = Optional.empty();
    }

    /** A verifier for keys that change while the process runs. */
    public AccessTokenVerifier(String issuer, RotatingKeys keys) {
        this.issuer = issuer;
        this.fixed = Optional.empty();
        this.rotating = Optional.of(keys);
    }

    /** The issuer, which is also the audience of login tokens. */
    public String issuer() {
        return issuer;
    }

    /**
     * @throws Refused {@link Reason#ACCESS_TOKEN_EXPIRED}; {@link Reason#ACCESS_TOKEN_INVALID} if it is otherwise not a valid token of ours;
     *     {@link Reason#KEYS_UNAVAILABLE} and others if our keys are not known
     */
    public VerifiedAccessToken verify(String compact, Instant now) throws Refused {
        try {
            return prove(UnverifiedJwt.parseAnyType(compact), UnverifiedJwt.Type.ISSUED, now);
        } catch (Refused refused) {
            throw invalid(refused);
        }
    }

    /**
     * Verifies a parsed token as {@link #verify(String, Instant)} does.
     *
     * @throws Refused as that does
     */
    public VerifiedAccessToken verify(UnverifiedJwt jwt, Instant now) throws Refused {
        try {
            return prove(jwt, UnverifiedJwt.Type.ISSUED, now);
        } catch (Refused refused) {
            throw invalid(refused);
        }
    }

    /**
     * Verifies a token for our own API, which must be of the type {@code at+jwt}.
     *
     * @throws Refused as {@link #verify}; also if it is for another audience
     */
    public VerifiedAccessToken verifyOwn(String compact, Instant now) throws Refused {
        try {
            VerifiedAccessToken verified =
                    prove(UnverifiedJwt.parseAnyType(compact), UnverifiedJwt.Type.ACCESS_TOKEN, now);
            if (!verified.token().audience().equals(issuer)) {
                throw new Refused(Reason.WRONG_AUDIENCE, "the token is for another audience");
            }
            return verified;
        } catch (Refused refused) {
            throw invalid(refused);
        }
    }

    private static Refused invalid(Refused refused) {
        // The keys are not known: that says nothing about the token.
        if (refused.reason().isUndecided()) {
            return refused;
        }
        return new Refused(
                refused.reason() == Reason.EXPIRED ? Reason.ACCESS_TOKEN_EXPIRED : Reason.ACCESS_TOKEN_INVALID,
                refused.reason().code() + ": " + refused.detail());
    }

    private SigningKeys.PublishedKey key(String keyId, Instant now) throws Refused {
        Optional<SigningKeys.PublishedKey> found = Optional.empty();
        if (fixed.isPresent()) {
            found = fixed.get().find(keyId);
        } else {
            Optional<SigningKey> key = rotating.orElseThrow().find(keyId, now);
            if (key.isPresent()) {
                found = Optional.of(new SigningKeys.PublishedKey(
                        key.get().algorithm(), key.get().publicKey()));
            }
        }
        return found.orElseThrow(() -> new Refused(Reason.UNKNOWN_KEY, "signed by a key that is not Sallyport's"));
    }

    private VerifiedAccessToken prove(UnverifiedJwt jwt, UnverifiedJwt.Type type, Instant now) throws Refused {
        jwt.require(type);
        SigningKeys.PublishedKey key = key(jwt.keyId(), now);
        JwtVerifier verifier = new JwtVerifier(key.algorithm(), TokenPolicy.MAX_TOKEN_TTL, Duration.ZERO);
        Claims claims = verifier.verify(jwt, (id, at) -> VerificationKey.unbounded(id, key.publicKey()), now)
                .claims();
        if (!claims.text("iss").equals(issuer)) {
            throw new Refused(Reason.WRONG_ISSUER, "the token has another issuer");
        }
        return new VerifiedAccessToken(
                AccessToken.read(claims, !jwt.is(UnverifiedJwt.Type.ACCESS_TOKEN)), claims.asMap());
    }
}
