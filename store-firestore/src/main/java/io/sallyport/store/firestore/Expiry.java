package io.sallyport.store.firestore;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** When a document may be deleted: the field that Firestore's TTL policy is set on. */
final class Expiry {
    static final String FIELD = "expireAt";

    private Expiry() {}

    /** The instant at Firestore's precision of microseconds: rounded up, so that nothing is forgotten early. */
    static Instant of(Instant expiry) {
        return expiry.plusNanos(999).truncatedTo(ChronoUnit.MICROS);
    }

    /** Whether a document counts as expired: Firestore deletes up to a day late. One without an expiry counts too. */
    static boolean hasCome(Snapshot document, Instant now) {
        return !(document.get(FIELD) instanceof Instant expiry) || !now.isBefore(expiry);
    }
}
