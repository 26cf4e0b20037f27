package io.sallyport.token.managed;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.token.RotatingKeys;
import io.sallyport.token.Signer;
import io.sallyport.token.SigningKey;
import io.sallyport.token.SigningKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Publishes the stored keys, and signs with those that it can decrypt. It never makes or changes one. */
public final class ManagedKeys implements RotatingKeys {
    static final String UNPROVEN = "its proof does not fit: the record was changed";

    private final KnownKeys known;
    private final DecryptedKeys decrypted;
    private final List<SigningKey> earlier;
    private final Problems problems;
    private volatile Reported reported = new Reported(Optional.empty(), Set.of());
    private volatile Publication publication = Publication.NONE;

    /** Where stored records that cannot be used are reported: once each, and again when the stored keys change. */
    @FunctionalInterface
    public interface Problems {
        void report(String keyId, String why);
    }

    /**
     * @param cipher decrypts only; processes that do not sign may have one that refuses everything
     * @param earlier public keys from before the issuer had managed keys, whose tokens may still be valid
     */
    public ManagedKeys(
            String issuer, ManagedKeyStore store, KeyCipher cipher, List<SigningKey> earlier, Problems problems) {
        this.known = new KnownKeys(issuer, store);
        this.decrypted = new DecryptedKeys(cipher);
        this.earlier = List.copyOf(earlier);
        this.problems = problems;
    }

    /** What was reported of these keys. */
    private record Reported(Optional<ManagedKeyRing> of, Set<String> texts) {}

    /** The keys that are published, until the first of them retires. */
    private record Publication(Optional<ManagedKeyRing> of, Instant until, SigningKeys keys, List<SigningKey> members) {
        static final Publication NONE =
                new Publication(Optional.empty(), Instant.MIN, SigningKeys.ofPublic(List.of()), List.of());

        boolean isOf(ManagedKeyRing ring, Instant now) {
            return of.isPresent() && of.get().equals(ring) && now.isBefore(until);
        }

        Optional<SigningKey> find(String keyId) {
            for (SigningKey key : members) {
                if (key.keyId().equals(keyId)) {
                    return Optional.of(key);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * {@inheritDoc} The key that was made last, of those whose time it is. If that cannot be decrypted, an older one signs as
     * long as it may.
     */
    @Override
    public Signer signer(Instant now) throws Refused {
        ManagedKeyRing ring = known.get(now);
        look(ring);
        openAhead(ring, now);
        Optional<Refused> failure = Optional.empty();
        for (int i = ring.keys().size() - 1; i >= 0; i--) {
            ManagedKey key = ring.keys().get(i);
            if (key.maySign(now)) {
                try {
                    return decrypted.signer(key, now);
                } catch (Refused refused) {
                    report(key, refused.detail());
                    failure = Optional.of(failure.orElse(refused));
                }
            }
        }
        throw failure.orElseGet(
                () -> new Refused(
                        Reason.KEYS_UNAVAILABLE,
                        "no managed key may sign at this time: does the key function run, and sallyport keys list show a key?"));
    }

    /** Decrypts the next key before its turn, so no login waits for it, and a failure is known in time. */
    private void openAhead(ManagedKeyRing ring, Instant now) {
        Optional<ManagedKey> next = ring.newest();
        if (next.isPresent() && now.isBefore(next.get().signFrom())) {
            try {
                decrypted.signerAhead(next.get(), now);
            } catch (Refused refused) {
                report(next.get(), refused.detail());
            }
        }
    }

    @Override
    public Optional<SigningKey> find(String keyId, Instant now) throws Refused {
        Optional<SigningKey> found = publication(known.get(now), now).find(keyId);
        return found.isPresent()
                ? found
                : publication(known.refreshed(now), now).find(keyId);
    }

    @Override
    public SigningKeys published(Instant now) throws Refused {
        Publication published = publication(known.get(now), now);
        if (published.members().isEmpty()) {
            throw new Refused(Reason.KEYS_UNAVAILABLE, "no managed key is stored");
        }
        return published.keys();
    }

    /**
     * All that is stored, for operators.
     *
     * @throws Refused if it cannot be read
     */
    public ManagedKeyRing stored(Instant now) throws Refused {
        return known.get(now).proven();
    }

    private Publication publication(ManagedKeyRing ring, Instant now) {
        Publication last = publication;
        if (last.isOf(ring, now)) {
            return last;
        }
        look(ring);
        List<SigningKey> members = new ArrayList<>();
        Instant until = Instant.MAX;
        for (ManagedKey key : ring.keys()) {
            if (key.isRetired(now)) {
                continue;
            }
            if (!key.isProven()) {
                report(key, UNPROVEN);
                continue;
            }
            members.add(key.publicKey());
            until = key.retireAt().isBefore(until) ? key.retireAt() : until;
        }
        addEarlier(members);
        Publication fresh =
                new Publication(Optional.of(ring), until, SigningKeys.ofPublic(members), List.copyOf(members));
        publication = fresh;
        return fresh;
    }

    private void addEarlier(List<SigningKey> members) {
        for (SigningKey key : earlier) {
            boolean isManaged = false;
            for (SigningKey member : members) {
                isManaged |= member.keyId().equals(key.keyId());
            }
            if (!isManaged) {
                members.add(key);
            }
        }
    }

    /** Reports what is wrong with keys that were not seen before, and forgets those that are gone. */
    private void look(ManagedKeyRing ring) {
        Reported last = reported;
        if (last.of().isPresent() && last.of().get().equals(ring)) {
            return;
        }
        reported = new Reported(Optional.of(ring), ConcurrentHashMap.newKeySet());
        decrypted.keepOnly(ring);
        for (ManagedKeyRing.RefusedRecord record : ring.refused()) {
            reportOnce(record.keyId(), record.why());
        }
    }

    private void report(ManagedKey key, String why) {
        reportOnce(key.keyId(), why);
    }

    private void reportOnce(String keyId, String why) {
        if (reported.texts().add(keyId + " " + why)) {
            problems.report(keyId, why);
        }
    }
}
