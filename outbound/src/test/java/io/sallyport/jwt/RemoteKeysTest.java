package io.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import io.sallyport.testing.TestClock;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteKeysTest {
    private static final JWK A = rsa("a");
    private static final JWK B = rsa("b");

    private final TestClock clock = new TestClock();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile Fetcher server = uri -> new Fetcher.Fetched(200, -1, jwks(A));
    private final RemoteKeys keys = RemoteKeys.jwks(URI.create("https://issuer.example/keys"), Algorithm.RS256, uri -> {
        fetches.incrementAndGet();
        return server.get(uri);
    });

    @Test
    void fetchesOnFirstNeedAndThenKnows() throws Exception {
        assertThat(fetches).hasValue(0);
        assertThat(key("a").id()).isEqualTo("a");
        assertThat(key("a").id()).isEqualTo("a");
        assertThat(fetches).hasValue(1);
    }

    @ParameterizedTest(name = "max-age {0} s: fresh for {1} s")
    @CsvSource({
        "-1, 3600",
        "0, 60",
        "59, 60",
        "61, 61",
        "22418, 22418",
        "43200, 43200",
        "43201, 43200",
        "9999999999, 43200"
    })
    void keepsThemAsLongAsTheIssuerSaysWithinBounds(long maxAge, long fresh) throws Exception {
        server = uri -> new Fetcher.Fetched(200, maxAge, jwks(A));
        key("a");
        clock.advance(Duration.ofSeconds(fresh).minusNanos(1));
        key("a");
        assertThat(fetches).hasValue(1);
        clock.advance(Duration.ofNanos(1));
        key("a");
        assertThat(fetches).hasValue(2);
    }

    @ParameterizedTest(name = "max-age {0} s: fresh for {1} s")
    @CsvSource({"-1, 900", "0, 60", "899, 899", "22418, 900"})
    void keepsThoseOfServiceAccountsNoLongerThanGoogleAsks(long maxAge, long fresh) throws Exception {
        try (SimulatedGoogle google = SimulatedGoogle.start(clock)) {
            SimulatedServiceAccount account = google.serviceAccount("a@shop.iam.gserviceaccount.com");
            if (maxAge < 0) {
                google.behaviour().noCacheControl();
            } else {
                google.behaviour().cacheControl("public, max-age=" + maxAge);
            }
            String keyId = SignedJWT.parse(account.signJwt("{}")).getHeader().getKeyID();
            KeySource x509 = new ServiceAccountKeys(google.serviceAccountCerts(), HttpFetcher.plainHttpToo())
                    .of(account.email());
            x509.key(keyId, clock.instant());
            x509.key(keyId, clock.instant().plusSeconds(fresh).minusNanos(1));
            assertThat(google.serviceAccountCertsRequests()).isEqualTo(1);
            x509.key(keyId, clock.instant().plusSeconds(fresh));
            assertThat(google.serviceAccountCertsRequests()).isEqualTo(2);
        }
    }

    @Test
    void forgetsAKeyThatTheIssuerHasWithdrawnWhenItsFreshnessIsOver() throws Exception {
        key("a");
        server = uri -> new Fetcher.Fetched(200, -1, jwks(B));
        key("a");
        clock.advance(RemoteKeys.DEFAULT_FRESH);
        assertRefused(Reason.UNKNOWN_KEY, "a");
    }

    @Test
    void looksAgainForAnUnknownKeyOnceTheCooldownIsOver() throws Exception {
        key("a");
        assertRefused(Reason.UNKNOWN_KEY, "b");
        assertThat(fetches).hasValue(1);
        server = uri -> new Fetcher.Fetched(200, -1, jwks(A, B));
        clock.advance(RemoteKeys.COOLDOWN.minusNanos(1));
        assertRefused(Reason.UNKNOWN_KEY, "b");
        clock.advance(Duration.ofNanos(1));
        assertThat(key("b").id()).isEqualTo("b");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void isNotMadeToFetchMoreThanAHandfulOfTimesByTenThousandUnknownKeysAndStillSeesARotation() throws Exception {
        key("a");
        Duration flood = RemoteKeys.COOLDOWN.multipliedBy(3);
        for (int i = 0; i < 10_000; i++) {
            clock.advance(flood.dividedBy(10_000));
            assertRefused(Reason.UNKNOWN_KEY, "made-up-" + i);
            if (i == 5_000) {
                server = uri -> new Fetcher.Fetched(200, -1, jwks(A, B));
            }
        }
        assertThat(fetches).hasValueLessThanOrEqualTo(5);
        assertThat(key("b").id()).isEqualTo("b");
        assertThat(key("a").id()).isEqualTo("a");
        assertThat(fetches).hasValueLessThanOrEqualTo(5);
    }

    @Test
    void seesARotationWithinTheCooldownWhateverTheFloodDoes() throws Exception {
        key("a");
        clock.advance(RemoteKeys.COOLDOWN);
        assertRefused(Reason.UNKNOWN_KEY, "flood");
        server = uri -> new Fetcher.Fetched(200, -1, jwks(A, B));
        for (int second = 1; second < RemoteKeys.COOLDOWN.toSeconds(); second++) {
            clock.advance(Duration.ofSeconds(1));
            assertRefused(Reason.UNKNOWN_KEY, "flood-" + second);
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(key("b").id()).isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 400, 403, 404, 429, 500, 503})
    void cannotCheckWhenTheIssuerAnswers(int status) {
        server = uri -> new Fetcher.Fetched(status, -1, "");
        assertRefused(Reason.KEYS_UNAVAILABLE, "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"keys\":[]}", "{\"keys\":5}", "<html>", "{\"keys\":[]}{}"})
    void cannotCheckWithAnAnswerThatIsNoKeySet(String body) {
        server = uri -> new Fetcher.Fetched(200, -1, body);
        assertRefused(Reason.KEYS_UNAVAILABLE, "a");
    }

    @Test
    void tellsATimeoutFromAFailure() {
        server = uri -> {
            throw new SocketTimeoutException("Read timed out");
        };
        assertRefused(Reason.KEYS_TIMEOUT, "a");
        server = uri -> {
            throw new IOException("Connection refused");
        };
        clock.advance(RemoteKeys.RETRY);
        assertRefused(Reason.KEYS_UNAVAILABLE, "a");
    }

    @Test
    void servesStaleKeysWhileTheIssuerIsDownButNotForGood() throws Exception {
        key("a");
        server = uri -> new Fetcher.Fetched(503, -1, "");
        clock.advance(RemoteKeys.DEFAULT_FRESH);
        assertThat(key("a").id()).isEqualTo("a");
        clock.advance(RemoteKeys.MAX_STALE.minusNanos(1));
        assertThat(key("a").id()).isEqualTo("a");
        clock.advance(Duration.ofNanos(1));
        assertRefused(Reason.KEYS_UNAVAILABLE, "a");
    }

    @Test
    void saysCouldNotCheckRatherThanNoForAnUnknownKeyWhileTheIssuerIsDown() throws Exception {
        key("a");
        server = uri -> new Fetcher.Fetched(503, -1, "");
        clock.advance(RemoteKeys.COOLDOWN);
        assertRefused(Reason.KEYS_UNAVAILABLE, "b");
        assertThat(key("a").id()).isEqualTo("a");
    }

    @Test
    void asksAnIssuerThatIsDownOnceInAWhileAndRecoversByItself() throws Exception {
        server = uri -> new Fetcher.Fetched(503, -1, "");
        for (int i = 0; i < 1000; i++) {
            assertRefused(Reason.KEYS_UNAVAILABLE, "a");
        }
        assertThat(fetches).hasValue(1);
        server = uri -> new Fetcher.Fetched(200, -1, jwks(A));
        clock.advance(RemoteKeys.RETRY.minusNanos(1));
        assertRefused(Reason.KEYS_UNAVAILABLE, "a");
        clock.advance(Duration.ofNanos(1));
        assertThat(key("a").id()).isEqualTo("a");
        assertRefused(Reason.UNKNOWN_KEY, "b");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void fetchesOnceForManyWhoWaitForIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        server = uri -> {
            asked.countDown();
            await(answer);
            return new Fetcher.Fetched(200, -1, jwks(A));
        };
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Future<VerificationKey>> results = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                results.add(threads.submit((Callable<VerificationKey>) () -> key("a")));
            }
            await(asked);
            answer.countDown();
            for (Future<VerificationKey> result : results) {
                assertThat(result.get().id()).isEqualTo("a");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void delaysNoCallerWithAStaleKeyWhileAnotherFetches() throws Exception {
        key("a");
        clock.advance(RemoteKeys.DEFAULT_FRESH);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        server = uri -> {
            asked.countDown();
            await(answer);
            return new Fetcher.Fetched(200, -1, jwks(A));
        };
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<VerificationKey> fetching = thread.submit((Callable<VerificationKey>) () -> key("a"));
            await(asked);
            assertThat(key("a").id()).isEqualTo("a");
            assertThat(fetching.isDone()).isFalse();
            answer.countDown();
            fetching.get();
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void recoversFromAFetcherThatThrowsAnUnexpectedException() throws Exception {
        server = uri -> {
            throw new IllegalStateException("a bug");
        };
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> key("a"));
        server = uri -> new Fetcher.Fetched(200, -1, jwks(A));
        assertThat(key("a").id()).isEqualTo("a");
    }

    @Test
    void leavesOutKeysThatAreNotForThis() throws Exception {
        JWK weak = weak("weak");
        server = uri -> new Fetcher.Fetched(
                200,
                -1,
                Json.writeString(Map.of(
                        "keys",
                        List.of(
                                with(A, "use", "enc", "kid", "encryption"),
                                with(A, "alg", "RS512", "kid", "other-algorithm"),
                                with(A, "kty", "oct", "k", "AAAA", "kid", "symmetric"),
                                with(A, "kid", ""),
                                weak.toPublicJWK().toJSONObject(),
                                ec("curve").toPublicJWK().toJSONObject(),
                                Map.of("kty", "new"),
                                "text",
                                with(A, "kid", "a"),
                                with(B, "kid", "a")))));
        assertThat(key("a").key()).isEqualTo(A.toRSAKey().toPublicKey());
        for (String other : List.of("encryption", "other-algorithm", "symmetric", "weak", "curve")) {
            assertRefused(Reason.UNKNOWN_KEY, other);
        }
    }

    @Test
    void takesKeysThatNameNoAlgorithmAsEntrasDo() throws Exception {
        Map<String, Object> member = new HashMap<>(A.toPublicJWK().toJSONObject());
        member.remove("alg");
        member.remove("use");
        server = uri -> new Fetcher.Fetched(200, -1, Json.writeString(Map.of("keys", List.of(member))));
        assertThat(key("a").id()).isEqualTo("a");
    }

    private VerificationKey key(String id) throws Refused {
        return keys.key(id, clock.instant());
    }

    private void assertRefused(Reason reason, String id) {
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> key(id)).returns(reason, Refused::reason);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> with(JWK key, String... changes) {
        Map<String, Object> member = new HashMap<>(key.toPublicJWK().toJSONObject());
        for (int i = 0; i < changes.length; i += 2) {
            member.put(changes[i], changes[i + 1]);
        }
        return member;
    }

    private static String jwks(JWK... keys) {
        return Json.writeString(Map.of(
                "keys",
                Arrays.stream(keys).map(key -> key.toPublicJWK().toJSONObject()).toList()));
    }

    private static JWK rsa(String id) {
        return made(() -> new RSAKeyGenerator(2048).keyID(id).generate());
    }

    private static JWK weak(String id) {
        return made(() -> new RSAKeyGenerator(1024, true).keyID(id).generate());
    }

    private static JWK ec(String id) {
        return made(() -> new ECKeyGenerator(Curve.P_256).keyID(id).generate());
    }

    private static JWK made(Callable<? extends JWK> generator) {
        try {
            return generator.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
