package io.sallyport.identity.document;

import io.sallyport.secret.Secret;
import java.time.Instant;
import java.util.Map;

/**
 * A secret that was made, to be shown once.
 *
 * @param id what it is called
 * @param entry what is stored of it
 */
public record MadeSecret(String id, Secret secret, Instant createdAt, Map<String, Object> entry) {
    public MadeSecret {
        entry = Map.copyOf(entry);
    }

    /** Neither the secret nor what is stored of it. */
    @Override
    public String toString() {
        return "MadeSecret[" + id + "]";
    }
}
