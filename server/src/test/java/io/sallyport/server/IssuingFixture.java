package io.sallyport.server;

import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Workloads that log in and renew without a pause, at one instance and the other, and verifiers of all their tokens. */
public final class IssuingFixture implements AutoCloseable {
    private static final int WORKLOADS = 3;

    private final FleetFixture fleet;
    private final InstantSource clock;
    private final List<CachingVerifier> verifiers = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    // Guarded by this.
    private final List<SignedJWT> tokens = new ArrayList<>();
    private final Set<String> keyIds = new LinkedHashSet<>();
    private Optional<Throwable> wrong = Optional.empty();
    private int verified;
    private boolean stopping;

    private IssuingFixture(FleetFixture fleet, InstantSource clock) {
        this.fleet = fleet;
        this.clock = clock;
    }

    public static IssuingFixture start(FleetFixture fleet, InstantSource clock) {
        IssuingFixture issuing = new IssuingFixture(fleet, clock);
        issuing.verifyBy(new CachingVerifier(() -> fleet.keys(0), clock));
        issuing.verifyBy(new CachingVerifier(() -> fleet.keys(1), clock));
        for (int i = 0; i < WORKLOADS; i++) {
            int first = i;
            issuing.threads.add(new Thread(() -> issuing.work(first), "workload-" + i));
        }
        issuing.threads.forEach(Thread::start);
        return issuing;
    }

    /** From now on, this verifier checks them too. */
    public void verifyBy(CachingVerifier another) {
        verifiers.add(another);
    }

    private void work(int first) {
        try {
            for (int round = first; !isStopping(); round++) {
                int instance = round;
                String token = fleet.ask(instance, client -> client.token(FleetFixture.WORKLOAD));
                take(token);
                // By the other instance, which must know the first one's key.
                HttpResponse<String> renewed = fleet.ask(instance + 1, client -> client.renew(token));
                if (renewed.statusCode() == 200 || !hasExpired(token)) {
                    take(SessionClient.accessToken(renewed));
                }
            }
        } catch (Exception | AssertionError e) {
            fail(e);
        }
    }

    /** The clock may have advanced meanwhile. */
    private boolean hasExpired(String token) {
        Instant expiry = SessionClient.claims(token).getExpirationTime().toInstant();
        return !clock.instant().isBefore(expiry);
    }

    private void take(String compact) throws Exception {
        SignedJWT token = SignedJWT.parse(compact);
        synchronized (this) {
            tokens.add(token);
        }
        for (CachingVerifier verifier : verifiers) {
            verify(token, verifier);
        }
        synchronized (this) {
            keyIds.add(token.getHeader().getKeyID());
            verified++;
            notifyAll();
        }
    }

    private static void verify(SignedJWT token, CachingVerifier verifier) throws Exception {
        if (!verifier.accepts(token)) {
            throw new AssertionError(
                    "a valid token was refused, of the key " + token.getHeader().getKeyID());
        }
    }

    /** Every token ever issued, with one verifier each. */
    public void verifyAllAgain() throws Exception {
        List<SignedJWT> all;
        synchronized (this) {
            all = List.copyOf(tokens);
        }
        int next = 0;
        for (SignedJWT token : all) {
            verify(token, verifiers.get(next++ % verifiers.size()));
        }
    }

    /** The ids of the signing keys, in the order of their first tokens. */
    public synchronized List<String> keyIds() {
        return List.copyOf(keyIds);
    }

    /** The number of tokens so far. */
    public synchronized int minted() {
        return tokens.size();
    }

    /**
     * Waits until this many more tokens were issued and verified.
     *
     * @throws AssertionError as soon as anything is not as it should be
     */
    public synchronized void awaitTokens(int more) throws InterruptedException {
        int enough = verified + more;
        while (wrong.isEmpty() && verified < enough) {
            wait();
        }
        requireNothingWrong();
    }

    private void requireNothingWrong() {
        wrong.ifPresent(what -> {
            throw new AssertionError("something went wrong", what);
        });
    }

    private synchronized void fail(Throwable what) {
        wrong = wrong.or(() -> Optional.of(what));
        notifyAll();
    }

    private synchronized boolean isStopping() {
        return stopping || wrong.isPresent();
    }

    /** Ends it. */
    public void finish() {
        close();
        synchronized (this) {
            requireNothingWrong();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            stopping = true;
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
