package io.sallyport.jwt;

import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;

/**
 * A public key of an issuer, with its validity period.
 *
 * @param notAfter exclusive
 */
public record VerificationKey(String id, PublicKey key, Instant notBefore, Instant notAfter) {
    private static final Instant FOREVER = Instant.parse("9999-12-31T23:59:59Z");

    /** A key without a validity period: it is valid for as long as it is published. */
    public static VerificationKey unbounded(String id, PublicKey key) {
        return new VerificationKey(id, key, Instant.EPOCH, FOREVER);
    }

    /** @param skew how far the issuer's clock may be ahead of ours */
    boolean isValid(Instant now, Duration skew) {
        return !notBefore.isAfter(now.plus(skew)) && now.isBefore(notAfter);
    }

    /** Whether the issuer replaces such keys within that time, judging by the key's validity period. */
    public boolean isValidAtMost(Duration time) {
        return Duration.between(notBefore, notAfter).compareTo(time) <= 0;
    }
}
