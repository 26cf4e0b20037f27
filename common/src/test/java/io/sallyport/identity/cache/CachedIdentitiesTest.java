package io.sallyport.identity.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import io.sallyport.method.provider.Providers;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    // By other names.

    private static Identity client(String id, String alias, String audience) {
        return Providers.DOCUMENTS.read(new IdentityId(id), Map.of("alias", alias, "audiences", audience));
    }

    @Test
    void findsAClientByItsIdAndByItsAlias() throws Exception {
        Identity shop = client("shop", "https://shop.example.com", "shop-api");
        store.save(shop);
        assertThat(identities.findClient("shop")).contains(shop);
        assertThat(identities.findClient("https://shop.example.com")).contains(shop);
        for (String other : List.of("Shop", "shop-api", "shop ", "", "https://shop.example.com/", "a".repeat(300))) {
            assertThat(identities.findClient(other)).as(other).isEmpty();
        }
    }

    @Test
    void makesNoLookupForWhatIsNotAName() throws Exception {
        for (String none : List.of("", "a b", "a/b", "a\n", "a".repeat(256))) {
            assertThat(identities.findClient(none)).isEmpty();
        }
        assertThat(store.reads()).isZero();
    }

    /** Strangers name clients that do not exist; grants name audiences without an owner. */
    @Test
    void cachesThatNothingIsFoundForAudiencesOnly() throws Exception {
        Identity shop = client("shop", "alias", "shop-api");
        assertThat(identities.findClient("alias")).isEmpty();
        assertThat(identities.owner(new Name("shop-api"))).isEmpty();
        store.save(shop);
        assertThat(identities.findClient("alias")).contains(shop);
        assertThat(identities.owner(new Name("shop-api"))).isEmpty();
        int reads = store.reads();
        identities.owner(new Name("shop-api"));
        assertThat(store.reads()).isEqualTo(reads);
        clock.advance(Duration.ofSeconds(5));
        assertThat(identities.owner(new Name("shop-api"))).contains(shop);
    }

    @Test
    void readsAnOwnerOnceWithinItsTime() throws Exception {
        store.save(client("shop", "alias", "shop-api"));
        identities.owner(new Name("shop-api"));
        int reads = store.reads();
        clock.advance(Duration.ofSeconds(5).minusNanos(1));
        identities.owner(new Name("shop-api"));
        assertThat(store.reads()).isEqualTo(reads);
        clock.advance(Duration.ofNanos(1));
        identities.owner(new Name("shop-api"));
        assertThat(store.reads()).isEqualTo(reads + 2);
    }

    @Test
    void choosesAmongNoTwoThatClaimOneName() throws Exception {
        MemoryStores broken = new MemoryStores() {
            @Override
            public List<IdentityId> find(Lookup lookup, int most) {
                return List.of(new IdentityId("shop"), new IdentityId("twin"));
            }

            @Override
            public Optional<Identity> find(IdentityId id) {
                return Optional.of(client(id.value(), "alias", "shop-api"));
            }
        };
        CachedIdentities two = new CachedIdentities(broken, Duration.ZERO, clock);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> two.owner(new Name("shop-api")))
                .returns(Reason.IDENTITY_INVALID, Refused::reason);
    }

    @Test
    void refusesToFindWhoTrustsAnIssuerWhileTheStoreIsDown() throws Exception {
        store.fail(Reason.STORE_TIMEOUT);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> identities.trusting("https://ci.example.com", "x"))
                .returns(Reason.STORE_TIMEOUT, Refused::reason);
    }

    /** An invalid document is omitted; one that could not be read might be the right one. */
    @Test
    void omitsNoIdentityThatItCouldNotRead() {
        MemoryStores down = new MemoryStores() {
            @Override
            public List<IdentityId> find(Lookup lookup, int most) {
                return List.of(ID);
            }

            @Override
            public Optional<Identity> find(IdentityId id) throws Refused {
                throw new Refused(Reason.STORE_UNAVAILABLE, "as told");
            }
        };
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(
                        () -> new CachedIdentities(down, Duration.ZERO, clock).trusting("https://ci.example.com", "x"))
                .returns(Reason.STORE_UNAVAILABLE, Refused::reason);
    }

    /** Stores index no longer keys; a hash tells two apart. */
    @Test
    void keepsLookupKeysShort() {
        String text = "s".repeat(300 - "https://ci.example.com ".length());
        assertThat(Lookup.subject("https://ci.example.com", text).key()).endsWith(text);
        Lookup hashed = Lookup.subject("https://ci.example.com", text + "s");
        assertThat(hashed.key()).hasSizeLessThan(100).startsWith("subject:sha256:");
        assertThat(hashed).isNotEqualTo(Lookup.subject("https://ci.example.com", text + "t"));
    }

    @Test
    void keepsNoLookupsWithATimeOfZero() throws Exception {
        CachedIdentities uncached = new CachedIdentities(store, Duration.ZERO, clock);
        store.save(client("shop", "alias", "shop-api"));
        uncached.owner(new Name("shop-api"));
        int reads = store.reads();
        uncached.owner(new Name("shop-api"));
        assertThat(store.reads()).isEqualTo(reads + 2);
    }

    private void save(String id, Map<String, Object> fields) throws Refused {
        store.save(Providers.DOCUMENTS.read(new IdentityId(id), fields));
    }

    @Test
    void findsAClientByItsIdBeforeAnyAlias() throws Exception {
        save("one", Map.of("alias", "shop"));
        assertThat(identities.findClient("one").orElseThrow().id().value()).isEqualTo("one");
        assertThat(identities.findClient("shop").orElseThrow().id().value()).isEqualTo("one");
        // Stores accept no such id, but the document may have been written without them.
        store.spoil(new IdentityId("shop"), Map.of());
        assertThat(identities.findClient("shop").orElseThrow().id().value()).isEqualTo("shop");
        assertThat(identities.findClient("Shop")).isEmpty();
        assertThat(identities.findClient("no name")).isEmpty();
    }

    /** A login by alias and audience reads nothing while the cache is fresh. */
    @Test
    void readsNamesOnceWithinItsTime() throws Exception {
        save("one", Map.of("alias", "shop", "audiences", List.of("orders-api")));
        for (int i = 0; i < 3; i++) {
            assertThat(identities.findClient("shop")).isPresent();
            assertThat(identities.owner(new Name("orders-api"))).isPresent();
            assertThat(identities.owner(new Name("unowned-api"))).isEmpty();
        }
        // The id that the alias might be, the alias, its identity, the two audiences; the id again each time, as it is
        // unknown.
        assertThat(store.reads()).isEqualTo(5 + 2);
        clock.advance(Duration.ofSeconds(5));
        save("two", Map.of("audiences", List.of("unowned-api")));
        assertThat(identities.owner(new Name("unowned-api"))).isPresent();
    }

    @Test
    void believesNoIndexThatTheDocumentDoesNotBear() throws Exception {
        IdentityStore behind = mock();
        when(behind.find(any(Lookup.class), anyInt())).thenReturn(List.of(ID));
        when(behind.find(ID)).thenReturn(Optional.of(ENABLED));
        CachedIdentities believing = new CachedIdentities(behind, Duration.ofSeconds(5), clock);
        assertThat(believing.findClient("//shop")).isEmpty();
        assertThat(believing.owner(new Name("orders-api"))).isEmpty();
    }

    @Test
    void looksThroughNoMoreThanTwentyIdentitiesForOneCaller() throws Exception {
        Map<String, Object> issuer = Map.of(
                "issuer",
                "https://ci.example.com",
                "subject",
                "repo:*",
                "audience",
                "a",
                "jwksUri",
                "https://ci.example.com/k");
        for (int i = 0; i < 20; i++) {
            save("runner-" + i, Map.of("jwtBearerAuth", Map.of("trustedIssuers", List.of(issuer))));
        }
        assertThat(identities.trusting("https://ci.example.com", "repo:x")).hasSize(20);
        clock.advance(Duration.ofSeconds(5));
        save("runner-20", Map.of("jwtBearerAuth", Map.of("trustedIssuers", List.of(issuer))));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> identities.trusting("https://ci.example.com", "repo:x"))
                .returns(Reason.AMBIGUOUS_CLIENT, Refused::reason);
    }
}
