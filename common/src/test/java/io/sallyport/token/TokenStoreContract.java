package io.sallyport.token;

import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Credential;
import io.sallyport.login.SecretUses;
import io.sallyport.method.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every store of uses and single-use marks, races included. */
public abstract class TokenStoreContract {
    protected static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    protected static final Instant EXPIRY = NOW.plusSeconds(60);
    protected static final SessionId SESSION = new SessionId("session-0000000001");
    protected static final AssertionDigest ASSERTION = new AssertionDigest("0a".repeat(32));

    /** The store under test, empty before each test. */
    protected abstract TokenStore store();

    /** A store that cannot be reached. */
    protected abstract TokenStore storeThatIsDown() throws Exception;

    @Test
    void givesOutEachUseOnce() throws Refused {
        store().open(SESSION, 3, EXPIRY);
        assertThat(store().spend(SESSION, NOW)).hasValue(2);
        assertThat(store().spend(SESSION, NOW)).hasValue(1);
        assertThat(store().spend(SESSION, NOW)).hasValue(0);
        assertThat(store().spend(SESSION, NOW)).isEmpty();
        assertThat(store().spend(SESSION, NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 99, 100, 1_234, 5_000_000_000L, Long.MAX_VALUE})
    void countsDownFromAnyLimit(long uses) throws Refused {
        store().open(SESSION, uses, EXPIRY);
        assertThat(store().spend(SESSION, NOW)).hasValue(uses - 1);
    }

    @Test
    void keepsTheUsesOfASessionThatIsOpenedAgain() throws Refused {
        store().open(SESSION, 2, EXPIRY);
        store().spend(SESSION, NOW);
        store().open(SESSION, 2, EXPIRY);
        assertThat(store().spend(SESSION, NOW)).hasValue(0);
        store().open(SESSION, 500, EXPIRY.plusSeconds(60));
        assertThat(store().spend(SESSION, NOW)).isEmpty();
    }

    @Test
    void countsEachSessionByItself() throws Refused {
        SessionId other = new SessionId("session-0000000002");
        store().open(SESSION, 1, EXPIRY);
        store().open(other, 1, EXPIRY);
        store().spend(SESSION, NOW);
        assertThat(store().spend(SESSION, NOW)).isEmpty();
        assertThat(store().spend(other, NOW)).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"________________", "__session-000001__", "0123456789abcdef", "----------------"})
    void takesAnySessionId(String id) throws Refused {
        store().open(new SessionId(id), 1, EXPIRY);
        assertThat(store().spend(new SessionId(id), NOW)).hasValue(0);
    }

    @Test
    void hasNoUsesForAnUnknownSession() throws Refused {
        assertThat(store().spend(SESSION, NOW)).isEmpty();
    }

    @Test
    void forgetsASessionAtTheInstantOfItsExpiry() throws Refused {
        store().open(SESSION, 9, EXPIRY);
        assertThat(store().spend(SESSION, EXPIRY.minusNanos(1))).hasValue(8);
        assertThat(store().spend(SESSION, EXPIRY)).isEmpty();
        assertThat(store().spend(SESSION, EXPIRY.plusNanos(1))).isEmpty();
    }

    @Test
    void givesTheLastUseToOneOf200() throws Exception {
        store().open(SESSION, 1, EXPIRY);
        List<OptionalLong> spent = Race.of(200, () -> store().spend(SESSION, NOW));
        assertThat(spent.stream().filter(OptionalLong::isPresent)).containsExactly(OptionalLong.of(0));
    }

    @ParameterizedTest(name = "{0} uses, asked for by 64 threads {1} times each")
    @CsvSource({"40, 1", "300, 5"})
    void givesOutExactlyTheLimit(int limit, int timesEach) throws Exception {
        store().open(SESSION, limit, EXPIRY);
        List<Integer> spent = Race.of(64, () -> {
            int got = 0;
            for (int i = 0; i < timesEach; i++) {
                got += spendPersistently().isPresent() ? 1 : 0;
            }
            return got;
        });
        assertThat(spent.stream().mapToInt(Integer::intValue).sum()).isEqualTo(limit);
        assertThat(store().spend(SESSION, NOW)).isEmpty();
    }

