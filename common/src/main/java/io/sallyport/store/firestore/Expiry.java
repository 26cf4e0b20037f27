package io.sallyport.store.firestore;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** When a document may be deleted: the field that Firestore's TTL policy is set on. */
final class Expiry {
    static final String FIELD = "expireAt";

    private Expiry() {}

    /** The instant as Firestore keeps it, which is in microseconds: rounded up, so that nothing is forgotten early. */
    static Timestamp of(Instant expiry) {
        Instant kept = expiry.plusNanos(999).truncatedTo(ChronoUnit.MICROS);
        return Timestamp.ofTimeSecondsAndNanos(kept.getEpochSecond(), kept.getNano());
    }

    /** Whether a document counts as gone: Firestore deletes up to a day late. One without an expiry does too. */
    static boolean hasCome(DocumentSnapshot document, Instant now) {
        Timestamp expiry = document.getTimestamp(FIELD);
        return expiry == null || !now.isBefore(Instant.ofEpochSecond(expiry.getSeconds(), expiry.getNanos()));
    }
}
