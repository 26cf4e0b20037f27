package io.sallyport.store.firestore;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.store.firestore.FirestoreDatabase.Outcome;
import io.sallyport.token.AssertionDigest;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Stores uses in the collection {@code sessions}, single-use marks in {@code assertions}, revoked sessions in {@code
 * revocations}. Each document has {@code expireAt} for Firestore's TTL policy.
 *
 * <p>Every write is conditional on what was read, and retried when another one came in between. A write whose answer
 * was lost may cost a use but never adds one.
 */
public final class FirestoreTokenStore implements TokenStore {
    private static final int MAX_ATTEMPTS = 20;
    private static final int FIRST_PAUSE_MILLIS = 25;
    private static final int MAX_PAUSE_MILLIS = 400;
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private final FirestoreDatabase database;
    private final UseShards shards;
    private final KeyedLock turns = new KeyedLock(MAX_WAIT);
    private final RandomGenerator random;

    /** @param random spreads racing callers; thread-safe, but need not be unpredictable */
    public FirestoreTokenStore(FirestoreDatabase database, RandomGenerator random) {
        this.database = database;
        this.shards = new UseShards(database);
        this.random = random;
    }

    @Override
    public void open(SessionId session, long uses, Instant expiry) throws Refused {
        settle(() -> Optional.of(shards.create(session, uses, expiry)).filter(outcome -> outcome != Outcome.OVERTAKEN));
    }

    /** For a session of several shards, the uses left are those that were read: others may have been taken since. */
    @Override
    public OptionalLong spend(SessionId session, Instant now) throws Refused {
        return settle(() -> {
            List<Long> candidates = shards.notKnownToBeEmpty(session);
            if (candidates.isEmpty()) {
                return Optional.of(OptionalLong.empty());
            }
            long chosen = candidates.get(random.nextInt(candidates.size()));
            return turns.await(session + "." + chosen, () -> takeOne(session, candidates, chosen, now));
        });
    }

    /** Takes a use from the chosen shard, or from another if that is empty. */
    private Optional<OptionalLong> takeOne(SessionId session, List<Long> candidates, long chosen, Instant now)
            throws Refused {
        List<UseShards.Shard> left = shards.readNotEmpty(session, candidates, now);
        if (left.isEmpty()) {
            return Optional.of(OptionalLong.empty());
        }
        UseShards.Shard shard = left.stream()
                .filter(candidate -> candidate.number() == chosen)
                .findFirst()
                .orElseGet(() -> left.get(random.nextInt(left.size())));
        long uses = left.stream().mapToLong(UseShards.Shard::usesLeft).sum();
        return shards.takeOne(shard) == Outcome.WRITTEN ? Optional.of(OptionalLong.of(uses - 1)) : Optional.empty();
    }

    @Override
    public boolean claim(AssertionDigest assertion, Instant now, Instant expiry) throws Refused {
        DocumentPath mark = new DocumentPath("assertions", assertion.hex());
        Map<String, Object> fields = Map.of(Expiry.FIELD, Expiry.of(expiry));
        return settle(() -> {
            if (database.create(mark, fields) == Outcome.WRITTEN) {
                return Optional.of(true);
            }
            Snapshot found = database.read(mark);
            if (!found.exists()) {
                return Optional.empty();
            }
            if (!Expiry.hasCome(found, now)) {
                return Optional.of(false);
            }
            return database.replace(found, fields) == Outcome.WRITTEN ? Optional.of(true) : Optional.empty();
        });
    }

    @Override
    public OptionalLong usesLeft(SessionId session, Instant now) throws Refused {
        List<Snapshot> found = shards.find(session, now);
        return found.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(found.stream().mapToLong(UseShards::usesLeft).sum());
    }

    @Override
    public void extend(SessionId session, Instant now, Instant expiry) throws Refused {
        settle(() -> {
            boolean overtaken = false;
            for (Snapshot shard : shards.find(session, now)) {
                overtaken |= shards.extend(shard, expiry) != Outcome.WRITTEN;
            }
            return overtaken ? Optional.empty() : Optional.of(true);
        });
    }

    @Override
    public void revoke(SessionId session, Instant expiry) throws Refused {
        database.set(revocation(session), Map.of(Expiry.FIELD, Expiry.of(expiry)));
    }

    @Override
    public boolean isRevoked(SessionId session, Instant now) throws Refused {
        Snapshot mark = database.read(revocation(session));
        return mark.exists() && !Expiry.hasCome(mark, now);
    }

    /** Not the bare session id: see {@link UseShards}. */
    private static DocumentPath revocation(SessionId session) {
        return new DocumentPath("revocations", session + ".revoked");
    }

    /** One attempt at a change; empty if it was overtaken and must be retried. */
    private interface Attempt<T> {
        Optional<T> make() throws Refused;
    }

    private <T> T settle(Attempt<T> attempt) throws Refused {
        for (int failed = 0; failed < MAX_ATTEMPTS; failed++) {
            Optional<T> settled = attempt.make();
            if (settled.isPresent()) {
                return settled.get();
            }
            pause(Math.min(MAX_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failed, 8)));
        }
        throw new Refused(Reason.STORE_TIMEOUT, "Firestore: overtaken " + MAX_ATTEMPTS + " times");
    }

    private void pause(int longestMillis) throws Refused {
        try {
            Thread.sleep(random.nextInt(longestMillis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(Reason.STORE_UNAVAILABLE, "Firestore: interrupted while waiting");
        }
    }
}
