package io.sallyport.store.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import io.sallyport.Refused;
import io.sallyport.testing.OtherSpender;
import io.sallyport.token.TokenStore;
import io.sallyport.token.TokenStoreContract;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FirestoreTokenStoreTest extends TokenStoreContract {
    @AutoClose
    private final FirestoreDatabase database = FirestoreEmulator.freshDatabase();

    @AutoClose
    private final FirestoreDatabase unreachable = FirestoreDatabaseTest.unreachable();

    @Override
    protected TokenStore store() {
        return new FirestoreTokenStore(database, new Random());
    }

    @Override
    protected TokenStore storeThatIsDown() {
        return new FirestoreTokenStore(unreachable, new Random());
    }

    @ParameterizedTest(name = "{0} uses")
    @CsvSource({"1, 1", "199, 1", "200, 2", "999, 9", "1003, 10", "1000000, 10"})
    void splitsALargeLimitOverShardsThatAddUpToIt(long uses, int count) throws Refused {
        store().open(SESSION, uses, EXPIRY);
        List<DocumentSnapshot> shards = shards();
        assertThat(shards).hasSize(count);
        assertThat(shards.stream().mapToLong(UseShards::usesLeft).sum()).isEqualTo(uses);
    }

    @Test
    void spendsEveryShardToTheEnd() throws Refused {
        store().open(SESSION, 200, EXPIRY);
        for (long left = 199; left >= 0; left--) {
            assertThat(store().spend(SESSION, NOW)).hasValue(left);
        }
        assertThat(store().spend(SESSION, NOW)).isEmpty();
        assertThat(shards()).extracting(UseShards::usesLeft).containsExactly(0L, 0L);
    }

    @Test
    void countsDownInOneInstance() throws Refused {
        TokenStore one = store();
        one.open(SESSION, 300, EXPIRY);
        for (long left = 299; left >= 0; left--) {
            assertThat(one.spend(SESSION, NOW)).hasValue(left);
        }
        assertThat(one.spend(SESSION, NOW)).isEmpty();
        assertThat(store().spend(SESSION, NOW)).isEmpty();
    }

    @Test
    void seesWhatOtherInstancesSpend() throws Refused {
        TokenStore one = store();
        TokenStore other = store();
        one.open(SESSION, 400, EXPIRY);
        for (long left = 399; left > 0; left -= 2) {
            assertThat(one.spend(SESSION, NOW)).hasValue(left);
            assertThat(other.spend(SESSION, NOW)).hasValue(left - 1);
        }
        assertThat(one.spend(SESSION, NOW)).isEmpty();
        assertThat(other.spend(SESSION, NOW)).isEmpty();
    }

    @Test
    void findsASessionThatWasUnknownAMomentAgo() throws Refused {
        TokenStore one = store();
        assertThat(one.spend(SESSION, NOW)).isEmpty();
        store().open(SESSION, 1, EXPIRY);
        assertThat(one.spend(SESSION, NOW)).hasValue(0);
    }

    @Test
    void takesNoUseOfASessionThatExpiresWhileItIsKnown() throws Refused {
        TokenStore one = store();
        one.open(SESSION, 250, EXPIRY);
        one.spend(SESSION, NOW);
        assertThat(one.spend(SESSION, EXPIRY)).isEmpty();
        assertThat(one.spend(SESSION, EXPIRY.minusNanos(1))).hasValue(248);
    }

    @Test
    @Timeout(600)
    void givesOutExactlyTheLimitInTwoProcesses() throws Exception {
        String project = FirestoreEmulator.freshProject();
        String emulator = FirestoreEmulator.hostAndPort();
        try (FirestoreDatabase patient = OtherProcess.open(project, emulator);
                OtherSpender other = OtherSpender.start(OtherProcess.class, project, emulator)) {
            TokenStore store = new FirestoreTokenStore(patient, new Random());
            store.open(SESSION, 10_000, EXPIRY);
            OtherSpender.Spent spent = other.spendAll(store, SESSION, 32, NOW);
            assertThat(spent.inAll()).isEqualTo(10_000);
            assertThat(store.usesLeft(SESSION, NOW)).hasValue(0);
        }
    }

    /** Has the same database. */
    static final class OtherProcess {
        public static void main(String[] arguments) throws Exception {
            try (FirestoreDatabase database = open(arguments[0], arguments[1])) {
                OtherSpender.serve(new FirestoreTokenStore(database, new Random()));
            }
        }

        /** Waits so long that no answer is lost, however busy the machine. */
        static FirestoreDatabase open(String project, String emulator) {
            return FirestoreDatabase.openEmulator(project, "sallyport", emulator, Duration.ofMinutes(2));
        }
    }

    @Test
    void tellsFirestoreWhenADocumentMayBeDeleted() throws Refused {
        store().open(SESSION, 200, EXPIRY);
        store().claim(ASSERTION, NOW, EXPIRY);
        Timestamp expiry = Timestamp.ofTimeSecondsAndNanos(EXPIRY.getEpochSecond(), 0);
        assertThat(shards()).extracting(shard -> shard.getTimestamp("expireAt")).containsExactly(expiry, expiry);
        assertThat(database.answer(
                                database.document("assertions", ASSERTION.hex()).get())
                        .getTimestamp("expireAt"))
                .isEqualTo(expiry);
    }

    private List<DocumentSnapshot> shards() throws Refused {
        return database
                .readAll(IntStream.range(0, 20)
                        .mapToObj(shard -> database.document("sessions", SESSION + "." + shard))
                        .toList())
                .stream()
                .filter(DocumentSnapshot::exists)
                .toList();
    }
}
