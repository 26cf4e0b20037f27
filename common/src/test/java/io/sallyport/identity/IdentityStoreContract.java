package io.sallyport.identity;

import static io.sallyport.Reason.IDENTITY_INVALID;
import static io.sallyport.Reason.NAME_TAKEN;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static io.sallyport.Reason.UNCONSTRAINED_AUTH_METHOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.method.clientkey.ClientKeyAuth;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.issuer.ClaimName;
import io.sallyport.method.issuer.ClaimPattern;
import io.sallyport.method.issuer.ClaimRule;
import io.sallyport.method.issuer.TrustedIssuer;
import io.sallyport.method.issuer.TrustedKeys;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.kubernetes.Placement;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.token.Scopes;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every store of identities does. */
public abstract class IdentityStoreContract {
    private static final IdentityId RIG = new IdentityId("rig-basic");
    private static final GcpAuth OF_INSTANCES = new GcpAuth(
            GcpAuth.Type.GCE,
            Allowlist.of("rig@acme.iam.gserviceaccount.com", "other@acme.iam.gserviceaccount.com"),
            Allowlist.of("100000000000000000001"),
            Allowlist.of("acme", "acme-test"),
            Allowlist.of("*"),
            Set.of(),
            new TokenPolicy(
                    Duration.ofMinutes(15),
                    Duration.ofDays(2),
                    3,
                    new TrustedIps(List.of("10.0.0.0/8", "2001:db8::1"))));
    private static final GcpAuth OF_SIGNED_JWTS = new GcpAuth(
            GcpAuth.Type.IAM,
            Allowlist.of("rig@acme.iam.gserviceaccount.com"),
            Allowlist.NONE,
            Allowlist.NONE,
            Allowlist.NONE,
            Set.of(GcpAuth.Option.REQUIRE_EXPIRY, GcpAuth.Option.SINGLE_USE),
            new TokenPolicy(Duration.ZERO, Duration.ZERO, 0, TrustedIps.ANYWHERE));

    private static final KubernetesAuth OF_CLUSTER = new KubernetesAuth(
            new KubernetesAuth.ByApi(
                    KubernetesHost.parse("https://kube.example.com:6443"),
                    Optional.empty(),
                    Optional.of(new EncryptedSecret("v2.c2VhbGVkLXNlYWxlZC1zZWFsZWQ"))),
            Globs.parse("shop, team-*"),
            Globs.parse("*"),
            Allowlist.of("0b6c6d0e-7d2b-4f2e-9a55-0123456789ab"),
            Placement.ANY,
            Optional.of("sallyport"),
            TokenPolicy.DEFAULT);

    private static final String CI = "https://ci.example.com";
    private static final String LONG_SUBJECT = "repo:" + "shop/".repeat(150) + "frontend";

    /** RFC 7517, appendix A.1, with the curve that ES256 is for. */
    private static final PastedKeys KEYS = PastedKeys.parse(
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\","
                    + "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
                    + "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}",
            Algorithm.ES256);

