package io.sallyport.token.managed;

import io.sallyport.Reason;
import io.sallyport.Refused;

/** Encrypts private signing keys, with a key that encrypts nothing else. */
public interface KeyCipher {
    /**
     * @param bound what the ciphertext is bound to: additional authenticated data (NIST SP 800-38D §5.2.1.1)
     * @return printable ASCII without white space
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} or {@link Reason#KEYS_TIMEOUT}
     */
    String encrypt(byte[] plaintext, byte[] bound) throws Refused;

    /**
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} or {@link Reason#KEYS_TIMEOUT}; the first also if the ciphertext
     *     was not encrypted with this key for exactly these bytes
     */
    byte[] decrypt(String ciphertext, byte[] bound) throws Refused;
}
