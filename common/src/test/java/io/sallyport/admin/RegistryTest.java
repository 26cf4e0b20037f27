package io.sallyport.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.ClientAddress;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.Registration;
import io.sallyport.identity.SessionCutoffs;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.azure.AzureProvider;
import io.sallyport.method.clientkey.ClientKeyProvider;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.clientsecret.ClientSecretProvider;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.gcp.GcpProvider;
import io.sallyport.method.kubernetes.KubernetesProvider;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens to identities when admins manage them. */
class RegistryTest {
    private static final ClientSecretProvider CLIENT_SECRETS = new ClientSecretProvider();

    private static final IdentityId ID = new IdentityId("payments");
    private static final Map<String, Object> GCP =
            Map.of("type", "gce", "allowedServiceAccounts", "pay@shop.iam.gserviceaccount.com");
    private static final Map<String, Object> KUBERNETES =
            Map.of("kubernetesHost", "https://kube.example.com", "allowedNamespaces", "shop");
    private static final Map<String, Object> AZURE = Map.of(
            "tenantId",
            "72f988bf-86f1-41af-91ab-2d7cd011db47",
            "allowedServicePrincipalIds",
            "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11");
    private static final String CA = certificateAuthority();
    private static final String OTHER_CA = certificateAuthority();
    private static final ECKey KEY = key();
    private static final ECKey OTHER_KEY = key();
    private static final Map<String, Object> OFFLINE = Map.of(
            "tokenReviewMode", "jwks",
            "jwksIssuer", "https://kube.example.com",
            "jwksAlgorithm", "ES256",
            "jwksKeys", jwks(KEY),
            "allowedAudience", "sallyport",
            "allowedNamespaces", "shop");
    private static final String REVIEWER = "eyJoZWFk.canary-reviewer.c2ln";

    private final TestClock clock = new TestClock();
    private final MemoryStores store = new MemoryStores();
    private final List<EncryptionContext> encryptedFor = new ArrayList<>();
    private Meanwhile meanwhile = () -> {};
    private final Registry registry =
            new Registry(store, Providers.DOCUMENTS, new ReversingSealer(), clock, () -> new byte[32]);

    /** What another caller does while a secret is being encrypted. */
    private interface Meanwhile {
        void run() throws Refused;
    }

