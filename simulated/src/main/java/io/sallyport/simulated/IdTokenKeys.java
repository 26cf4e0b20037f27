package io.sallyport.simulated;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** The keys that ID tokens are signed with: Google publishes two, of which the newer signs. */
final class IdTokenKeys {
    private static final int PUBLISHED = 2;

    private final KeyPool pool;
    private final Deque<SigningKey> published = new ArrayDeque<>();

    IdTokenKeys(KeyPool pool) {
        this.pool = pool;
    }

    synchronized SigningKey current() {
        if (published.isEmpty()) {
            rotate();
        }
        return published.getLast();
    }

    synchronized void rotate() {
        do {
            published.addLast(pool.draw());
        } while (published.size() < PUBLISHED);
        if (published.size() > PUBLISHED) {
            published.removeFirst();
        }
    }

    synchronized void withdrawOld() {
        SigningKey current = current();
        published.clear();
        published.add(current);
    }

    /** A JWK set (RFC 7517, section 5), the older key first. */
    synchronized Map<String, Object> jwks() {
        current();
        return Map.of(
                "keys",
                published.stream()
                        .map(key -> key.key().toPublicJWK().toJSONObject())
                        .toList());
    }
}
