package io.sallyport.store.firestore;

import static org.assertj.core.api.Assertions.assertThat;

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

abstract class FirestoreTokenStoreContract extends TokenStoreContract {
    @AutoClose
    private final FirestoreDatabase database;

    @AutoClose
    private final FirestoreDatabase unreachable;

    FirestoreTokenStoreContract(FirestoreDatabase database, FirestoreDatabase unreachable) {
        this.database = database;
        this.unreachable = unreachable;
    }

    @Override
    protected TokenStore store() {
        return new FirestoreTokenStore(database, new Random());
    }

    @Override
    protected TokenStore storeThatIsDown() {
        return new FirestoreTokenStore(unreachable, new Random());
    }

    @ParameterizedTest(name = "{0} uses")
    @CsvSource({"1, 1", "199, 1", "200, 2", "999, 9", "1003, 10", "1199, 11", "1000000, 12"})
    void splitsALargeLimitOverShardsThatAddUpToIt(long uses, int count) throws Refused {
        store().open(SESSION, uses, EXPIRY);
        List<Snapshot> shards = shards();
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
    void tellsFirestoreWhenADocumentMayBeDeleted() throws Refused {
        store().open(SESSION, 200, EXPIRY);
        store().claim(ASSERTION, NOW, EXPIRY);
        assertThat(shards()).extracting(shard -> shard.get("expireAt")).containsExactly(EXPIRY, EXPIRY);
        assertThat(database.read(new DocumentPath("assertions", ASSERTION.hex()))
                        .get("expireAt"))
                .isEqualTo(EXPIRY);
    }

    private List<Snapshot> shards() throws Refused {
        return database
                .readAll(IntStream.range(0, 20)
                        .mapToObj(shard -> new DocumentPath("sessions", SESSION + "." + shard))
                        .toList())
                .stream()
                .filter(Snapshot::exists)
                .toList();
    }
}
