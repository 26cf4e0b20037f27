package io.sallyport.token.managed;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The stored keys as this process knows them.
 *
 * <ul>
 *   <li>Fresh for {@link #FRESH}. Then one caller reads again, and the others go on with what is known.
 *   <li>An unknown key id causes a read, but none within {@link #COOLDOWN} of the last one.
 *   <li>While the store does not answer, keys remain usable for {@link KeySchedule#MAX_STALE}, with one try every {@link
 *       #COOLDOWN}.
 *   <li>If the store answers that there are no keys, or holds something else, the known ones are not used any more.
 * </ul>
 */
final class KnownKeys {
    static final Duration FRESH = Duration.ofMinutes(1);
    static final Duration COOLDOWN = Duration.ofSeconds(5);

    private final String issuer;
    private final ManagedKeyStore store;
    private final SingleFlight<State> reads = new SingleFlight<>();

    /** Written only by the thread that runs the read. */
    private volatile State current = State.NOTHING_YET;

    KnownKeys(String issuer, ManagedKeyStore store) {
        this.issuer = issuer;
        this.store = store;
    }

    /**
     * @param read empty until there was an answer
     * @param failure why the last read failed, if it did
     */
    private record State(
            Optional<ManagedKeyStore.Stored> stored,
            Optional<ManagedKeyRing> read,
            Instant readAt,
            Instant nextTry,
            Optional<Refused> failure) {
        static final State NOTHING_YET =
                new State(Optional.empty(), Optional.empty(), Instant.MIN, Instant.MIN, Optional.empty());

        boolean isFresh(Instant now) {
            return read.isPresent() && now.isBefore(readAt.plus(FRESH));
        }

        boolean isUsable(Instant now) {
            return read.isPresent() && now.isBefore(readAt.plus(KeySchedule.MAX_STALE));
        }

        /** Whether it was read, or tried to, a moment ago. */
        boolean isRecent(Instant now) {
            return failure.isPresent()
                    ? now.isBefore(nextTry)
                    : read.isPresent() && now.isBefore(readAt.plus(COOLDOWN));
        }

        ManagedKeyRing keys(Instant now) throws Refused {
            if (isUsable(now)) {
                return read.orElseThrow();
            }
            throw failure.orElseThrow();
        }
    }

    /** @throws Refused if they are not known, and the store did not answer */
    ManagedKeyRing get(Instant now) throws Refused {
        State known = current;
        if (known.isFresh(now)) {
            return known.read().orElseThrow();
        }
        if (now.isBefore(known.nextTry())) {
            return known.keys(now);
        }
        if (known.isUsable(now)) {
            return reads.tryRun(() -> readAgain(now)).orElse(known).keys(now);
        }
        return reads.run(() -> readAgain(now)).keys(now);
    }

    /**
     * The keys, read again for one that is not among the known.
     *
     * @throws Refused also if the store did not answer: the key may be among the stored
     */
    ManagedKeyRing refreshed(Instant now) throws Refused {
        State known = current;
        State latest = known.isRecent(now) ? known : reads.run(() -> readIfNotRecent(now));
        if (latest.failure().isPresent()) {
            throw latest.failure().get();
        }
        return latest.keys(now);
    }

    /** Another read may have ended between the caller's look at the state and its turn. */
    private State readAgain(Instant now) {
        State known = current;
        return known.isFresh(now) || now.isBefore(known.nextTry()) ? known : read(known, now);
    }

    private State readIfNotRecent(Instant now) {
        State known = current;
        return known.isRecent(now) ? known : read(known, now);
    }

    private State read(State known, Instant now) {
        State latest;
        try {
            latest = understood(known, store.read(issuer), now);
        } catch (Refused down) {
            latest = down.reason() == Reason.KEYS_UNAVAILABLE
                    ? unusable(down, now)
                    : new State(known.stored(), known.read(), known.readAt(), now.plus(COOLDOWN), Optional.of(down));
        }
        current = latest;
        return latest;
    }

    private State understood(State known, ManagedKeyStore.Stored stored, Instant now) {
        if (known.read().isPresent() && known.stored().equals(Optional.of(stored))) {
            return new State(known.stored(), known.read(), now, now.plus(FRESH), Optional.empty());
        }
        try {
            ManagedKeyRing keys = ManagedKeyRing.read(issuer, stored);
            return new State(Optional.of(stored), Optional.of(keys), now, now.plus(FRESH), Optional.empty());
        } catch (Refused unreadable) {
            return unusable(unreadable, now);
        }
    }

    /** The store answered, with something else than keys. */
    private static State unusable(Refused why, Instant now) {
        return new State(Optional.empty(), Optional.empty(), now, now.plus(COOLDOWN), Optional.of(why));
    }
}
