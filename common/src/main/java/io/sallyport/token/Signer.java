package io.sallyport.token;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Algorithm;

/** Signs access tokens with the current key. */
public interface Signer {
    /** The key's id: its RFC 7638 thumbprint. */
    String keyId();

    Algorithm algorithm();

    /**
     * @return the signature in the form that JWS requires (RFC 7518 §3.3, §3.4)
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} or {@link Reason#KEYS_TIMEOUT} if the key could not be reached
     */
    byte[] sign(byte[] signingInput) throws Refused;
}
