package io.sallyport.store.firestore;

import io.sallyport.BoundedCache;
import io.sallyport.Refused;
import io.sallyport.store.firestore.FirestoreDatabase.Outcome;
import io.sallyport.token.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Stores the uses of a session. One document sustains about one write a second, so a large number is split over several
 * documents, the shards, whose uses add up to it; each shard records how many there are.
 */
final class UseShards {
    private static final int MAX_COUNT = 12;
    private static final int USES_WORTH_A_SHARD = 100;
    private static final String COUNT = "shards";
    private static final String USES_LEFT = "usesLeft";

    private static final int MAX_SESSIONS = 10_000;

    private final FirestoreDatabase database;
    /** Saves reads of empty shards: no shard ever gets uses back. */
    private final BoundedCache<SessionId, List<Long>> notEmpty = new BoundedCache<>(MAX_SESSIONS);

    UseShards(FirestoreDatabase database) {
        this.database = database;
    }

    /** Stores all shards of a new session, or none. */
    Outcome create(SessionId session, long uses, Instant expiry) throws Refused {
        long count = Math.max(1, Math.min(MAX_COUNT, uses / USES_WORTH_A_SHARD));
        Map<DocumentPath, Map<String, Object>> documents = new LinkedHashMap<>();
        for (int shard = 0; shard < count; shard++) {
            long share = uses / count + (shard < uses % count ? 1 : 0);
            documents.put(
                    path(session, shard), Map.of(USES_LEFT, share, COUNT, count, Expiry.FIELD, Expiry.of(expiry)));
        }
        return database.create(documents);
    }

    /** One of a session's shards as it was read. */
    record Shard(long number, Snapshot document) {
        long usesLeft() {
            return UseShards.usesLeft(document);
        }
    }

    /** The numbers of a session's shards except those found empty before; none if the session is unknown. */
    List<Long> notKnownToBeEmpty(SessionId session) throws Refused {
        Optional<List<Long>> known = notEmpty.get(session);
        if (known.isPresent()) {
            return known.get();
        }
        Snapshot first = database.read(path(session, 0));
        return LongStream.range(0, number(first, COUNT)).boxed().toList();
    }

    /** Those of the given shards that have uses left and have not expired. */
    List<Shard> readNotEmpty(SessionId session, List<Long> numbers, Instant now) throws Refused {
        List<Snapshot> documents = database.readAll(
                numbers.stream().map(number -> path(session, number)).toList());
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            if (usesLeft(documents.get(i)) > 0) {
                shards.add(new Shard(numbers.get(i), documents.get(i)));
            }
        }
        notEmpty.put(session, shards.stream().map(Shard::number).toList());
        return shards.stream()
                .filter(shard -> !Expiry.hasCome(shard.document(), now))
                .toList();
    }

    /** All shards that have not expired. */
    List<Snapshot> find(SessionId session, Instant now) throws Refused {
        Snapshot first = database.read(path(session, 0));
        List<DocumentPath> others = LongStream.range(1, number(first, COUNT))
                .mapToObj(shard -> path(session, shard))
                .toList();
        Stream<Snapshot> shards = others.isEmpty()
                ? Stream.of(first)
                : Stream.concat(Stream.of(first), database.readAll(others).stream());
        return shards.filter(shard -> shard.exists() && !Expiry.hasCome(shard, now))
                .toList();
    }

    /** Extends a shard's expiry, if it is earlier. */
    Outcome extend(Snapshot shard, Instant expiry) throws Refused {
        return Expiry.hasCome(shard, expiry)
                ? database.replace(shard, Map.of(Expiry.FIELD, Expiry.of(expiry)))
                : Outcome.WRITTEN;
    }

    Outcome takeOne(Shard shard) throws Refused {
        return database.replace(shard.document(), Map.of(USES_LEFT, shard.usesLeft() - 1));
    }

    static long usesLeft(Snapshot shard) {
        return number(shard, USES_LEFT);
    }

    private static long number(Snapshot document, String field) {
        return document.get(field) instanceof Long number ? number : 0;
    }

    /** Not the bare session id: one that begins and ends with two underscores would be a reserved name. */
    private static DocumentPath path(SessionId session, long shard) {
        return new DocumentPath("sessions", session + "." + shard);
    }
}
