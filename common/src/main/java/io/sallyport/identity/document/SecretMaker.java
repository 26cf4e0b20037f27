package io.sallyport.identity.document;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
     * @param limits other fields of its entry: what it is for, and how long and how often it may be used
     * @throws IllegalArgumentException if the id or a limit is malformed
     */
    MadeSecret make(String id, byte[] random, Instant now, Map<String, ? extends @Nullable Object> limits);
}