    private static final Identity CLIENT = new Identity(
            new IdentityId("shop-frontend"),
            "Shop",
            "member",
            Map.of(),
            false,
            new SessionCutoffs(
                    Instant.ofEpochSecond(1_700_000_000),
                    Map.of("azure", Instant.ofEpochSecond(1_600_000_000)),
                    Map.of(
                            new ClientSecret("older", "0b".repeat(32), Instant.EPOCH).credential(),
                            Instant.ofEpochMilli(1_650_000_000_001L),
                            new Credential("private-key-jwt", "_-" + "A".repeat(41)),
                            Instant.ofEpochMilli(1_650_000_000_999L))),
            new ClientMetadata(
                    Optional.of(new Name("https://shop.example.com/?a=b#c")),
                    List.of(
                            new Audience(new Name("shop-api"), Scopes.parse("read write")),
                            new Audience(new Name("//shop.example.com/api"), Scopes.NONE)),
                    List.of(
                            new Grant(
                                    new Name("orders-api"),
                                    Scopes.parse("read write"),
                                    Scopes.parse("read"),
                                    Grant.TokenType.JWT,
                                    Duration.ofMinutes(10)),
                            new Grant(
                                    new Name("billing-api"),
                                    Scopes.NONE,
                                    Scopes.NONE,
                                    Grant.TokenType.FITTING,
                                    Grant.DEFAULT_MAX_TOKEN_TTL))),
            List.of(
                    new JwtBearerAuth(
                            List.of(
                                    trusted(
                                            CI,
                                            "repo:shop/*",
                                            new TrustedKeys.ByDiscovery(
                                                    new IssuerUrl(CI), Algorithm.RS256, Optional.empty())),
                                    trusted(
                                            "https://other.example.com",
                                            LONG_SUBJECT,
                                            new TrustedKeys.ByAddress(
                                                    new IssuerUrl("https://keys.example.com/jwks"),
                                                    Algorithm.PS256,
                                                    Optional.empty())),
                                    trusted(
                                            "spiffe://shop.example",
                                            "spiffe://shop/web",
                                            new TrustedKeys.Pasted(KEYS))),
                            TokenPolicy.DEFAULT),
                    new ClientKeyAuth(KEYS, true, TokenPolicy.DEFAULT),
                    new ClientSecretAuth(
                            List.of(
                                    new ClientSecret("old", "0a".repeat(32), Instant.EPOCH),
                                    new ClientSecret("new", "ff".repeat(32), Instant.ofEpochSecond(1_800_000_000))),
                            TokenPolicy.DEFAULT)));

    private static TrustedIssuer trusted(String issuer, String subject, TrustedKeys keys) {
        Map<ClaimName, ClaimRule> claims = new LinkedHashMap<>();
        claims.put(ClaimName.of("repository_owner"), ClaimRule.of(new ClaimPattern("shop")));
        claims.put(ClaimName.of("https://example.com/env"), ClaimRule.of(new ClaimPattern("prod-*")));
        return new TrustedIssuer(issuer, new ClaimPattern(subject), List.of("sallyport"), keys, claims, true);
    }

    /** The store under test, empty before each test. */
    protected abstract IdentityStore store();

    /** Stores a document unchanged, bypassing {@link IdentityDocument}. */
    protected abstract void storeDocument(IdentityId id, Map<String, Object> fields) throws Exception;

    /** A store that cannot be reached. */
    protected abstract IdentityStore storeThatIsDown() throws Exception;

