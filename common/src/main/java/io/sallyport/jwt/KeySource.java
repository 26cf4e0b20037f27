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
}
