package io.sallyport.outbound;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.TooManyReviewsException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Limits the concurrent reviews of each cluster. Further ones wait in order, and their number is limited too: a slow
 * cluster cannot occupy all the threads that others need.
 *
 * <p>A cluster is kept here only while it has a review in progress or waiting, so there are never more clusters than
 * callers. No lock is held meanwhile, only a slot.
 */
final class ReviewSlots {
    /** Enough for more than a thousand reviews a second by an API server that answers in 20 ms. */
    static final int UNDER_WAY = 32;

    static final int WAITING = 224;

    private final int underWay;
    private final int waiting;
    private final Map<Cluster, Slots> clusters = new HashMap<>();

    ReviewSlots() {
        this(UNDER_WAY, WAITING);
    }

    ReviewSlots(int underWay, int waiting) {
        this.underWay = underWay;
        this.waiting = waiting;
    }

    /**
     * An API server as an identity names it.
     *
     * @param authority host and port
     */
    record Cluster(String authority, Optional<CaCertificates> authorities) {}

    private static final class Slots {
        private final Semaphore free;
        private int callers;

        Slots(int underWay) {
            this.free = new Semaphore(underWay, true);
        }
    }

    /**
     * Takes a slot, which the caller must {@linkplain #release release}.
     *
     * @param millis how long to wait for one
     * @throws TooManyReviewsException if none became free in that time, or too many callers wait already
     */
    void acquire(Cluster cluster, int millis) throws IOException {
        Slots slots = join(cluster);
        boolean acquired = false;
        try {
            acquired = slots.free.tryAcquire(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            if (!acquired) {
                leave(cluster);
            }
        }
        if (!acquired) {
            throw new TooManyReviewsException(underWay + " reviews are under way and none ended in time");
        }
    }

    void release(Cluster cluster) {
        leave(cluster).free.release();
    }

    private synchronized Slots join(Cluster cluster) throws TooManyReviewsException {
        Slots slots = clusters.get(cluster);
        if (slots == null) {
            slots = new Slots(underWay);
            clusters.put(cluster, slots);
        }
        if (slots.callers >= underWay + waiting) {
            throw new TooManyReviewsException(
                    underWay + " reviews are under way and " + waiting + " wait for their turn");
        }
        slots.callers++;
        return slots;
    }

    private synchronized Slots leave(Cluster cluster) {
        Slots slots = clusters.get(cluster);
        if (slots == null) {
            throw new IllegalStateException("a slot is released once");
        }
        slots.callers--;
        if (slots.callers == 0) {
            clusters.remove(cluster);
        }
        return slots;
    }

    /** The number of clusters with a review in progress or waiting. */
    synchronized int size() {
        return clusters.size();
    }

    /** The number of a cluster's reviews that are in progress or waiting. */
    synchronized int callers(Cluster cluster) {
        Slots slots = clusters.get(cluster);
        return slots == null ? 0 : slots.callers;
    }
}
