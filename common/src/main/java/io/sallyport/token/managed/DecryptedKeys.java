package io.sallyport.token.managed;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.token.Signer;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.SigningService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The private keys in this process: each is decrypted once, and forgotten when it is no longer stored. After a failure,
 * the next try waits twice as long as the last time, up to {@link #MAX_PAUSE}.
 */
final class DecryptedKeys {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    static final Duration MAX_PAUSE = Duration.ofMinutes(5);

    private final KeyCipher cipher;
    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();

    DecryptedKeys(KeyCipher cipher) {
        this.cipher = cipher;
    }

    /** One key, of this exact record. */
    private static final class Entry {
        private volatile ManagedKey key;
        private final SingleFlight<Signer> flight = new SingleFlight<>();
        private volatile Optional<Signer> signer = Optional.empty();
        private volatile Failure failure = Failure.NONE;

        Entry(ManagedKey key) {
            this.key = key;
        }
    }

    private record Failure(Optional<Refused> why, Instant nextTry, Duration pause) {
        static final Failure NONE = new Failure(Optional.empty(), Instant.MIN, FIRST_PAUSE);

        Failure again(Refused refused, Instant now) {
            Duration longer = pause.multipliedBy(2);
            return new Failure(
                    Optional.of(refused), now.plus(pause), longer.compareTo(MAX_PAUSE) < 0 ? longer : MAX_PAUSE);
        }
    }

    /** @throws Refused if it cannot be decrypted, or could not a moment ago */
    Signer signer(ManagedKey key, Instant now) throws Refused {
        Entry entry = entry(key);
        if (entry.signer.isPresent()) {
            return entry.signer.get();
        }
        requireTry(entry, now);
        return entry.flight.run(() -> decrypt(entry, now));
    }

    /**
     * Decrypts the key, unless another caller is at it, or it failed a moment ago.
     *
     * @throws Refused if it cannot be decrypted
     */
    void signerAhead(ManagedKey key, Instant now) throws Refused {
        Entry entry = entry(key);
        if (entry.signer.isEmpty() && !now.isBefore(entry.failure.nextTry())) {
            entry.flight.tryRun(() -> decrypt(entry, now));
        }
    }

    /** Forgets the keys of other records than these. */
    void keepOnly(ManagedKeyRing ring) {
        Set<String> ids = new HashSet<>();
        for (ManagedKey key : ring.keys()) {
            ids.add(key.keyId());
        }
        entries.keySet().retainAll(ids);
    }

    private Entry entry(ManagedKey key) {
        Entry known = entries.get(key.keyId());
        if (known != null && known.key.equals(key)) {
            return known;
        }
        return entries.compute(key.keyId(), (id, there) -> {
            if (there == null || !there.key.document().equals(key.document())) {
                return new Entry(key);
            }
            there.key = key;
            return there;
        });
    }

    private static void requireTry(Entry entry, Instant now) throws Refused {
        Failure failure = entry.failure;
        if (failure.why().isPresent() && now.isBefore(failure.nextTry())) {
            throw failure.why().get();
        }
    }

    private Signer decrypt(Entry entry, Instant now) throws Refused {
        if (entry.signer.isPresent()) {
            return entry.signer.get();
        }
        requireTry(entry, now);
        try {
            Signer signer = open(entry.key);
            entry.signer = Optional.of(signer);
            return signer;
        } catch (Refused refused) {
            entry.failure = entry.failure.again(refused, now);
            throw refused;
        }
    }

    private Signer open(ManagedKey key) throws Refused {
        // Others do not publish a key without it, so that no verifier would know the key.
        if (!key.isProven()) {
            throw new Refused(Reason.KEYS_UNAVAILABLE, ManagedKeys.UNPROVEN);
        }
        byte[] plaintext = cipher.decrypt(key.ciphertext(), key.bound());
        Signer signer;
        try {
            // Also checks that the halves belong together, by a trial signature.
            signer = SigningKeys.parsePrivate(new String(plaintext, StandardCharsets.UTF_8))
                    .signer(DecryptedKeys::noService);
        } catch (IllegalArgumentException e) {
            throw new Refused(Reason.KEYS_UNAVAILABLE, "what was decrypted is not a private signing key");
        }
        if (!signer.keyId().equals(key.keyId()) || signer.algorithm() != key.algorithm()) {
            throw new Refused(Reason.KEYS_UNAVAILABLE, "the private part is of another key than the public part");
        }
        return signer;
    }

    private static SigningService noService() {
        throw new IllegalArgumentException("a key that names a service");
    }
}