    /** So many at once may keep a store too busy for one of them, which then fails with a retryable error. */
    private OptionalLong spendPersistently() throws Refused {
        while (true) {
            try {
                return store().spend(SESSION, NOW);
            } catch (Refused busy) {
                if (!busy.reason().isUndecided()) {
                    throw busy;
                }
            }
        }
    }

    /** The count of a client secret is opened by those who use it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 40, 300})
    void countsASecretsUsesExactlyHoweverManyBeginTheCount(int limit) throws Exception {
        SecretUses uses = new SecretUses(store());
        Verified.CountedUse use = new Verified.CountedUse(
                new Credential("client-secret", Credential.thumbprint(List.of("count", String.valueOf(limit)))), limit);
        int each = 5;
        List<Integer> taken = Race.of(64, () -> {
            int got = 0;
            for (int i = 0; i < each; i++) {
                got += takePersistently(uses, use) ? 1 : 0;
            }
            return got;
        });
        int all = taken.stream().mapToInt(Integer::intValue).sum();
        assertThat(all).isEqualTo(Math.min(limit, 64 * each));
        assertThat(uses.taken(use.credential(), limit, NOW)).isEqualTo(all);
    }

    private static boolean takePersistently(SecretUses uses, Verified.CountedUse use) throws Refused {
        while (true) {
            try {
                uses.take(use, NOW);
                return true;
            } catch (Refused refused) {
                if (refused.reason() == Reason.CLIENT_SECRET_USED_UP) {
                    return false;
                }
                if (!refused.reason().isUndecided()) {
                    throw refused;
                }
            }
        }
    }

    @Test
    void opensASessionOnceHoweverManyTry() throws Exception {
        Race.of(16, () -> {
            store().open(SESSION, 2, EXPIRY);
            return store().spend(SESSION, NOW);
        });
        assertThat(store().spend(SESSION, NOW)).isEmpty();
    }

    @Test
    void takesAnAssertionOnce() throws Refused {
        assertThat(store().claim(ASSERTION, NOW, EXPIRY)).isTrue();
        assertThat(store().claim(ASSERTION, NOW, EXPIRY)).isFalse();
        assertThat(store().claim(ASSERTION, NOW.plusSeconds(1), EXPIRY.plusSeconds(60)))
                .isFalse();
        assertThat(store().claim(new AssertionDigest("0b".repeat(32)), NOW, EXPIRY))
                .isTrue();
    }

    @Test
    void forgetsAnAssertionAtTheInstantOfItsExpiry() throws Refused {
        store().claim(ASSERTION, NOW, EXPIRY);
        assertThat(store().claim(ASSERTION, EXPIRY.minusNanos(1), EXPIRY.plusSeconds(60)))
                .isFalse();
        assertThat(store().claim(ASSERTION, EXPIRY, EXPIRY.plusSeconds(60))).isTrue();
        assertThat(store().claim(ASSERTION, EXPIRY, EXPIRY.plusSeconds(60))).isFalse();
        assertThat(store().claim(ASSERTION, EXPIRY.plusSeconds(59), EXPIRY.plusSeconds(60)))
                .isFalse();
    }

    @Test
    void forgetsNothingBeforeAnExpiryBetweenTwoTicks() throws Refused {
        Instant odd = EXPIRY.plusNanos(123_456_789);
        store().claim(ASSERTION, NOW, odd);
        assertThat(store().claim(ASSERTION, odd.minusNanos(1), odd)).isFalse();
        assertThat(store().claim(ASSERTION, odd.plus(Duration.ofMillis(1)), odd.plusSeconds(1)))
                .isTrue();
    }

    @Test
    void takesAnAssertionFromOneOf32() throws Exception {
        assertThat(Race.of(32, () -> store().claim(ASSERTION, NOW, EXPIRY))).containsOnlyOnce(true);
    }

    @Test
    void takesAnExpiredAssertionFromOneOf32() throws Exception {
        store().claim(ASSERTION, NOW, EXPIRY);
        assertThat(Race.of(32, () -> store().claim(ASSERTION, EXPIRY, EXPIRY.plusSeconds(60))))
                .containsOnlyOnce(true);
    }

    @Test
    void tellsTheUsesLeftWithoutTakingOne() throws Refused {
        assertThat(store().usesLeft(SESSION, NOW)).isEmpty();
        store().open(SESSION, 250, EXPIRY);
        store().spend(SESSION, NOW);
        assertThat(store().usesLeft(SESSION, NOW)).hasValue(249);
        assertThat(store().usesLeft(SESSION, NOW)).hasValue(249);
        assertThat(store().usesLeft(SESSION, EXPIRY.minusNanos(1))).hasValue(249);
        assertThat(store().usesLeft(SESSION, EXPIRY)).isEmpty();
    }

    @Test
    void tellsASessionThatIsUsedUpFromAnUnknownOne() throws Refused {
        store().open(SESSION, 1, EXPIRY);
        store().spend(SESSION, NOW);
        assertThat(store().usesLeft(SESSION, NOW)).hasValue(0);
    }

    @Test
    void remembersAnExtendedSessionForLonger() throws Refused {
        store().open(SESSION, 250, EXPIRY);
        store().extend(SESSION, NOW, EXPIRY.plusSeconds(60));
        assertThat(store().spend(SESSION, EXPIRY.plusSeconds(60).minusNanos(1))).hasValue(249);
        assertThat(store().spend(SESSION, EXPIRY.plusSeconds(60))).isEmpty();
    }

    @Test
    void forgetsNoSessionEarlierForBeingExtended() throws Refused {
        store().open(SESSION, 1, EXPIRY);
        store().extend(SESSION, NOW, NOW.plusSeconds(1));
        assertThat(store().usesLeft(SESSION, EXPIRY.minusNanos(1))).hasValue(1);
    }

    @Test
    void revivesNoSessionByExtendingIt() throws Refused {
        store().extend(SESSION, NOW, EXPIRY);
        assertThat(store().usesLeft(SESSION, NOW)).isEmpty();
        store().open(SESSION, 1, EXPIRY);
        store().extend(SESSION, EXPIRY, EXPIRY.plusSeconds(60));
        assertThat(store().usesLeft(SESSION, EXPIRY)).isEmpty();
    }

    @Test
    void losesNoUseToExtensionsAmidSpending() throws Exception {
        store().open(SESSION, 60, EXPIRY);
        List<Integer> spent = Race.of(24, () -> {
            int got = 0;
            for (int i = 0; i < 5; i++) {
                got += spendPersistently().isPresent() ? 1 : 0;
                store().extend(SESSION, NOW, EXPIRY.plusSeconds(i));
            }
            return got;
        });
        assertThat(spent.stream().mapToInt(Integer::intValue).sum()).isEqualTo(60);
        assertThat(store().usesLeft(SESSION, EXPIRY)).hasValue(0);
    }

    @Test
    void remembersARevocationUntilItsExpiry() throws Refused {
        SessionId other = new SessionId("session-0000000002");
        assertThat(store().isRevoked(SESSION, NOW)).isFalse();
        store().revoke(SESSION, EXPIRY);
        store().revoke(SESSION, EXPIRY);
        assertThat(store().isRevoked(SESSION, NOW)).isTrue();
        assertThat(store().isRevoked(SESSION, EXPIRY.minusNanos(1))).isTrue();
        assertThat(store().isRevoked(SESSION, EXPIRY)).isFalse();
        assertThat(store().isRevoked(other, NOW)).isFalse();
    }

    @Test
    void saysThatItIsDown() throws Exception {
        TokenStore down = storeThatIsDown();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> down.open(SESSION, 1, EXPIRY),
                () -> down.spend(SESSION, NOW),
                () -> down.claim(ASSERTION, NOW, EXPIRY),
                () -> down.usesLeft(SESSION, NOW),
                () -> down.extend(SESSION, NOW, EXPIRY),
                () -> down.revoke(SESSION, EXPIRY),
                () -> down.isRevoked(SESSION, NOW))) {
            assertThatExceptionOfType(Refused.class).isThrownBy(call).returns(STORE_UNAVAILABLE, Refused::reason);
        }
    }
}
