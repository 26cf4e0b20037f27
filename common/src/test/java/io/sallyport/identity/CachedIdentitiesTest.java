package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CachedIdentitiesTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final Identity ENABLED = new Identity(ID, "n", "r", Map.of(), false, List.of());
    private static final Identity DISABLED = new Identity(ID, "n", "r", Map.of(), true, List.of());

    private final TestClock clock = new TestClock();
    private final MemoryStores store = new MemoryStores();
    private final CachedIdentities identities = new CachedIdentities(store, Duration.ofSeconds(5), clock);

    @Test
    void readsOnceWithinItsTimeAndAgainAfterIt() throws Exception {
        store.save(ENABLED);
        assertThat(identities.find(ID)).contains(ENABLED);
        store.save(DISABLED);
        clock.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(identities.find(ID)).contains(ENABLED);
        assertThat(store.reads()).isEqualTo(1);
        clock.advance(Duration.ofNanos(1));
        assertThat(identities.find(ID)).contains(DISABLED);
        assertThat(store.reads()).isEqualTo(2);
    }

    @Test
    void findsANewIdentityAtOnceAlthoughItWasAskedForBefore() throws Exception {
        assertThat(identities.find(ID)).isEmpty();
        store.save(ENABLED);
        assertThat(identities.find(ID)).contains(ENABLED);
    }

    @Test
    void forgetsADeletedIdentityWhenItsTimeIsOver() throws Exception {
        store.save(ENABLED);
        identities.find(ID);
        store.delete(ID);
        clock.advance(Duration.ofSeconds(5));
        assertThat(identities.find(ID)).isEmpty();
    }

    @Test
    void servesNothingOlderWhileTheStoreIsDown() throws Exception {
        store.save(ENABLED);
        identities.find(ID);
        store.fail(Reason.STORE_UNAVAILABLE);
        assertThat(identities.find(ID)).contains(ENABLED);
        clock.advance(Duration.ofSeconds(5));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> identities.find(ID))
                .returns(Reason.STORE_UNAVAILABLE, Refused::reason);
        store.recover();
        assertThat(identities.find(ID)).contains(ENABLED);
    }

    @Test
    void keepsNothingWithATimeOfZero() throws Exception {
        CachedIdentities uncached = new CachedIdentities(store, Duration.ZERO, clock);
        store.save(ENABLED);
        uncached.find(ID);
        uncached.find(ID);
        assertThat(store.reads()).isEqualTo(2);
    }
}
