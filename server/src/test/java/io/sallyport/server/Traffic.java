package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Callers that log in, renew, revoke and introspect, all at once, until they are stopped. Each of them knows the right
 * answer, and accepts no other except "could not find out now".
 */
final class Traffic implements AutoCloseable {
    static final int LIMIT = 3;

    private static final IdentityId WORKLOAD = new IdentityId("payments");
    private static final IdentityId LIMITED = new IdentityId("limited");
    private static final IdentityId RESOURCE = new IdentityId("orders-api");

    private final SessionClient client;
    private final String bearer;
    private final Loss loss;
    private final List<Thread> threads = new ArrayList<>();
    private final Set<String> revoked = new HashSet<>();

    // Guarded by this.
    private final Map<Caller, Integer> decided = new HashMap<>();
    private final Map<Caller, Integer> undecided = new HashMap<>();
    private final Map<Caller, Integer> timeouts = new HashMap<>();
    private Optional<Throwable> wrong = Optional.empty();
    private boolean stopping;

    /** Those who call. */
    enum Caller {
        LOGGING_IN,
        RENEWING,
        ASKING,
        SPENDING,
        REVOKING
    }

    @FunctionalInterface
    private interface Round {
        void play() throws Exception;
    }

    /** The call was not decided, which may happen while the store is down. */
    private static final class UndecidedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean timeout;

