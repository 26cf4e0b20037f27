package io.sallyport.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.TooManyReviewsException;
import io.sallyport.outbound.ReviewSlots.Cluster;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ReviewSlotsTest {
    private static final Cluster SHOP = new Cluster("shop.example.com:443", Optional.empty());
    private static final Cluster OTHER = new Cluster("other.example.com:443", Optional.empty());
    private static final int MINUTE = 60_000;

    @Test
    void givesAClusterNoMoreThanItsSlotsAtATime() throws Exception {
        ReviewSlots slots = new ReviewSlots();
        for (int i = 0; i < 32; i++) {
            slots.acquire(SHOP, MINUTE);
        }
        assertThatExceptionOfType(TooManyReviewsException.class).isThrownBy(() -> slots.acquire(SHOP, 1));
        slots.release(SHOP);
        slots.acquire(SHOP, 1);
        assertThat(slots.callers(SHOP)).isEqualTo(32);
    }

    @Test
    void letsAReviewWaitForItsTurn() throws Exception {
        ReviewSlots slots = new ReviewSlots(1, 1);
        slots.acquire(SHOP, MINUTE);
        CompletableFuture<String> next = CompletableFuture.supplyAsync(() -> {
            acquire(slots, SHOP);
            return "its turn";
        });
        awaitCallers(slots, 2);
        assertThat(next).isNotDone();
        slots.release(SHOP);
        assertThat(next.get()).isEqualTo("its turn");
    }

    /** Threads are shared: no cluster may keep more of them waiting than this. */
    @Test
    void refusesAtOnceWhereTooManyWaitAlready() throws Exception {
        ReviewSlots slots = new ReviewSlots(1, 2);
        slots.acquire(SHOP, MINUTE);
        CountDownLatch done = new CountDownLatch(2);
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Thread thread = new Thread(() -> {
                acquire(slots, SHOP);
                slots.release(SHOP);
                done.countDown();
            });
            thread.start();
            waiting.add(thread);
        }
        awaitCallers(slots, 3);
        assertThatExceptionOfType(TooManyReviewsException.class).isThrownBy(() -> slots.acquire(SHOP, MINUTE));
        slots.release(SHOP);
        done.await();
        for (Thread thread : waiting) {
            thread.join();
        }
        assertThat(slots.size()).isZero();
    }

    @Test
    void keepsTheSlotsOfClustersApart() throws Exception {
        ReviewSlots slots = new ReviewSlots(1, 0);
        slots.acquire(SHOP, MINUTE);
        slots.acquire(OTHER, 1);
        try (SimulatedCluster cluster = SimulatedCluster.start(InstantSource.system())) {
            Optional<CaCertificates> ca = Optional.of(CaCertificates.parse(cluster.caCertificate()));
            slots.acquire(new Cluster(SHOP.authority(), ca), 1);
        }
        assertThatExceptionOfType(TooManyReviewsException.class).isThrownBy(() -> slots.acquire(SHOP, MINUTE));
    }

    /** The map is bounded by the callers, however many clusters there are. */
    @Test
    void forgetsAClusterOnceNothingIsUnderWay() throws Exception {
        ReviewSlots slots = new ReviewSlots(1, 1);
        for (int i = 0; i < 10_000; i++) {
            Cluster cluster = new Cluster("cluster-" + i, Optional.empty());
            slots.acquire(cluster, 1);
            slots.release(cluster);
        }
        slots.acquire(SHOP, 1);
        assertThatExceptionOfType(TooManyReviewsException.class).isThrownBy(() -> slots.acquire(SHOP, 1));
        assertThat(slots.size()).isEqualTo(1);
        slots.release(SHOP);
        assertThat(slots.size()).isZero();
    }

    @Test
    void keepsNoSlotForWhoIsInterrupted() throws Exception {
        ReviewSlots slots = new ReviewSlots(1, 1);
        slots.acquire(SHOP, MINUTE);
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> slots.acquire(SHOP, MINUTE));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(slots.callers(SHOP)).isEqualTo(1);
        slots.release(SHOP);
        slots.acquire(SHOP, 1);
    }

    private static void acquire(ReviewSlots slots, Cluster cluster) {
        try {
            slots.acquire(cluster, MINUTE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitCallers(ReviewSlots slots, int callers) {
        while (slots.callers(SHOP) < callers) {
            Thread.onSpinWait();
        }
    }
}
