package io.sallyport.simulated;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The keys that an issuer signs its tokens with: two are published, of which the newer signs. */
public final class RotatingKeys {
    private static final int PUBLISHED = 2;

    private final Supplier<SigningKey> source;
    private final Function<SigningKey, Map<String, Object>> form;
    private final Deque<SigningKey> published = new ArrayDeque<>();

    /** @param form a key as a member of a JWK set */
    public RotatingKeys(Supplier<SigningKey> source, Function<SigningKey, Map<String, Object>> form) {
        this.source = source;
        this.form = form;
    }

    /** In the form of Google's ID token keys. */
    public RotatingKeys(KeyPool pool) {
        this(pool::draw, key -> key.key().toPublicJWK().toJSONObject());
    }

    public synchronized SigningKey current() {
        if (published.isEmpty()) {
            rotate();
        }
        return published.getLast();
    }

    public synchronized void rotate() {
        do {
            published.addLast(source.get());
        } while (published.size() < PUBLISHED);
        if (published.size() > PUBLISHED) {
            published.removeFirst();
        }
    }

    public synchronized void withdrawOld() {
        SigningKey current = current();
        published.clear();
        published.add(current);
    }

    /** A JWK set (RFC 7517, section 5), the older key first. */
    public synchronized Map<String, Object> jwks() {
        current();
        return Map.of("keys", published.stream().map(form).toList());
    }
}