        UndecidedException(boolean timeout) {
            this.timeout = timeout;
        }
    }

    /** When an answer of the store may have been lost, and a use with it. */
    enum Loss {
        NEVER,
        WHEN_TIMED_OUT,
        ALWAYS
    }

    static Traffic start(SessionClient client, Loss loss) throws Exception {
        Traffic traffic = new Traffic(client, loss);
        traffic.add(Caller.LOGGING_IN, traffic.loggingIn());
        traffic.add(Caller.RENEWING, traffic.renewing());
        traffic.add(Caller.ASKING, traffic.asking());
        traffic.add(Caller.SPENDING, traffic.spending());
        traffic.add(Caller.REVOKING, traffic.revoking());
        traffic.threads.forEach(Thread::start);
        return traffic;
    }

    private Traffic(SessionClient client, Loss loss) throws Exception {
        this.client = client;
        this.loss = loss;
        this.bearer = persistently(Caller.ASKING, () -> grantedLogin(RESOURCE));
    }

    /** The identities that it needs. */
    static List<Identity> identities() {
        return List.of(
                SessionClient.identity(WORKLOAD, Map.of(), Map.of()),
                SessionClient.identity(LIMITED, Map.of("accessTokenNumUsesLimit", LIMIT), Map.of()),
                SessionClient.identity(RESOURCE, Map.of(), Map.of("audiences", List.of(SessionClient.ISSUER))));
    }

    private Round loggingIn() {
        return () -> assertThat(grantedLogin(WORKLOAD)).isNotEmpty();
    }

    /** Renews its newest token; if a renewal was not decided, the token must be as valid as before. */
    private Round renewing() throws Exception {
        String[] newest = {persistently(Caller.RENEWING, () -> grantedLogin(WORKLOAD))};
        String session = SessionClient.claims(newest[0]).getStringClaim("sid");
        return () -> {
            newest[0] = SessionClient.accessToken(granted(client.renew(newest[0])));
            assertThat(SessionClient.claims(newest[0]).getStringClaim("sid")).isEqualTo(session);
        };
    }

    private Round asking() throws Exception {
        String token = persistently(Caller.ASKING, () -> grantedLogin(WORKLOAD));
        return () -> assertThat(isActive(token)).as("an unlimited token").isTrue();
    }

    /** Spends a new session to its end: whatever happens meanwhile, it has exactly its number of uses. */
    private Round spending() {
        return () -> {
            String token = grantedLogin(LIMITED);
            int timeoutsBefore = count(timeouts, Caller.SPENDING);
            int uses = 0;
            while (persistently(Caller.SPENDING, () -> isActive(token))) {
                uses++;
            }
            boolean timedOut = count(timeouts, Caller.SPENDING) > timeoutsBefore;
            if (loss == Loss.ALWAYS || (loss == Loss.WHEN_TIMED_OUT && timedOut)) {
                assertThat(uses).isLessThanOrEqualTo(LIMIT);
            } else {
                assertThat(uses).isEqualTo(LIMIT);
            }
        };
    }

    private Round revoking() {
        return () -> {
            String token = grantedLogin(WORKLOAD);
            HttpResponse<String> answer = persistently(Caller.REVOKING, () -> granted(client.revoke(token)));
            assertThat(answer.body()).contains("Successfully revoked");
            synchronized (this) {
                revoked.add(token);
            }
            assertThat(persistently(Caller.REVOKING, () -> isActive(token)))
                    .as("a revoked token")
                    .isFalse();
        };
    }

    private String grantedLogin(IdentityId id) throws Exception {
        return SessionClient.accessToken(granted(client.login(id)));
    }

    private boolean isActive(String token) throws Exception {
        String body = granted(client.introspect(bearer, token)).body();
        if (body.equals("{\"active\":false}")) {
            return false;
        }
        assertThat(body).startsWith("{\"active\":true,");
        return true;
    }

    private static HttpResponse<String> granted(HttpResponse<String> answer) throws UndecidedException {
        if (answer.statusCode() == 503 || answer.statusCode() == 504) {
            assertThat(SessionClient.body(answer).get("error"))
                    .isIn(
                            "temporarily_unavailable",
                            answer.statusCode() == 503 ? "ServiceUnavailable" : "GatewayTimeoutError");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            throw new UndecidedException(answer.statusCode() == 504);
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    @FunctionalInterface
    private interface Call<T> {
        T make() throws Exception;
    }

    private <T> T persistently(Caller caller, Call<T> call) throws Exception {
        while (true) {
            try {
                return call.make();
            } catch (UndecidedException e) {
                add(undecided, caller);
                if (e.timeout) {
                    add(timeouts, caller);
                }
            }
        }
    }

    private void add(Caller caller, Round round) {
        threads.add(new Thread(
                () -> {
                    try {
                        while (!isStopping()) {
                            play(caller, round);
                        }
                    } catch (Exception | AssertionError e) {
                        fail(e);
                    }
                },
                caller.name()));
    }

    private void play(Caller caller, Round round) throws Exception {
        try {
            round.play();
            add(decided, caller);
        } catch (UndecidedException e) {
            add(undecided, caller);
        }
    }

    private synchronized void add(Map<Caller, Integer> rounds, Caller caller) {
        rounds.merge(caller, 1, Integer::sum);
        notifyAll();
    }

    private synchronized int count(Map<Caller, Integer> rounds, Caller caller) {
        return rounds.getOrDefault(caller, 0);
    }

    private synchronized void fail(Throwable what) {
        wrong = wrong.or(() -> Optional.of(what));
        notifyAll();
    }

    private synchronized boolean isStopping() {
        return stopping || wrong.isPresent();
    }

    /** Waits until each of them got this many more answers. */
    void awaitAnswers(int each) throws InterruptedException {
        await(decided, each, Set.of(Caller.values()));
    }

    /** Waits until each of these got this many more answers of "could not be decided". */
    void awaitUndecided(int each, Set<Caller> callers) throws InterruptedException {
        await(undecided, each, callers);
    }

    private synchronized void await(Map<Caller, Integer> rounds, int more, Set<Caller> callers)
            throws InterruptedException {
        Map<Caller, Integer> before = Map.copyOf(rounds);
        while (wrong.isEmpty()
                && !callers.stream()
                        .allMatch(caller -> count(rounds, caller) >= before.getOrDefault(caller, 0) + more)) {
            wait();
        }
        wrong.ifPresent(what -> {
            throw new AssertionError("a wrong answer", what);
        });
    }

    /** Stops it; every session whose revocation was confirmed must still be revoked. */
    void finish() throws Exception {
        close();
        synchronized (this) {
            wrong.ifPresent(what -> {
                throw new AssertionError("a wrong answer", what);
            });
            assertThat(revoked).isNotEmpty();
            for (String token : revoked) {
                assertThat(persistently(Caller.REVOKING, () -> isActive(token))).isFalse();
                assertThat(client.renew(token).statusCode()).isIn(403, 503, 504);
            }
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
