package io.sallyport.bench;

import io.sallyport.Refused;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.StoreAddress;
import io.sallyport.runtime.Stores;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Uses of one limited token per second, where a document accepts one write per second: with as few uses as fit one
 * document, and with as many as are split over several, in turns.
 */
final class LimitedUses implements Program {
    static final String RATE = "uses a second";
    static final String RATIO = "to a single counter";
    static final String REFUSED = "refused for load";
    static final String SINGLE = "one document";
    static final String SPLIT = "split over documents";

    /** Enough to keep every document busy. */
    private static final int CALLERS = 40;

    /** The most that one document holds. */
    private static final long USES_OF_ONE = 199;

    private static final long USES_OF_MANY = 100_000;

    private static final int MAX_ATTEMPTS = 5;

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (WriteLimit limit = WriteLimit.before(FirestoreEmulator.hostAndPort())) {
            Environment environment = new Environment(
                    Map.of("FIRESTORE_EMULATOR_HOST", limit.hostAndPort()),
                    InstantSource.system(),
                    () -> "none",
                    HttpFetcher.plainHttpToo(),
                    line -> {});
            StoreAddress address = StoreAddress.parse("firestore:" + FirestoreEmulator.freshProject() + "/sallyport");
            TokenStore tokens = Stores.open(address, environment).stores().tokens();
            Duration time = Duration.ofSeconds(plan.of(20, 6));
            // Nothing counts until all processes are warm.
            spend(tokens, USES_OF_MANY, time, callers, SPLIT, new Measured());
            for (int round = 0; round < plan.rounds(); round++) {
                double single = spend(tokens, USES_OF_ONE, time, callers, SINGLE, measured);
                double split = spend(tokens, USES_OF_MANY, time, callers, SPLIT, measured);
                measured.add(SINGLE, RATIO, 1);
                measured.add(SPLIT, RATIO, split / single);
            }
        } finally {
            callers.shutdownNow();
        }
        return measured;
    }

    private static double spend(
            TokenStore tokens, long uses, Duration time, ExecutorService callers, String row, Measured measured)
            throws Exception {
        SessionId session = open(tokens, uses);
        AtomicInteger spent = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        long end = System.nanoTime() + time.toNanos();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            running.add(callers.submit(() -> {
                while (System.nanoTime() < end) {
                    boolean granted = isSpent(tokens, session);
                    if (System.nanoTime() < end) {
                        (granted ? spent : refused).incrementAndGet();
                    }
                }
            }));
        }
        for (Future<?> each : running) {
            each.get(1, TimeUnit.MINUTES);
        }
        double perSecond = spent.get() / (double) time.toSeconds();
        measured.add(row, RATE, perSecond);
        measured.add(row, REFUSED, refused.get());
        return perSecond;
    }

    /** Uses another one if the emulator did not answer in time, which happens on a busy machine. */
    private static SessionId open(TokenStore tokens, long uses) throws Refused {
        for (int attempt = 1; ; attempt++) {
            SessionId session = new SessionId(UUID.randomUUID().toString());
            try {
                tokens.open(session, uses, Instant.now().plus(Duration.ofHours(1)));
                return session;
            } catch (Refused tooBusy) {
                if (attempt == MAX_ATTEMPTS) {
                    throw tooBusy;
                }
            }
        }
    }

    /** Whether it was spent; false if the store did not answer in time. */
    private static boolean isSpent(TokenStore tokens, SessionId session) {
        try {
            return tokens.spend(session, Instant.now()).isPresent();
        } catch (Refused tooBusy) {
            return false;
        }
    }
}
