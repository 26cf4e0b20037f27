package io.sallyport.token;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.jwt.VerificationKey;
import java.time.Duration;
import java.time.Instant;

/** Proves access tokens of our own (RFC 9068 §4). The clock is our own too, so no skew is granted. */
public final class AccessTokenVerifier {
    private final String issuer;
    private final SigningKeys keys;

    public AccessTokenVerifier(String issuer, SigningKeys keys) {
        this.issuer = issuer;
        this.keys = keys;
    }

    /** The issuer's own audience: what login tokens are for. */
    public String issuer() {
        return issuer;
    }

    /**
     * @throws Refused {@link Reason#ACCESS_TOKEN_EXPIRED}; {@link Reason#ACCESS_TOKEN_INVALID} for whatever else is not a
     *     token of ours
     */
    public VerifiedAccessToken verify(String compact, Instant now) throws Refused {
        try {
            return prove(UnverifiedJwt.parseAnyType(compact), UnverifiedJwt.Type.ISSUED, now);
        } catch (Refused refused) {
            throw invalid(refused);
        }
    }

    /**
     * As {@link #verify(String, Instant)}, for a token that is parsed already.
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
     * The same for a token for our own API: its type must be {@code at+jwt}, which is nobody's else.
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
        return new Refused(
                refused.reason() == Reason.EXPIRED ? Reason.ACCESS_TOKEN_EXPIRED : Reason.ACCESS_TOKEN_INVALID,
                refused.reason().code() + ": " + refused.detail());
    }

    private VerifiedAccessToken prove(UnverifiedJwt jwt, UnverifiedJwt.Type type, Instant now) throws Refused {
        jwt.require(type);
        SigningKeys.PublishedKey key =
                keys.find(jwt.keyId()).orElseThrow(() -> new Refused(Reason.UNKNOWN_KEY, "signed by no key of ours"));
        JwtVerifier verifier = new JwtVerifier(key.algorithm(), TokenPolicy.MAX_TOKEN_TTL, Duration.ZERO);
        Claims claims = verifier.verify(jwt, (id, at) -> VerificationKey.unbounded(id, key.publicKey()), now)
                .claims();
        if (!claims.text("iss").equals(issuer)) {
            throw new Refused(Reason.WRONG_ISSUER, "the issuer is another");
        }
        return new VerifiedAccessToken(
                AccessToken.read(claims, !jwt.is(UnverifiedJwt.Type.ACCESS_TOKEN)), claims.asMap());
    }
}
