package io.sallyport.store.firestore;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Serializes changes to the same document within this process: if they raced, all but one would be overtaken, and load
 * the document with another read and write.
 */
final class KeyedLock {
    /** Enough that two documents seldom share one; if they do, they wait for each other needlessly. */
    private static final int PLACES = 256;

    private final ReentrantLock[] places;
    private final Duration longestWait;

    KeyedLock(Duration longestWait) {
        this(longestWait, PLACES);
    }

    /** @param places the number of locks; with one, all callers wait for each other */
    KeyedLock(Duration longestWait, int places) {
        this.longestWait = longestWait;
        this.places = new ReentrantLock[places];
        for (int i = 0; i < places; i++) {
            this.places[i] = new ReentrantLock(true);
        }
    }

    /** The work to do while holding the lock. */
    @FunctionalInterface
    interface Turn<T> {
        T take() throws Refused;
    }

    /** @throws Refused {@link Reason#STORE_TIMEOUT} if waiting takes too long; what the turn throws */
    <T> T await(String document, Turn<T> turn) throws Refused {
        ReentrantLock place = places[Math.floorMod(document.hashCode(), places.length)];
        try {
            if (!place.tryLock(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Refused(Reason.STORE_TIMEOUT, "Firestore: still busy with other requests");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(Reason.STORE_UNAVAILABLE, "Firestore: interrupted while waiting");
        }
        try {
            return turn.take();
        } finally {
            place.unlock();
        }
    }
}
