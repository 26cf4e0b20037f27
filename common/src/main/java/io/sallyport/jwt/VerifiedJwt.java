package io.sallyport.jwt;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A JWT whose signature and times have been verified. Only {@link JwtVerifier} makes one. */
public final class VerifiedJwt {
    private final UnverifiedJwt jwt;
    private final VerificationKey key;

    VerifiedJwt(UnverifiedJwt jwt, VerificationKey key) {
        this.jwt = jwt;
        this.key = key;
    }

    public Claims claims() {
        return jwt.unverifiedClaims();
    }

    /** The key that verified it. */
    public VerificationKey key() {
        return key;
    }

    /**
     * The SHA-256 of the signed content, in lower-case hex. Not of the whole token: some algorithms let anyone write a
     * second valid signature.
     */
    public String digest() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jwt.signingInput()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "VerifiedJwt[by key " + key.id() + "]";
    }
}