    static List<Identity> identities() {
        return List.of(
                new Identity(
                        RIG,
                        "Rig \"basic\" \u2603",
                        "member",
                        Map.of("p.1/`x`", List.of("viewer", "editor"), "p2", List.of()),
                        true,
                        List.of(OF_INSTANCES)),
                new Identity(
                        new IdentityId("in-a-cluster"),
                        "in a cluster",
                        "member",
                        Map.of(),
                        false,
                        List.of(OF_INSTANCES, OF_CLUSTER)),
                CLIENT,
                new Identity(
                        new IdentityId("9:A_b.c-d"), "", Identity.NO_ACCESS, Map.of(), false, List.of(OF_SIGNED_JWTS)),
                new Identity(
                        new IdentityId("a".repeat(127)),
                        "without a way to log in",
                        "admin",
                        Map.of(),
                        false,
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("identities")
    void givesBackWhatWasSaved(Identity identity) throws Refused {
        store().save(identity);
        assertThat(store().find(identity.id())).contains(identity);
    }

    @Test
    void knowsNoIdentityThatWasNotSaved() throws Refused {
        store().save(rig("Rig", OF_INSTANCES));
        assertThat(store().find(new IdentityId("rig"))).isEmpty();
    }

    @Test
    void savesInPlaceOfTheWholeIdentity() throws Refused {
        store().save(identities().get(0));
        Identity bare = new Identity(RIG, "Rig", Identity.NO_ACCESS, Map.of(), false, List.of());
        store().save(bare);
        assertThat(store().find(RIG)).contains(bare);
    }

    @Test
    void savesBesideOtherIdentities() throws Refused {
        for (Identity identity : identities()) {
            store().save(identity);
        }
        for (Identity identity : identities()) {
            assertThat(store().find(identity.id())).contains(identity);
        }
    }

    @Test
    void deletesAnIdentityAndNoOther() throws Refused {
        Identity other = identities().get(1);
        store().save(rig("Rig", OF_INSTANCES));
        store().save(other);
        store().delete(RIG);
        assertThat(store().find(RIG)).isEmpty();
        assertThat(store().find(other.id())).contains(other);
    }

    @Test
    void deletesWhatIsNotThere() throws Refused {
        store().delete(RIG);
        store().delete(RIG);
        assertThat(store().find(RIG)).isEmpty();
    }

    @Test
    void readsADocumentThatWasWrittenElsewhere() throws Exception {
        storeDocument(
                RIG,
                Map.of(
                        "gcpAuth",
                        Map.of(
                                "type", "iam",
                                "allowedServiceAccounts", "rig@acme.iam.gserviceaccount.com",
                                "accessTokenTTL", 60L)));
        assertThat(store().find(RIG).orElseThrow().method(GcpAuth.class).orElseThrow())
                .returns(Allowlist.of("rig@acme.iam.gserviceaccount.com"), GcpAuth::serviceAccounts)
                .returns(Duration.ofMinutes(1), gcp -> gcp.policy().ttl());
    }

    @Test
    void refusesADocumentWithAnUnknownField() throws Exception {
        storeDocument(RIG, Map.of("name", "Rig", "allowedProjcts", List.of("acme")));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store().find(RIG))
                .returns(IDENTITY_INVALID, Refused::reason);
    }

    @Test
    void refusesADocumentThatWouldAdmitEverybody() throws Exception {
        storeDocument(RIG, Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", List.of())));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store().find(RIG))
                .returns(UNCONSTRAINED_AUTH_METHOD, Refused::reason);
    }

    @Test
    void saysThatItIsDown() throws Exception {
        IdentityStore down = storeThatIsDown();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> down.find(RIG),
                () -> down.find(Lookup.issuer("acme"), 1),
                () -> down.save(rig("Rig", OF_INSTANCES)),
                () -> down.delete(RIG))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(call)
                    .returns(STORE_UNAVAILABLE, Refused::reason)
                    .satisfies(refused -> assertThat(refused.detail()).doesNotContain("acme"));
        }
    }

    @Test
    void findsAnIdentityByEachOfItsLookupKeys() throws Refused {
        store().save(CLIENT);
        store().save(rig("Rig", OF_INSTANCES));
        assertThat(CLIENT.lookups()).hasSize(6);
        for (Lookup lookup : List.of(
                Lookup.alias(new Name("https://shop.example.com/?a=b#c")),
                Lookup.audience(new Name("shop-api")),
                Lookup.audience(new Name("//shop.example.com/api")),
                Lookup.issuer(CI),
                Lookup.subject("https://other.example.com", LONG_SUBJECT),
                Lookup.subject("spiffe://shop.example", "spiffe://shop/web"))) {
            assertThat(store().find(lookup, 2)).as(lookup.key()).containsExactly(CLIENT.id());
        }
        for (Lookup other : List.of(
                Lookup.alias(new Name("shop-api")),
                Lookup.alias(new Name("https://shop.example.com")),
                Lookup.audience(new Name("shop")),
                Lookup.audience(new Name("Shop-api")),
                Lookup.audience(new Name("orders-api")),
                Lookup.issuer("https://other.example.com"),
                Lookup.subject(CI, "repo:shop/*"),
                Lookup.subject("https://other.example.com", LONG_SUBJECT + "s"))) {
            assertThat(store().find(other, 2)).as(other.key()).isEmpty();
        }
    }

    @Test
    void findsAsManyAsAreWantedOfThoseWhoShareAKey() throws Refused {
        JwtBearerAuth method = CLIENT.method(JwtBearerAuth.class).orElseThrow();
        List<IdentityId> ids = IntStream.range(0, 5)
                .mapToObj(number -> new IdentityId("twin-" + number))
                .toList();
        for (IdentityId id : ids) {
            store().save(new Identity(id, "Twin", "member", Map.of(), false, List.of(method)));
        }
        assertThat(store().find(Lookup.issuer(CI), 10)).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(store().find(Lookup.issuer(CI), 3)).hasSize(3).isSubsetOf(ids);
    }

    @Test
    void findsByWhatAnIdentityIsNowAndNotByWhatItWas() throws Refused {
        store().save(CLIENT);
        store().save(client(CLIENT.id(), Optional.of("shop"), List.of("shop-api", "shop-web")));
        assertThat(store().find(Lookup.alias(new Name("https://shop.example.com/?a=b#c")), 1))
                .isEmpty();
        assertThat(store().find(Lookup.audience(new Name("//shop.example.com/api")), 1))
                .isEmpty();
        assertThat(store().find(Lookup.issuer(CI), 1)).isEmpty();
        for (Lookup lookup : List.of(
                Lookup.alias(new Name("shop")),
                Lookup.audience(new Name("shop-api")),
                Lookup.audience(new Name("shop-web")))) {
            assertThat(store().find(lookup, 1)).containsExactly(CLIENT.id());
        }
        store().delete(CLIENT.id());
        assertThat(store().find(Lookup.alias(new Name("shop")), 1)).isEmpty();
        assertThat(store().find(Lookup.audience(new Name("shop-api")), 1)).isEmpty();
    }

    @Test
    void savesAnIdentityThatKeepsItsOwnNames() throws Refused {
        store().save(CLIENT);
        store().save(CLIENT);
        // Its alias may be its own id, which no other identity has.
        store().save(client(CLIENT.id(), Optional.of(CLIENT.id().value()), List.of("shop-api")));
        store().save(CLIENT);
        assertThat(store().find(CLIENT.id())).contains(CLIENT);
    }

    @Test
    void savesUnderANameThatWasGivenUp() throws Refused {
        store().save(CLIENT);
        store().save(client(CLIENT.id(), Optional.empty(), List.of()));
        Identity heir = client(RIG, Optional.of("https://shop.example.com/?a=b#c"), List.of("shop-api"));
        store().save(heir);
        assertThat(store().find(Lookup.audience(new Name("shop-api")), 2)).containsExactly(RIG);
        store().delete(RIG);
        store().save(CLIENT);
        assertThat(store().find(Lookup.audience(new Name("shop-api")), 2)).containsExactly(CLIENT.id());
    }

    static List<Identity> takers() {
        return List.of(
                client(RIG, Optional.of("https://shop.example.com/?a=b#c"), List.of()),
                client(RIG, Optional.of("rig"), List.of("rig-api", "shop-api")),
                client(RIG, Optional.of(CLIENT.id().value()), List.of()),
                client(new IdentityId("an.alias"), Optional.empty(), List.of()),
                // More names than one Firestore query may ask for, with the taken one at each position.
                client(
                        RIG,
                        Optional.empty(),
                        IntStream.range(0, 100)
                                .mapToObj(number -> number == 77 ? "shop-api" : "api-" + number)
                                .toList()));
    }

    @ParameterizedTest
    @MethodSource("takers")
    void refusesANameThatIsAnothersAndLeavesEverythingAsItWas(Identity taker) throws Refused {
        Identity before = new Identity(taker.id(), "Before", "member", Map.of(), false, List.of(OF_INSTANCES));
        boolean isStored = taker.id().equals(RIG);
        store().save(CLIENT);
        store().save(client(new IdentityId("third"), Optional.of("an.alias"), List.of("third-api")));
        if (isStored) {
            store().save(before);
        }
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store().save(taker))
                .returns(NAME_TAKEN, Refused::reason);
        assertThat(store().find(taker.id())).isEqualTo(isStored ? Optional.of(before) : Optional.empty());
        assertThat(store().find(CLIENT.id())).contains(CLIENT);
        assertThat(store().find(Lookup.audience(new Name("shop-api")), 2)).containsExactly(CLIENT.id());
        for (Lookup lookup : taker.lookups()) {
            assertThat(store().find(lookup, 200)).doesNotContain(RIG);
        }
    }

