package io.sallyport.store.firestore;

import static io.sallyport.Reason.STORE_TIMEOUT;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Status.Code;
import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.store.firestore.Faults.Fate;
import io.sallyport.token.AssertionDigest;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted while Firestore aborts writes and answers get lost. */
@Timeout(300)
abstract class FirestoreFaultsContract {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant EXPIRY = NOW.plusSeconds(60);
    private static final SessionId SESSION = new SessionId("session-0000000001");
    private static final AssertionDigest ASSERTION = new AssertionDigest("0a".repeat(32));

    /** So long that only the proxy loses answers, however busy the machine is. */
    static final Duration MAX_CALL = Duration.ofMinutes(2);

    private Faults proxy;

    @AutoClose
    FirestoreDatabase database;

    private TokenStore store;

    /** Like several instances of a function, which know nothing about each other. */
    private List<TokenStore> instances;

    private final AtomicInteger calls = new AtomicInteger();

    abstract Faults faults();

    /** A database whose calls the faults affect. */
    abstract FirestoreDatabase open(String project);

    @BeforeEach
    void open() {
        proxy = faults();
        database = open(FirestoreEmulator.freshProject());
        store = new FirestoreTokenStore(database, new Random());
        instances = Stream.generate(() -> new FirestoreTokenStore(database, new Random()))
                .limit(8)
                .map(TokenStore.class::cast)
                .toList();
    }

    private TokenStore anyInstance() {
        return instances.get(calls.getAndIncrement() % instances.size());
    }

    /** Makes the given share of writes fail, and no read. */
    private void failWrites(long seed, double share, Function<Code, Fate> how) {
        Random random = new Random(seed);
        proxy.decide(method -> method.equals("Commit") && random.nextDouble() < share
                ? how.apply(random.nextBoolean() ? Code.ABORTED : Code.UNAVAILABLE)
                : Fate.PASSED_ON);
    }

    @ParameterizedTest(name = "a session of {0} uses")
    @ValueSource(ints = {60, 400})
    void givesOutExactlyTheLimitThoughWritesAreAborted(int limit) throws Exception {
        store.open(SESSION, limit, EXPIRY);
        failWrites(1, 0.3, Fate::failedBefore);
        List<Integer> spent = Race.of(64, this::spendAll);
        assertThat(spent.stream().mapToInt(Integer::intValue).sum()).isEqualTo(limit);
        assertThat(proxy.calls("Commit")).isGreaterThan(limit * 5 / 4);
        assertThat(store.usesLeft(SESSION, NOW)).hasValue(0);
    }

