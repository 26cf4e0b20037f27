package io.sallyport.identity.document;

import java.time.Instant;

/** Makes the secrets of an auth method one by one; each is an entry of a list in the method's document. */
public interface SecretMaker {
    /** How many random bytes a secret has. */
    int BYTES = 32;

    /** The field of the method's document with the list; each entry has an {@code id}. */
    String list();

    /**
     * @param id the name of the secret
     * @param random {@link #BYTES} unpredictable bytes
     * @param now in whole seconds
     * @throws IllegalArgumentException if the id is malformed
     */
    MadeSecret make(String id, byte[] random, Instant now);
}