    @Test
    void givesANameToOneOf20WhoWantItAtOnce() throws Exception {
        IdentityStore store = store();
        AtomicInteger count = new AtomicInteger();
        List<Optional<Reason>> outcomes = Race.of(20, () -> {
            IdentityId id = new IdentityId("racer-" + count.incrementAndGet());
            try {
                store.save(client(id, Optional.empty(), List.of("the-api")));
                return Optional.<Reason>empty();
            } catch (Refused refused) {
                return Optional.of(refused.reason());
            }
        });
        List<IdentityId> owners = store.find(Lookup.audience(new Name("the-api")), 20);
        assertThat(owners).hasSize(1);
        assertThat(outcomes).containsOnlyOnce(Optional.empty()).containsOnly(Optional.empty(), Optional.of(NAME_TAKEN));
        List<IdentityId> stored = new ArrayList<>();
        for (int number = 1; number <= 20; number++) {
            store.find(new IdentityId("racer-" + number)).map(Identity::id).ifPresent(stored::add);
        }
        assertThat(stored).isEqualTo(owners);
    }

    @Test
    void keepsAMarkToTheMillisecond() throws Refused {
        Instant mark = Instant.parse("2026-11-30T16:29:31.123Z");
        store().save(rig("Rig", OF_INSTANCES)
                .with(new SessionCutoffs(mark.plusNanos(999_999), Map.of("azure", mark.plusMillis(800)))));
        assertThat(store().find(RIG).orElseThrow().cutoffs())
                .isEqualTo(new SessionCutoffs(mark, Map.of("azure", mark.plusMillis(800))))
                .returns(true, marks -> marks.cover("gcp-iam", mark))
                .returns(false, marks -> marks.cover("gcp-iam", mark.plusMillis(1)))
                .returns(true, marks -> marks.cover("azure", mark.plusMillis(800)))
                .returns(false, marks -> marks.cover("azure", mark.plusMillis(801)));
    }

