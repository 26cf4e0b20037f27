package io.sallyport.store.firestore;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.Timestamp;
import com.google.cloud.firestore.DocumentSnapshot;
import io.sallyport.Refused;
import io.sallyport.token.TokenStore;
import io.sallyport.token.TokenStoreContract;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
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