    /** Enough to see that it was called. */
    private final class ReversingSealer implements SecretCipher {
        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext place) throws Refused {
            assertThat(Thread.holdsLock(store))
                    .as("the store waits for the cipher")
                    .isFalse();
            encryptedFor.add(place);
            meanwhile.run();
            String reversed = new StringBuilder(secret.text()).reverse().toString();
            return new EncryptedSecret("v2."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(reversed.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) {
            throw new AssertionError("managing identities never decrypts a secret");
        }
    }

    @Test
    void makesAnIdentityThatIsDatedAndCanDoNothing() throws Refused {
        IdentityRecord made =
                registry.create(ID, false, Map.of("name", "Payments")).after().orElseThrow();

        assertThat(registry.find(ID)).isEqualTo(made);
        assertThat(made.identity())
                .returns("Payments", Identity::name)
                .returns(Identity.NO_ACCESS, Identity::role)
                .returns(List.of(), Identity::methods);
        assertThat(made.registration().times()).contains(Registration.Times.created(TestClock.START));
    }

    @Test
    void makesNoIdentityInPlaceOfAnother() throws Refused {
        registry.create(ID, true, Map.of("name", "Payments"));

        assertRefused(Reason.IDENTITY_EXISTS, () -> registry.create(ID, true, Map.of("name", "Other")));
        assertThat(registry.find(ID).identity().name()).isEqualTo("Payments");
    }

    @Test
    void revokesTheSessionsOfThisSecondWhereTheIdWasChosen() throws Refused {
        registry.create(ID, true, Map.of());
        registry.create(new IdentityId("made"), false, Map.of());

        assertThat(registry.find(ID).identity())
                .returns(true, identity -> identity.revokes("gcp-iam", TestClock.START))
                .returns(false, identity -> identity.revokes("gcp-iam", TestClock.START.plusSeconds(1)));
        assertThat(registry.find(new IdentityId("made")).identity().revokes("gcp-iam", TestClock.START))
                .isFalse();
    }

    @Test
    void revokesToTheMillisecond() throws Refused {
        clock.set(TestClock.START.plusNanos(123_456_789));
        registry.create(ID, true, Map.of());
        registry.attach(ID, new GcpProvider(), GCP);

        assertThat(registry.find(ID).identity())
                .returns(true, identity -> identity.revokes("gcp-id-token", TestClock.START.plusMillis(123)))
                .returns(false, identity -> identity.revokes("gcp-id-token", TestClock.START.plusMillis(124)));
    }

    /** Another instance's clock may be ahead, and other programs write documents too. */
    @Test
    void movesNoMarkBack() throws Refused {
        store.save(Providers.DOCUMENTS.read(
                ID,
                Map.of(
                        "gcpAuth",
                        GCP,
                        "notBefore",
                        "2026-03-01T12:00:05.007Z",
                        "methodNotBefore",
                        Map.of("gcp-id-token", "2026-03-01T12:00:09.009Z", "gcp-iam", "2026-03-01T12:00:09.009Z"))));

        registry.revokeTokens(ID);
        registry.detach(ID, new GcpProvider());
        registry.attach(ID, new GcpProvider(), GCP);

        SessionCutoffs later = new SessionCutoffs(
                TestClock.START.plusMillis(5_007),
                Map.of(
                        "gcp-id-token",
                        TestClock.START.plusMillis(9_009),
                        "gcp-iam",
                        TestClock.START.plusMillis(9_009)));
        assertThat(registry.find(ID).identity().cutoffs()).isEqualTo(later);
        clock.advance(Duration.ofSeconds(10));
        registry.revokeTokens(ID);
        assertThat(registry.find(ID).identity().cutoffs())
                .isEqualTo(new SessionCutoffs(TestClock.START.plusSeconds(10), later.methods()));
    }

    @Test
    void setsWhatIsNamedAndRemovesWhatIsNull() throws Refused {
        registry.create(ID, false, Map.of("name", "Payments", "role", "viewer", "alias", "pay"));
        Map<String, @Nullable Object> fields = new HashMap<>(Map.of("role", "admin"));
        fields.put("alias", null);
        clock.advance(Duration.ofMinutes(1));

        IdentityRecord now = registry.update(ID, fields).after().orElseThrow();

        assertThat(now.identity()).returns("Payments", Identity::name).returns("admin", Identity::role);
        assertThat(now.identity().client().alias()).isEmpty();
        assertThat(now.registration().times())
                .contains(new Registration.Times(TestClock.START, TestClock.START.plusSeconds(60)));
    }

    static Stream<Map<String, Object>> unknownFields() {
        return Stream.of(
                Map.of("nmae", "Payments"),
                Map.of("gcpAuth", GCP),
                Map.of("notBefore", 0L),
                Map.of("managedBy", "me"),
                Map.of("methodTimes", Map.of()),
                Map.of("disabled", true));
    }

    @ParameterizedTest
    @MethodSource("unknownFields")
    void takesNoFieldButThoseOfAnIdentity(Map<String, Object> fields) throws Refused {
        String name = fields.keySet().iterator().next();
        assertThat(assertRefused(Reason.INVALID_FIELDS, () -> registry.create(ID, false, fields))
                        .fields())
                .extracting(InvalidField::name)
                .containsExactly(name);
        registry.create(ID, false, Map.of());
        IdentityRecord before = registry.find(ID);
        assertRefused(Reason.INVALID_FIELDS, () -> registry.update(ID, fields));
        assertRefused(Reason.INVALID_FIELDS, () -> registry.update(ID, stored -> fields));
        assertThat(registry.find(ID)).isEqualTo(before);
    }

    @Test
    void changesFieldsByWhatIsThere() throws Refused {
        registry.create(ID, false, Map.of("name", "Payments"));

        registry.update(ID, stored -> Map.of("name", stored.get("name") + " 2"));

        assertThat(registry.find(ID).identity().name()).isEqualTo("Payments 2");
    }

    @Test
    void disablesAndEnables() throws Refused {
        registry.create(ID, false, Map.of());
        assertThat(registry.disable(ID, true).after().orElseThrow().identity().disabled())
                .isTrue();
        assertThat(registry.disable(ID, false).after().orElseThrow().identity().disabled())
                .isFalse();
    }

    @Test
    void revokesEverySessionThatHasBegun() throws Refused {
        registry.create(ID, false, Map.of());

        registry.revokeTokens(ID);

        assertThat(registry.find(ID).identity())
                .returns(true, identity -> identity.revokes("kubernetes", TestClock.START))
                .returns(false, identity -> identity.revokes("kubernetes", TestClock.START.plusSeconds(1)));
    }

    interface Operation {
        void run(Registry registry) throws Refused;
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("update", registry -> registry.update(ID, Map.of("name", "x"))),
                change("update by what is there", registry -> registry.update(ID, stored -> Map.of("name", "x"))),
                change("disable", registry -> registry.disable(ID, true)),
                change("revoke tokens", registry -> registry.revokeTokens(ID)),
                change("delete", registry -> registry.delete(ID)),
                change("attach", registry -> registry.attach(ID, new KubernetesProvider(), KUBERNETES)),
                change("set", registry -> registry.setMethod(ID, new GcpProvider(), stored -> GCP)),
                change("edit", registry -> registry.editMethod(ID, new GcpProvider(), Map.of("allowedZones", "a"))),
                change("detach", registry -> registry.detach(ID, new GcpProvider())),
                change("add a secret", registry -> registry.addSecret(ID, CLIENT_SECRETS, "one")),
                change("remove a secret", registry -> registry.removeSecret(ID, CLIENT_SECRETS, "one")));
    }

