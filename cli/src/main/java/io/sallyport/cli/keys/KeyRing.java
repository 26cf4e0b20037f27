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

    /** Of several, that which was published first. */
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

    /** That one signs from now on, and the one that did is retired. */
    KeyRing promote(SigningKey next, Instant now) {
        return map(current(), key -> key.with(KeyState.RETIRED, now)).map(next, key -> key.with(KeyState.CURRENT, now));
    }

    /** Its state counts from now on, since nobody knows since when it is in it. */
    KeyRing dated(SigningKey undated, Instant now) {
        return map(undated, key -> key.with(key.state(), now));
    }

    private KeyRing map(SigningKey one, UnaryOperator<SigningKey> change) {
        return new KeyRing(keys.stream()
                .map(key -> key.keyId().equals(one.keyId()) ? change.apply(key) : key)
                .toList());
    }
}
