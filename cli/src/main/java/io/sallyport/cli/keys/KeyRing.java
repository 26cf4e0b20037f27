package io.sallyport.cli.keys;

import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The signing keys of an issuer, of which exactly one is current. */
record KeyRing(List<SigningKey> keys) {
    KeyRing {
        keys = List.copyOf(keys);
    }

    SigningKey current() {
        return in(KeyState.CURRENT).findFirst().orElseThrow();
    }

    /** The next key; of several, the one that was published first. */
    Optional<SigningKey> next() {
        return in(KeyState.NEXT).min(Comparator.comparing(key -> key.since().orElse(Instant.MAX)));
    }

    List<SigningKey> retired() {
        return in(KeyState.RETIRED).toList();
    }

    Optional<SigningKey> find(String keyId) {
        return keys.stream().filter(key -> key.keyId().equals(keyId)).findFirst();
    }

    private Stream<SigningKey> in(KeyState state) {
        return keys.stream().filter(key -> key.state() == state);
    }

    KeyRing with(SigningKey another) {
        List<SigningKey> more = new ArrayList<>(keys);
        more.add(another);
        return new KeyRing(more);
    }

    KeyRing without(SigningKey one) {
        return new KeyRing(
                keys.stream().filter(key -> !key.keyId().equals(one.keyId())).toList());
    }

    /** Makes this key current and retires the current one. */
    KeyRing promote(SigningKey next, Instant now) {
        return map(current(), key -> key.with(KeyState.RETIRED, now)).map(next, key -> key.with(KeyState.CURRENT, now));
    }

    /** Dates its state from now, since the actual time is unknown. */
    KeyRing dated(SigningKey undated, Instant now) {
        return map(undated, key -> key.with(key.state(), now));
    }

    private KeyRing map(SigningKey one, UnaryOperator<SigningKey> change) {
        return new KeyRing(keys.stream()
                .map(key -> key.keyId().equals(one.keyId()) ? change.apply(key) : key)
                .toList());
    }
}