    /** As older versions, Terraform and people write it. */
    @Test
    void readsAMarkInWholeSecondsToCoverItsEntireSecond() throws Exception {
        storeDocument(RIG, Map.of("notBefore", 1_700_000_000L, "methodNotBefore", Map.of("azure", 1_800_000_000L)));
        assertThat(store().find(RIG).orElseThrow().cutoffs())
                .returns(true, marks -> marks.cover("gcp-iam", Instant.ofEpochMilli(1_700_000_000_999L)))
                .returns(false, marks -> marks.cover("gcp-iam", Instant.ofEpochMilli(1_700_000_001_000L)))
                .returns(true, marks -> marks.cover("azure", Instant.ofEpochMilli(1_800_000_000_999L)))
                .returns(false, marks -> marks.cover("azure", Instant.ofEpochMilli(1_800_000_001_000L)));
        storeDocument(RIG, Map.of("notBefore", 0L));
        assertThat(store().find(RIG).orElseThrow().cutoffs()).isEqualTo(SessionCutoffs.NONE);
    }

    /** Numbers beyond any date: an invalid document, not a bug. */
    @Test
    void refusesADocumentOfATimeThatThereIsNot() throws Exception {
        for (long never : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
            storeDocument(RIG, Map.of("notBefore", never));
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> store().find(RIG))
                    .returns(IDENTITY_INVALID, Refused::reason);
        }
    }

    private static Identity client(IdentityId id, Optional<String> alias, List<String> audiences) {
        return new Identity(
                id,
                "Client",
                "member",
                Map.of(),
                false,
                SessionCutoffs.NONE,
                new ClientMetadata(
                        alias.map(Name::new),
                        audiences.stream()
                                .map(name -> new Audience(new Name(name), Scopes.NONE))
                                .toList(),
                        List.of()),
                List.of());
    }

    private static Identity rig(String name, GcpAuth gcp) {
        return new Identity(RIG, name, "member", Map.of(), false, List.of(gcp));
    }
}
