package io.sallyport.token.managed;

import com.nimbusds.jose.jwk.JWK;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.token.KeyState;
import io.sallyport.token.Signer;
import io.sallyport.token.SigningKey;
import io.sallyport.token.SigningKeys;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes, encrypts and stores managed keys. Any number of processes may do so at once, with clocks that differ by up to
 * {@link KeySchedule#SKEW}, and may crash at any point: one conditional write is all that a rotation stores.
 */
public final class ManagedKeyRotation {
    /** Overtaken so often in a row: only if keys are made by hand at the same time. */
    private static final int MAX_ATTEMPTS = 5;

    private final String issuer;
    private final ManagedKeyStore store;
    private final KeyCipher cipher;
    private final Supplier<? extends JWK> generator;
    private final KeySchedule schedule;

    /** @param generator makes a new key pair: EC on P-256, or RSA */
    public ManagedKeyRotation(
            String issuer,
            ManagedKeyStore store,
            KeyCipher cipher,
            Supplier<? extends JWK> generator,
            KeySchedule schedule) {
        this.issuer = issuer;
        this.store = store;
        this.cipher = cipher;
        this.generator = generator;
        this.schedule = schedule;
    }

    /**
     * The keys after a step.
     *
     * @param made the key that this step made and stored; empty if none was due
     */
    public record Step(ManagedKeyRing keys, Optional<ManagedKey> made) {}

    /** When a key is made; empty if not now. */
    private interface Due {
        Optional<Instant> signFrom(ManagedKeyRing keys);
    }

    /**
     * Makes the next key if it is time to. However often and by however many processes it is called, a key is made only
     * when it is due.
     *
     * @throws Refused if the key could not be encrypted or stored, or what is stored cannot be read; nothing has changed,
     *     unless the store's answer was lost
     */
    public Step rotateIfDue(Instant now) throws Refused {
        return step(now, keys -> dueOn(keys, now));
    }

    /**
     * Makes the next key before its time, unless there is one already; it signs after {@link KeySchedule#LEAD}.
     *
     * @throws Refused as {@link #rotateIfDue}
     */
    public Step rotate(Instant now) throws Refused {
        return step(now, keys -> {
            if (!canSign(keys, now)) {
                return Optional.of(atOnce(now));
            }
            boolean isAnnounced =
                    keys.newest().filter(key -> now.isBefore(key.signFrom())).isPresent();
            return isAnnounced ? Optional.empty() : Optional.of(now.plus(KeySchedule.LEAD));
        });
    }

    /**
     * For emergencies: makes a key that signs at once, in place of any other. Verifiers that have cached the published
     * keys refuse its tokens until they fetch them again.
     *
     * @throws Refused as {@link #rotateIfDue}
     */
    public Step rotateAtOnce(Instant now) throws Refused {
        return step(now, keys -> Optional.of(atOnce(now)));
    }

    /**
     * Removes a compromised key at once: it is not published any more, and its tokens are refused. Also removes a
     * record that is refused.
     *
     * @return the keys that are left; empty if another key must sign first
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} if there is no such key; or as {@link #rotateIfDue}
     */
    public Optional<ManagedKeyRing> remove(String keyId, Instant now) throws Refused {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            ManagedKeyStore.Stored stored = store.read(issuer);
            ManagedKeyRing keys = ManagedKeyRing.read(issuer, stored).proven();
            if (!keys.has(keyId)) {
                throw new Refused(Reason.KEYS_UNAVAILABLE, "there is no managed key " + Quoted.quote(keyId));
            }
            ManagedKeyRing left = keys.without(keyId);
            if (canSign(keys, now) && !canSign(left, now)) {
                return Optional.empty();
            }
            if (store.write(issuer, stored, left.text())) {
                return Optional.of(left);
            }
        }
        throw overtaken();
    }

    /**
     * The keys as they are stored.
     *
     * @throws Refused if what is stored cannot be read, or the store did not answer
     */
    public ManagedKeyRing keys() throws Refused {
        return ManagedKeyRing.read(issuer, store.read(issuer)).proven();
    }

    /** When the next key will be made: in the past if that is overdue; empty if there is no key yet. */
    public static Optional<Instant> nextRotation(ManagedKeyRing keys, KeySchedule schedule) {
        return keys.newest().map(key -> key.signFrom().plus(schedule.rotation()).minus(KeySchedule.LEAD));
    }

    private Step step(Instant now, Due due) throws Refused {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            ManagedKeyStore.Stored stored = store.read(issuer);
            ManagedKeyRing keys = ManagedKeyRing.read(issuer, stored).proven();
            Optional<Instant> signFrom = due.signFrom(keys);
            if (signFrom.isEmpty()) {
                return new Step(keys, Optional.empty());
            }
            ManagedKey made = make(now, signFrom.get());
            ManagedKeyRing rotated = keys.withoutRetired(now).with(made);
            if (store.write(issuer, stored, rotated.text())) {
                return new Step(rotated, Optional.of(made));
            }
            // Another process was faster, or our answer was lost: look again whether a key is still due.
        }
        throw overtaken();
    }

    private Optional<Instant> dueOn(ManagedKeyRing keys, Instant now) {
        if (!canSign(keys, now)) {
            return Optional.of(atOnce(now));
        }
        Instant takeover = keys.newest().orElseThrow().signFrom().plus(schedule.rotation());
        Instant soonest = now.plus(KeySchedule.LEAD);
        if (soonest.isBefore(takeover)) {
            return Optional.empty();
        }
        return Optional.of(soonest);
    }

    /** Whether a key signs, or will as soon as our clock is as late as that of the process that made it. */
    private static boolean canSign(ManagedKeyRing keys, Instant now) {
        return keys.current(now).isPresent()
                || keys.current(now.plus(KeySchedule.SKEW)).isPresent();
    }

    /** Earlier than now, so that instances whose clocks are behind can sign too. */
    private static Instant atOnce(Instant now) {
        return now.minus(KeySchedule.SKEW);
    }

    private ManagedKey make(Instant now, Instant signFrom) throws Refused {
        // Rounded apart, so that no wait is shorter than it should be.
        Instant created = now.truncatedTo(ChronoUnit.SECONDS);
        Instant from = signFrom.plusNanos(999_999_999).truncatedTo(ChronoUnit.SECONDS);
        Instant until = from.plus(schedule.signing());
        Instant retire = until.plus(KeySchedule.retiring());
        SigningKey pair = SigningKey.of(generator.get(), KeyState.CURRENT, created);
        SigningKey publicPart = pair.publicPart();
        String plaintext = SigningKey.writeSet(List.of(pair));
        byte[] bound = ManagedKey.bound(issuer, publicPart, created, from, until, retire);
        String ciphertext = cipher.encrypt(plaintext.getBytes(StandardCharsets.UTF_8), bound);
        Signer signer = SigningKeys.parsePrivate(plaintext).signer(() -> {
            throw new IllegalStateException("a managed key is in this process");
        });
        byte[] proof = signer.sign(ManagedKey.proven(bound, ciphertext));
        return new ManagedKey(
                issuer,
                publicPart,
                created,
                from,
                until,
                retire,
                ciphertext,
                Base64.getUrlEncoder().withoutPadding().encodeToString(proof));
    }

    private static Refused overtaken() {
        return new Refused(Reason.KEYS_UNAVAILABLE, "other processes changed the keys at the same time");
    }
}