    @ParameterizedTest(name = "a session of {0} uses")
    @ValueSource(ints = {60, 400})
    void givesOutNoMoreThanTheLimitThoughAnswersAreLost(int limit) throws Exception {
        store.open(SESSION, limit, EXPIRY);
        failWrites(2, 0.3, Fate::failedAfter);
        List<Integer> spent = Race.of(64, this::spendAll);
        assertThat(proxy.lost()).isGreaterThan(limit / 10);
        assertThat(spent.stream().mapToInt(Integer::intValue).sum()).isEqualTo(limit - proxy.lost());
        assertThat(store.usesLeft(SESSION, NOW)).hasValue(0);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void givesTheLastUseToOneOf200ThoughWritesAreAborted(long seed) throws Exception {
        store.open(SESSION, 1, EXPIRY);
        failWrites(seed, 0.5, Fate::failedBefore);
        List<OptionalLong> spent =
                Race.of(200, () -> persistently(() -> anyInstance().spend(SESSION, NOW)));
        assertThat(spent.stream().filter(OptionalLong::isPresent)).containsExactly(OptionalLong.of(0));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void givesTheLastUseToOneOf200AtMostThoughAnswersAreLost(long seed) throws Exception {
        store.open(SESSION, 1, EXPIRY);
        failWrites(seed, 0.5, Fate::failedAfter);
        List<OptionalLong> spent =
                Race.of(200, () -> persistently(() -> anyInstance().spend(SESSION, NOW)));
        assertThat(spent.stream().filter(OptionalLong::isPresent)).hasSize(1 - proxy.lost());
        assertThat(store.usesLeft(SESSION, NOW)).hasValue(0);
    }

    @Test
    void takesAnAssertionFromOneOf32ThoughWritesAreAborted() throws Exception {
        failWrites(1, 0.5, Fate::failedBefore);
        assertThat(Race.of(32, () -> persistently(() -> anyInstance().claim(ASSERTION, NOW, EXPIRY))))
                .containsOnlyOnce(true);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void takesAnAssertionFromOneOf32AtMostThoughAnswersAreLost(long seed) throws Exception {
        failWrites(seed, 0.5, Fate::failedAfter);
        List<Boolean> claimed =
                Race.of(32, () -> persistently(() -> anyInstance().claim(ASSERTION, NOW, EXPIRY)));
        assertThat(claimed.stream().filter(Boolean::booleanValue)).hasSize(1 - proxy.lost());
    }

    @Test
    void opensASessionOnceThoughTheAnswerIsLost() throws Exception {
        proxy.decide(method -> proxy.lost() == 0 ? Fate.failedAfter(Code.UNAVAILABLE) : Fate.PASSED_ON);
        store.open(SESSION, 300, EXPIRY);
        assertThat(proxy.lost()).isEqualTo(1);
        assertThat(store.spend(SESSION, NOW)).hasValue(299);
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            names = {"UNAVAILABLE", "INTERNAL", "UNKNOWN", "RESOURCE_EXHAUSTED", "PERMISSION_DENIED"})
    void saysSoWhenARevocationWasNotTaken(Code code) throws Refused {
        proxy.decide(method -> method.equals("Commit") ? Fate.failedBefore(code) : Fate.PASSED_ON);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store.revoke(SESSION, EXPIRY))
                .returns(STORE_UNAVAILABLE, Refused::reason);
        assertThat(store.isRevoked(SESSION, NOW)).isFalse();
    }

    @Test
    void keepsARevocationWhoseAnswerWasLost() throws Refused {
        proxy.decide(method -> method.equals("Commit") ? Fate.failedAfter(Code.INTERNAL) : Fate.PASSED_ON);
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> store.revoke(SESSION, EXPIRY));
        assertThat(store.isRevoked(SESSION, NOW)).isTrue();
    }

    @Test
    void knowsNothingWhileReadsFail() throws Refused {
        store.open(SESSION, 1, EXPIRY);
        store.revoke(SESSION, EXPIRY);
        for (Code code : List.of(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED)) {
            Reason reason = code == Code.UNAVAILABLE ? STORE_UNAVAILABLE : STORE_TIMEOUT;
            proxy.decide(method -> Fate.failedBefore(code));
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> store.isRevoked(SESSION, NOW))
                    .returns(reason, Refused::reason);
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> store.spend(SESSION, NOW))
                    .returns(reason, Refused::reason);
        }
        proxy.decide(method -> Fate.PASSED_ON);
        assertThat(store.isRevoked(SESSION, NOW)).isTrue();
        assertThat(store.spend(SESSION, NOW)).hasValue(0);
    }

    @Test
    void costsOneReadAndOneWriteAUse() throws Refused {
        store.open(SESSION, 1_000, EXPIRY);
        store.spend(SESSION, NOW);
        int reads = proxy.calls("BatchGetDocuments");
        int writes = proxy.calls("Commit");
        store.spend(SESSION, NOW);
        assertThat(proxy.calls("BatchGetDocuments")).isEqualTo(reads + 1);
        assertThat(proxy.calls("Commit")).isEqualTo(writes + 1);
    }

    @Test
    void asksNothingMoreAboutASessionThatWasFoundUsedUp() throws Refused {
        store.open(SESSION, 1, EXPIRY);
        store.spend(SESSION, NOW);
        assertThat(store.spend(SESSION, NOW)).isEmpty();
        proxy.decide(method -> Fate.failedBefore(Code.UNAVAILABLE));
        assertThat(store.spend(SESSION, NOW)).isEmpty();
    }

    private int spendAll() throws Refused {
        int spent = 0;
        while (persistently(() -> anyInstance().spend(SESSION, NOW)).isPresent()) {
            spent++;
        }
        return spent;
    }

    @FunctionalInterface
    private interface Call<T> {
        T make() throws Refused;
    }

    /** Until it is decided, as callers do that are told to try again. */
    private static <T> T persistently(Call<T> call) throws Refused {
        while (true) {
            try {
                return call.make();
            } catch (Refused refused) {
                assertThat(refused.reason()).isIn(STORE_UNAVAILABLE, STORE_TIMEOUT);
            }
        }
    }
}
