package io.sallyport.store.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.WriteBatch;
import io.sallyport.Refused;
import io.sallyport.store.firestore.FirestoreDatabase.Outcome;
import io.sallyport.token.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How the uses of a session are kept. One document sustains about one write a second, so a large number is split over
 * several, the shards, whose uses add up to it; each knows how many there are.
 */
final class UseShards {
    private static final int MOST = 10;
    private static final int USES_WORTH_A_SHARD = 100;
    private static final String COUNT = "shards";
    private static final String USES_LEFT = "usesLeft";

    private final FirestoreDatabase database;

    UseShards(FirestoreDatabase database) {
        this.database = database;
    }

    /** Stores all the shards of a new session, or none. */
    Outcome create(SessionId session, long uses, Instant expiry) throws Refused {
        long count = Math.max(1, Math.min(MOST, uses / USES_WORTH_A_SHARD));
        WriteBatch batch = database.batch();
        for (int shard = 0; shard < count; shard++) {
            long share = uses / count + (shard < uses % count ? 1 : 0);
            batch.create(
                    document(session, shard), Map.of(USES_LEFT, share, COUNT, count, Expiry.FIELD, Expiry.of(expiry)));
        }
        return database.outcome(batch.commit());
    }

    /** All the shards that have not expired. */
    List<DocumentSnapshot> find(SessionId session, Instant now) throws Refused {
        DocumentSnapshot first = database.answer(document(session, 0).get());
        List<DocumentReference> others = LongStream.range(1, number(first, COUNT))
                .mapToObj(shard -> document(session, shard))
                .toList();
        Stream<DocumentSnapshot> shards = others.isEmpty()
                ? Stream.of(first)
                : Stream.concat(Stream.of(first), database.readAll(others).stream());
        return shards.filter(shard -> shard.exists() && !Expiry.hasCome(shard, now))
                .toList();
    }

    /** Has a shard expire later, if it does not yet. */
    Outcome extend(DocumentSnapshot shard, Instant expiry) throws Refused {
        return Expiry.hasCome(shard, expiry)
                ? database.replace(shard, Map.of(Expiry.FIELD, Expiry.of(expiry)))
                : Outcome.WRITTEN;
    }

    Outcome takeOne(DocumentSnapshot shard) throws Refused {
        return database.replace(shard, Map.of(USES_LEFT, usesLeft(shard) - 1));
    }

    static long usesLeft(DocumentSnapshot shard) {
        return number(shard, USES_LEFT);
    }

    private static long number(DocumentSnapshot document, String field) {
        return Optional.ofNullable(document.getLong(field)).orElse(0L);
    }

    /** Never the bare session id: one that begins and ends with two underscores would be a reserved name. */
    private DocumentReference document(SessionId session, long shard) {
        return database.document("sessions", session + "." + shard);
    }
}
