package io.sallyport.identity.document;

import io.sallyport.secret.Secret;
import java.time.Instant;
import java.util.Map;

/**
 * A new secret, to be shown once.
 *
 * @param id its name
 * @param entry what is stored of it
 */
public record MadeSecret(String id, Secret secret, Instant createdAt, Map<String, Object> entry) {
    public MadeSecret {
        entry = Map.copyOf(entry);
    }

    /** Omits the secret and its stored form. */
    @Override
    public String toString() {
        return "MadeSecret[" + id + "]";
    }
}