    private static Arguments change(String name, Operation operation) {
        return Arguments.of(name, operation);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void doesNotChangeWhatOthersOwnAndSaysWhoDoes(String name, Operation operation) throws Refused {
        Map<String, Object> document = new LinkedHashMap<>(Map.of("managedBy", "terraform", "gcpAuth", GCP));
        document.put("clientSecretAuth", Map.of("secrets", List.of(Map.of("id", "one", "sha256", "00".repeat(32)))));
        IdentityRecord theirs = Providers.DOCUMENTS.readRecord(ID, document);
        store.save(theirs);

        Refused refused = assertRefused(Reason.MANAGED_ELSEWHERE, () -> operation.run(registry));

        assertThat(refused.fields().get(0).problem()).contains("terraform");
        assertThat(registry.find(ID)).isEqualTo(theirs);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void refusesToChangeAnUnknownIdentity(String name, Operation operation) {
        assertRefused(Reason.NO_SUCH_IDENTITY, () -> operation.run(registry));
        assertRefused(Reason.NO_SUCH_IDENTITY, () -> registry.find(ID));
    }

    @Test
    void deletesNothingThatIsProtected() throws Refused {
        registry.create(ID, false, Map.of("hasDeleteProtection", true));
        assertRefused(Reason.DELETE_PROTECTED, () -> registry.delete(ID));
        assertThat(registry.find(ID).id()).isEqualTo(ID);

        registry.update(ID, Map.of("hasDeleteProtection", false));
        assertThat(registry.delete(ID).after()).isEmpty();
        assertRefused(Reason.NO_SUCH_IDENTITY, () -> registry.find(ID));
    }

    @Test
    void attachesAMethodOnceOnly() throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, new GcpProvider(), GCP);

        assertRefused(
                Reason.METHOD_EXISTS,
                () -> registry.attach(ID, new GcpProvider(), Map.of("allowedServiceAccounts", "*", "type", "gce")));
        assertThat(gcp().serviceAccounts().values()).containsExactly("pay@shop.iam.gserviceaccount.com");
        assertThat(registry.find(ID).registration().methodTimes()).containsOnlyKeys("gcpAuth");
    }

