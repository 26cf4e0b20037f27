package io.sallyport.jwt;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Instant;

/** Provides an issuer's public keys. */
@FunctionalInterface
public interface KeySource {
    /**
     * @throws Refused {@link Reason#UNKNOWN_KEY} if the issuer has no such key; {@link Reason#KEYS_UNAVAILABLE} or
     *     {@link Reason#KEYS_TIMEOUT} if that could not be found out
     */
    VerificationKey key(String keyId, Instant now) throws Refused;

    /**
     * The key to verify a JWT with: the one that it names.
     *
     * @param by the issuer's algorithm
     * @throws Refused as {@link #key(String, Instant)}
     */
    default VerificationKey key(UnverifiedJwt jwt, Algorithm by, Instant now) throws Refused {
        return key(jwt.keyId(), now);
    }
}
