package io.sallyport.token;

import io.sallyport.Reason;
import io.sallyport.Refused;

/** Signs with keys that never leave the service. */
@FunctionalInterface
public interface SigningService {
    /**
     * @param sha256 the digest to sign
     * @return the signature as the service makes it: for EC keys in DER (RFC 3279 §2.2.3)
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} or {@link Reason#KEYS_TIMEOUT}
     */
    byte[] sign(KmsKeyVersion key, byte[] sha256) throws Refused;
}