    @Test
    void editsByMergingAndHoldsTheResultToWhatAMethodMustBe() throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, new GcpProvider(), GCP);

        registry.editMethod(ID, new GcpProvider(), Map.of("allowedZones", "europe-west1-b"));
        assertThat(gcp().zones().values()).containsExactly("europe-west1-b");
        assertThat(gcp().serviceAccounts().isSet()).isTrue();

        Refused refused = assertRefused(
                Reason.INVALID_FIELDS,
                () -> registry.editMethod(
                        ID, new GcpProvider(), Map.of("allowedServiceAccounts", List.of(), "allowedZones", List.of())));
        assertThat(refused.fields().get(0).problem()).contains("allowedServiceAccounts");
        assertThat(gcp().zones().isSet()).isTrue();
    }

    @Test
    void setsAMethodWhetherOrNotItIsThere() throws Refused {
        registry.create(ID, false, Map.of());

        registry.setMethod(ID, new GcpProvider(), stored -> {
            assertThat(stored).isEmpty();
            return GCP;
        });
        registry.setMethod(ID, new GcpProvider(), stored -> Map.of("allowedProjects", "shop"));

        assertThat(gcp().projects().values()).containsExactly("shop");
        assertThat(gcp().serviceAccounts().isSet()).isTrue();
    }

    @Test
    void hasNoMethodToEditOrToDetach() throws Refused {
        registry.create(ID, false, Map.of());
        assertRefused(
                Reason.NO_SUCH_METHOD, () -> registry.editMethod(ID, new AzureProvider(), Map.of("allowedZones", "a")));
        assertRefused(Reason.NO_SUCH_METHOD, () -> registry.detach(ID, new AzureProvider()));
    }

    @Test
    void refusesATokenThatWouldOutliveItsSession() throws Refused {
        registry.create(ID, false, Map.of());
        Map<String, Object> tooLong = new HashMap<>(GCP);
        tooLong.putAll(Map.of("accessTokenTTL", 601L, "accessTokenMaxTTL", 600L));
        assertRefused(Reason.INVALID_FIELDS, () -> registry.attach(ID, new GcpProvider(), tooLong));

        tooLong.put("accessTokenTTL", 600L);
        registry.attach(ID, new GcpProvider(), tooLong);
        assertRefused(
                Reason.INVALID_FIELDS,
                () -> registry.editMethod(ID, new GcpProvider(), Map.of("accessTokenMaxTTL", 599L)));
    }

    @Test
    void revokesTheSessionsOfADetachedMethodEvenOnceItIsBack() throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, new GcpProvider(), GCP);
        registry.attach(ID, new KubernetesProvider(), KUBERNETES);
        clock.advance(Duration.ofMillis(1700));

        registry.detach(ID, new GcpProvider());
        registry.attach(ID, new GcpProvider(), GCP);

        assertThat(registry.find(ID).identity())
                .returns(true, identity -> identity.revokes("gcp-id-token", TestClock.START.plusSeconds(1)))
                .returns(false, identity -> identity.revokes("gcp-id-token", TestClock.START.plusSeconds(2)))
                .returns(false, identity -> identity.revokes("kubernetes", TestClock.START));
    }

    static Stream<Arguments> revokesTheSessionsOfAMethodThatBelievesOthersNow() {
        return Stream.of(
                arguments(
                        "GCP's type",
                        new GcpProvider(),
                        GCP,
                        Map.of("type", "iam"),
                        List.of("gcp-id-token", "gcp-iam")),
                arguments(
                        "Azure's tenant",
                        new AzureProvider(),
                        AZURE,
                        Map.of("tenantId", "0b1f6471-1bf0-4dda-aec3-cb9272f09590"),
                        List.of("azure")),
                arguments("Azure's cloud", new AzureProvider(), AZURE, Map.of("cloud", "china"), List.of("azure")),
                arguments(
                        "the cluster's host",
                        new KubernetesProvider(),
                        KUBERNETES,
                        Map.of("kubernetesHost", "kube.example.org"),
                        List.of("kubernetes")),
                arguments(
                        "the cluster's port",
                        new KubernetesProvider(),
                        KUBERNETES,
                        Map.of("kubernetesHost", "kube.example.com:6443"),
                        List.of("kubernetes")),
                arguments(
                        "the cluster's certificate authority",
                        new KubernetesProvider(),
                        with(KUBERNETES, "caCert", CA),
                        Map.of("caCert", OTHER_CA),
                        List.of("kubernetes")),
                arguments(
                        "the system's certificate authorities for one",
                        new KubernetesProvider(),
                        KUBERNETES,
                        Map.of("caCert", CA),
                        List.of("kubernetes")),
                arguments(
                        "one certificate authority for the system's",
                        new KubernetesProvider(),
                        with(KUBERNETES, "caCert", CA),
                        Map.of("caCert", ""),
                        List.of("kubernetes")),
                arguments(
                        "the cluster's issuer",
                        new KubernetesProvider(),
                        OFFLINE,
                        Map.of("jwksIssuer", "https://other.example.com"),
                        List.of("kubernetes")),
                arguments(
                        "the cluster's keys",
                        new KubernetesProvider(),
                        OFFLINE,
                        Map.of("jwksKeys", jwks(OTHER_KEY)),
                        List.of("kubernetes")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void revokesTheSessionsOfAMethodThatBelievesOthersNow(
            String what,
            Provider<?> kind,
            Map<String, Object> fields,
            Map<String, Object> change,
            List<String> sessionMethods)
            throws Refused {
        for (Change<Registry> by : List.<Change<Registry>>of(
                registry -> registry.editMethod(ID, kind, change),
                registry -> registry.setMethod(ID, kind, stored -> change))) {
            store.delete(ID);
            registry.create(ID, false, Map.of());
            registry.attach(ID, kind, fields);
            by.make(registry);
            for (String method : sessionMethods) {
                assertThat(registry.find(ID).identity().revokes(method, clock.instant()))
                        .as(method)
                        .isTrue();
            }
        }
    }

    private interface Change<T> {
        void make(T made) throws Refused;
    }

    static Stream<Arguments> leavesTheSessionsOfAMethodBeThatBelievesTheSame() {
        return Stream.of(
                arguments("GCP's lists", new GcpProvider(), GCP, Map.of("allowedServiceAccounts", "a@b.example")),
                arguments("Azure's lists", new AzureProvider(), AZURE, Map.of("allowedServicePrincipalIds", "*")),
                arguments("Azure's resource", new AzureProvider(), AZURE, Map.of("resource", "api://sallyport")),
                arguments("a namespace", new KubernetesProvider(), KUBERNETES, Map.of("allowedNamespaces", "a")),
                arguments(
                        "the same host, spelt otherwise",
                        new KubernetesProvider(),
                        KUBERNETES,
                        Map.of("kubernetesHost", "KUBE.example.com:443")),
                arguments(
                        "the reviewer's token",
                        new KubernetesProvider(),
                        KUBERNETES,
                        Map.of("tokenReviewerJwt", REVIEWER)),
                arguments(
                        "one more certificate authority",
                        new KubernetesProvider(),
                        with(KUBERNETES, "caCert", CA),
                        Map.of("caCert", OTHER_CA + CA)),
                arguments(
                        "one more key, and another id for the first",
                        new KubernetesProvider(),
                        OFFLINE,
                        Map.of(
                                "jwksKeys",
                                jwks(
                                        OTHER_KEY,
                                        new ECKey.Builder(KEY).keyID("renamed").build()))),
                arguments("a lifetime", new GcpProvider(), GCP, Map.of("accessTokenTTL", 60L)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void leavesTheSessionsOfAMethodBeThatBelievesTheSame(
            String what, Provider<?> kind, Map<String, Object> fields, Map<String, Object> change) throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, kind, fields);
        registry.editMethod(ID, kind, change);
        registry.update(ID, Map.of("role", "viewer"));
        registry.disable(ID, true);

        assertThat(registry.find(ID).identity().cutoffs()).isEqualTo(SessionCutoffs.NONE);
    }

    /** Sessions of type gce, then iam, then none, then gce again. */
    @Test
    void revokesTheSessionsOfEveryTypeThatAMethodHad() throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, new GcpProvider(), GCP);
        registry.detach(ID, new GcpProvider());

        assertThat(registry.find(ID).identity())
                .returns(true, identity -> identity.revokes("gcp-id-token", clock.instant()))
                .returns(true, identity -> identity.revokes("gcp-iam", clock.instant()))
                .returns(true, identity -> identity.hasRemoved(gcpOf(GCP)))
                .returns(true, identity -> identity.hasRemoved(gcpOf(with(GCP, "type", "iam"))));
    }

    /** For some seconds, another instance may still see what was removed, and admit someone by it. */
    @Test
    void revokesOnceMoreWhatComesBack() throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, new ClientKeyProvider(), Map.of("algorithm", "ES256", "jwks", jwks(KEY, OTHER_KEY)));
        registry.attach(ID, new GcpProvider(), GCP);
        registry.detach(ID, new GcpProvider());
        registry.editMethod(ID, new ClientKeyProvider(), Map.of("jwks", jwks(OTHER_KEY)));
        clock.advance(Duration.ofSeconds(4));
        registry.attach(
                ID, new GcpProvider(), with(GCP, "allowedServiceAccounts", "other@shop.iam.gserviceaccount.com"));
        registry.editMethod(ID, new ClientKeyProvider(), Map.of("jwks", jwks(KEY, OTHER_KEY)));

        SessionCutoffs marks = registry.find(ID).identity().cutoffs();
        assertThat(marks.methods()).isEqualTo(Map.of("gcp-id-token", clock.instant(), "gcp-iam", clock.instant()));
        assertThat(marks.credentials().values()).containsExactly(clock.instant());
        clock.advance(Duration.ofSeconds(4));
        registry.editMethod(ID, new GcpProvider(), Map.of("accessTokenTTL", 60L));
        assertThat(registry.find(ID).identity().cutoffs()).isEqualTo(marks);
    }

    private static GcpAuth gcpOf(Map<String, Object> fields) {
        return Providers.DOCUMENTS
                .read(ID, Map.of("gcpAuth", fields))
                .method(GcpAuth.class)
                .orElseThrow();
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        Map<String, Object> more = new HashMap<>(fields);
        more.put(name, value);
        return more;
    }

    private static String certificateAuthority() {
        try (SimulatedCluster cluster = SimulatedCluster.start(new TestClock())) {
            return cluster.caCertificate();
        }
    }

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jwks(ECKey... keys) {
        return new JWKSet(Stream.of(keys).<JWK>map(ECKey::toPublicJWK).toList()).toString();
    }

    @Test
    void keeps20SecretsAtMostAndTheMethodAsLongAsThereIsOne() throws Refused {
        registry.create(ID, false, Map.of());
        Registry.NewSecret first = registry.addSecret(ID, CLIENT_SECRETS, "one");
        registry.addSecret(ID, CLIENT_SECRETS, "two");
        for (int more = 0; more < 18; more++) {
            registry.addSecret(ID, CLIENT_SECRETS, "more-" + more);
        }

        assertRefused(Reason.INVALID_FIELDS, () -> registry.addSecret(ID, CLIENT_SECRETS, "three"));
        for (int more = 0; more < 18; more++) {
            registry.removeSecret(ID, CLIENT_SECRETS, "more-" + more);
        }
        assertThat(secrets().verify(first.made().secret(), ClientAddress.UNKNOWN, TestClock.START))
                .isNotNull();
        assertThat(first.changed().toString() + first)
                .doesNotContain(first.made().secret().text());
        assertRefused(Reason.NO_SUCH_METHOD, () -> registry.removeSecret(ID, CLIENT_SECRETS, "three"));

        registry.removeSecret(ID, CLIENT_SECRETS, "one");
        assertThat(secrets().secrets()).hasSize(1);
        assertRefused(Reason.INVALID_FIELDS, () -> registry.addSecret(ID, CLIENT_SECRETS, "two"));
        registry.removeSecret(ID, CLIENT_SECRETS, "two");
        assertThat(registry.find(ID).identity().methods()).isEmpty();
        assertThat(registry.find(ID).identity().revokes("client-secret", TestClock.START))
                .isTrue();
        assertRefused(Reason.NO_SUCH_METHOD, () -> registry.removeSecret(ID, CLIENT_SECRETS, "two"));
    }

    @Test
    void keepsAnAttachedMethodWithItsSettingsWithoutSecrets() throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, CLIENT_SECRETS, Map.of("clientSecretTrustedIps", List.of("10.0.0.0/8")));
        String clientId = secrets().clientId().orElseThrow().value();
        registry.addSecret(ID, CLIENT_SECRETS, "one");
        registry.removeSecret(ID, CLIENT_SECRETS, "one");

        assertThat(secrets().secrets()).isEmpty();
        assertThat(secrets().secretIps().blocks()).containsExactly("10.0.0.0/8");
        assertThat(clientId).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(registry.find(ID).identity().isCalled(clientId)).isTrue();
    }

    @Test
    void givesNoClientIdToTwo() throws Refused {
        IdentityId other = new IdentityId("other");
        registry.create(ID, false, Map.of());
        registry.create(other, true, Map.of("alias", "taken"));
        assertRefused(Reason.NAME_TAKEN, () -> registry.attach(ID, CLIENT_SECRETS, Map.of("clientId", "taken")));
        assertRefused(Reason.NAME_TAKEN, () -> registry.attach(ID, CLIENT_SECRETS, Map.of("clientId", "other")));
        registry.attach(ID, CLIENT_SECRETS, Map.of("clientId", "mine"));
        assertRefused(Reason.NAME_TAKEN, () -> registry.update(other, Map.of("alias", "mine")));
        assertRefused(Reason.NAME_TAKEN, () -> registry.create(new IdentityId("mine"), true, Map.of()));
    }

    @Test
    void refusesLimitsOfASecretThatItCannotKeep() throws Refused {
        registry.create(ID, false, Map.of());
        for (Map<String, Object> limits : List.<Map<String, Object>>of(
                Map.of("ttl", -1L),
                Map.of("ttl", 315_360_001L),
                Map.of("ttl", "60"),
                Map.of("numUsesLimit", -1L),
                Map.of("numUsesLimit", 1_000_000_001L),
                Map.of("description", "x".repeat(256)),
                Map.of("sha256", "00"))) {
            assertRefused(Reason.INVALID_FIELDS, () -> registry.addSecret(ID, CLIENT_SECRETS, "one", limits));
        }
    }

    @Test
    void refusesASecretIdThatCannotStandInALog() throws Refused {
        registry.create(ID, false, Map.of());
        assertRefused(Reason.INVALID_FIELDS, () -> registry.addSecret(ID, CLIENT_SECRETS, "a b"));
    }

    @Test
    void sealsTheReviewersTokenAndSetsItAnew() throws Refused {
        registry.create(ID, false, Map.of());
        Map<String, Object> fields = new HashMap<>(KUBERNETES);
        fields.put("tokenReviewerJwt", REVIEWER);

        String attached = registry.attach(ID, new KubernetesProvider(), fields).toString();
        Object encrypted = encrypted();
        String edited = registry.editMethod(ID, new KubernetesProvider(), Map.of("tokenReviewerJwt", REVIEWER + "2"))
                .toString();

        assertThat(encryptedFor).hasSize(2).allMatch(place -> place.identity().equals(ID));
        assertThat(encrypted()).isNotEqualTo(encrypted);
        assertThat(attached + edited + registry.find(ID) + Providers.DOCUMENTS.write(registry.find(ID)))
                .doesNotContain("canary");

        registry.editMethod(ID, new KubernetesProvider(), Map.of("allowedNames", "pay"));
        assertThat(encryptedFor).hasSize(2);
        Map<String, @Nullable Object> none = new HashMap<>();
        none.put("tokenReviewerJwt", null);
        registry.editMethod(ID, new KubernetesProvider(), none);
        assertThat(kubernetes()).doesNotContainKey("tokenReviewerJwtSealed");
    }

    /** An admin may change identities but not read the token, so it is never sent to a host that the admin chose. */
    @Test
    void sendsAReviewersTokenToNoOtherHostThanItWasGivenFor() throws Refused {
        registry.create(ID, false, Map.of());
        Map<String, Object> fields = new HashMap<>(KUBERNETES);
        fields.put("tokenReviewerJwt", REVIEWER);
        registry.attach(ID, new KubernetesProvider(), fields);
        Object encrypted = encrypted();

        Map<String, @Nullable Object> elsewhere = new HashMap<>(Map.of("kubernetesHost", "kube.example.net"));
        assertRefused(Reason.INVALID_FIELDS, () -> registry.editMethod(ID, new KubernetesProvider(), elsewhere));
        assertRefused(
                Reason.INVALID_FIELDS, () -> registry.setMethod(ID, new KubernetesProvider(), stored -> elsewhere));
        assertThat(encrypted()).isEqualTo(encrypted);

        elsewhere.put("tokenReviewerJwt", REVIEWER + "2");
        registry.editMethod(ID, new KubernetesProvider(), elsewhere);
        elsewhere.remove("tokenReviewerJwt");
        registry.editMethod(ID, new KubernetesProvider(), elsewhere);
        assertThat(kubernetes()).containsEntry("kubernetesHost", "kube.example.net:443");
        assertThat(encrypted()).isNotEqualTo(encrypted);
    }

    @Test
    void encryptsAgainWhereOthersMoveTheHostMeanwhile() throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, new KubernetesProvider(), KUBERNETES);
        meanwhile = () -> {
            meanwhile = () -> {};
            registry.editMethod(ID, new KubernetesProvider(), Map.of("kubernetesHost", "kube.example.net"));
        };

        registry.editMethod(ID, new KubernetesProvider(), Map.of("tokenReviewerJwt", REVIEWER));

        assertThat(encryptedFor)
                .extracting(EncryptionContext::host)
                .containsExactly("kube.example.com:443", "kube.example.net:443");
        assertThat(kubernetes())
                .containsEntry("kubernetesHost", "kube.example.net:443")
                .containsKey("tokenReviewerJwtSealed");
    }

    @Test
    void storesNothingWhereOthersKeepMovingTheHostAndSaysSo() throws Refused {
        registry.create(ID, false, Map.of());
        registry.attach(ID, new KubernetesProvider(), KUBERNETES);
        meanwhile = () -> registry.editMethod(
                ID, new KubernetesProvider(), Map.of("kubernetesHost", "kube" + encryptedFor.size() + ".example.net"));

        Refused refused = assertRefused(
                Reason.CHANGED_MEANWHILE,
                () -> registry.editMethod(ID, new KubernetesProvider(), Map.of("tokenReviewerJwt", REVIEWER)));

        assertThat(refused.getMessage() + refused.fields()).doesNotContain("canary");
        assertThat(encryptedFor).hasSize(3);
        assertThat(kubernetes()).doesNotContainKey("tokenReviewerJwtSealed");
    }

    /** The certificates are compared, not their encoding, so neither change needs the token again. */
    @Test
    void takesTheSameHostAndAuthorityInAnotherSpelling() throws Refused {
        String ca;
        try (SimulatedCluster cluster = SimulatedCluster.start(clock)) {
            ca = cluster.caCertificate();
        }
        registry.create(ID, false, Map.of());
        Map<String, Object> fields = new HashMap<>(KUBERNETES);
        fields.put("tokenReviewerJwt", REVIEWER);
        fields.put("caCert", ca);
        registry.attach(ID, new KubernetesProvider(), fields);
        Object encrypted = encrypted();

        registry.editMethod(
                ID,
                new KubernetesProvider(),
                Map.of("kubernetesHost", "KUBE.example.com:443", "caCert", " \r\n" + ca.replace("\n", "\r\n")));

        assertThat(encrypted()).isEqualTo(encrypted);
        assertRefused(
                Reason.INVALID_FIELDS, () -> registry.editMethod(ID, new KubernetesProvider(), Map.of("caCert", "")));
    }

    @Test
    void refusesAReviewersTokenWhereNothingIsReviewed() throws Refused {
        registry.create(ID, false, Map.of());
        Map<String, Object> fields = new HashMap<>(Map.of(
                "tokenReviewMode",
                "gateway",
                "gatewayId",
                "g1",
                "allowedNamespaces",
                "shop",
                "tokenReviewerJwt",
                REVIEWER));

        assertRefused(Reason.INVALID_FIELDS, () -> registry.attach(ID, new KubernetesProvider(), fields));
        assertThat(encryptedFor).isEmpty();
    }

    @Test
    void refusesAReviewersTokenThatIsNone() throws Refused {
        registry.create(ID, false, Map.of());
        Map<String, Object> fields = new HashMap<>(KUBERNETES);
        fields.put("tokenReviewerJwt", "two words canary");
        Refused refused =
                assertRefused(Reason.INVALID_FIELDS, () -> registry.attach(ID, new KubernetesProvider(), fields));
        assertThat(refused.getMessage() + refused.fields()).doesNotContain("canary");
    }

    private Object encrypted() throws Refused {
        return kubernetes().get("tokenReviewerJwtSealed");
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> kubernetes() throws Refused {
        return (Map<String, Object>)
                Providers.DOCUMENTS.write(registry.find(ID)).get("kubernetesAuth");
    }

    private GcpAuth gcp() throws Refused {
        return registry.find(ID).identity().method(GcpAuth.class).orElseThrow();
    }

    private ClientSecretAuth secrets() throws Refused {
        return registry.find(ID).identity().method(ClientSecretAuth.class).orElseThrow();
    }

    private static Refused assertRefused(Reason reason, ThrowingCallable call) {
        List<Refused> refusals = new ArrayList<>();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(call)
                .returns(reason, Refused::reason)
                .satisfies(refusals::add);
        return refusals.get(0);
    }
}
