package io.sallyport.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.Registration;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.azure.AzureProvider;
import io.sallyport.method.clientkey.ClientKeyProvider;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.clientsecret.ClientSecretProvider;
import io.sallyport.method.gcp.GcpProvider;
import io.sallyport.method.jwtbearer.JwtBearerProvider;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an identities file may change in the store, and what it may not. */
class SeedingTest {
    private static final ClientSecretProvider CLIENT_SECRETS = new ClientSecretProvider();

    private static final IdentityId ID = new IdentityId("payments");
    private static final Map<String, Object> GCP =
            Map.of("type", "gce", "allowedServiceAccounts", "pay@shop.iam.gserviceaccount.com");
    private static final Map<String, Object> KUBERNETES = Map.of(
            "kubernetesHost",
            "https://kube.example.com",
            "allowedNamespaces",
            "shop",
            "tokenReviewerJwt",
            "eyJh.canary.c2ln");

    private final TestClock clock = new TestClock();
    private final MemoryStores store = new MemoryStores();
    private final Cipher cipher = new Cipher();
    private final Registry registry = new Registry(store, Providers.DOCUMENTS, cipher, clock, () -> new byte[32]);
    private final Seeding seeding = new Seeding(store, Providers.DOCUMENTS, cipher, clock);

    /** Records what it encrypted, with the numbers it gave out in order. */
    private final class Cipher implements SecretCipher {
        private final List<Map.Entry<EncryptionContext, Secret>> encrypted = new ArrayList<>();
        private Optional<Runnable> meanwhile = Optional.empty();

        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
            assertThat(Thread.holdsLock(store)).isFalse();
            encrypted.add(Map.entry(place, secret));
            Optional<Runnable> once = meanwhile;
            meanwhile = Optional.empty();
            once.ifPresent(Runnable::run);
            return new EncryptedSecret("v2.ciphertext-number-" + (1000 + encrypted.size()));
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) throws Refused {
            assertThat(Thread.holdsLock(store)).isFalse();
            String number = encryptedSecret.text().replaceFirst(".*-", "");
            Map.Entry<EncryptionContext, Secret> known = encrypted.get(Integer.parseInt(number) - 1001);
            if (!known.getKey().equals(place)) {
                throw new Refused(Reason.SECRET_UNREADABLE, "as told");
            }
            return known.getValue();
        }
    }

    // Creating.

    @Test
    void storesWhatIsNotThereWithEveryOlderSessionRevoked() throws Refused {
        Seeding.Outcome outcome = seed(Map.of("name", "Payments", "gcpAuth", GCP));

        assertThat(outcome.warnings()).isEmpty();
        assertThat(outcome.changed().orElseThrow().before()).isEmpty();
        IdentityRecord record = registry.find(ID);
        assertThat(outcome.changed().orElseThrow().after()).contains(record);
        assertThat(record.identity())
                .returns("Payments", Identity::name)
                .returns(true, identity -> identity.revokes("gcp-id-token", TestClock.START.minusMillis(1)))
                .returns(false, identity -> identity.revokes("gcp-id-token", TestClock.START));
        assertThat(record.registration().times()).contains(Registration.Times.created(TestClock.START));
        assertThat(record.registration().methodTimes()).containsOnlyKeys("gcpAuth");
    }

    @Test
    void takesALaterMarkFromTheFile() throws Refused {
        long later = TestClock.START.getEpochSecond() + 100;
        seed(Map.of("notBefore", later));
        assertThat(registry.find(ID).identity().revokes("azure", TestClock.START.plusSeconds(99)))
                .isTrue();
    }

    @Test
    void revokesTheSessionsOfOneThatWasDeletedMeanwhile() throws Refused {
        seed(Map.of("gcpAuth", GCP));
        clock.advance(Duration.ofSeconds(10));
        registry.delete(ID);
        clock.advance(Duration.ofSeconds(10));

        seed(Map.of("gcpAuth", GCP));

        assertThat(registry.find(ID).identity().revokes("gcp-id-token", TestClock.START.plusSeconds(9)))
                .isTrue();
    }

    // Again.

    @Test
    void writesNothingWhereNothingDiffers() throws Refused {
        Map<String, Object> document = Map.of("gcpAuth", GCP, "kubernetesAuth", KUBERNETES, "role", "viewer");
        seed(document);
        IdentityRecord before = registry.find(ID);
        int writes = store.writes();
        clock.advance(Duration.ofDays(1));

        Seeding.Outcome again = seed(document);

        assertThat(again.changed()).isEmpty();
        assertThat(again.warnings()).isEmpty();
        assertThat(store.writes()).isEqualTo(writes);
        assertThat(registry.find(ID)).isEqualTo(before);
        assertThat(cipher.encrypted).hasSize(1);
    }

    @Test
    void changesWhatTheFileSaysAndKeepsWhatItDoesNotHave() throws Refused {
        seed(Map.of("gcpAuth", GCP));
        registry.update(
                ID, Map.of("metadata", List.of(Map.of("key", "team", "value", "shop")), "hasDeleteProtection", true));
        clock.advance(Duration.ofMinutes(1));

        seed(Map.of("role", "viewer", "gcpAuth", GCP));

        IdentityRecord record = registry.find(ID);
        assertThat(record.identity().role()).isEqualTo("viewer");
        assertThat(record.registration().metadata()).containsExactly(new Registration.Metadata("team", "shop"));
        assertThat(record.registration().deleteProtected()).isTrue();
        assertThat(record.registration().times())
                .contains(new Registration.Times(TestClock.START, TestClock.START.plusSeconds(60)));
        assertThat(record.registration().methodTimes())
                .containsEntry("gcpAuth", Registration.Times.created(TestClock.START));

        seed(Map.of("role", "viewer", "gcpAuth", GCP, "metadata", List.of(), "hasDeleteProtection", false));
        assertThat(registry.find(ID).registration().metadata()).isEmpty();
        assertThat(registry.find(ID).registration().deleteProtected()).isFalse();
    }

    // Revocations survive.

    @Test
    void disablesAndNeverEnables() throws Refused {
        seed(Map.of());
        assertThat(seed(Map.of("disabled", true)).warnings()).isEmpty();
        assertThat(registry.find(ID).identity().disabled()).isTrue();

        Seeding.Outcome outcome = seed(Map.of("disabled", false, "role", "viewer"));

        assertThat(outcome.warnings()).singleElement().asString().contains("sallyport identity enable payments");
        assertThat(registry.find(ID).identity())
                .returns(true, Identity::disabled)
                .returns("viewer", Identity::role);
    }

    @Test
    void movesNoMarkBack() throws Refused {
        seed(Map.of());
        clock.advance(Duration.ofSeconds(60));
        registry.revokeTokens(ID);
        IdentityRecord revoked = registry.find(ID);

        seed(Map.of());
        assertThat(registry.find(ID)).isEqualTo(revoked);
        seed(Map.of("notBefore", TestClock.START.getEpochSecond() + 5));
        assertThat(registry.find(ID)).isEqualTo(revoked);
        seed(Map.of(
                "notBefore",
                TestClock.START.getEpochSecond() + 120,
                "methodNotBefore",
                Map.of("azure", TestClock.START.getEpochSecond() + 240)));
        assertThat(registry.find(ID).identity())
                .returns(true, identity -> identity.revokes("gcp-iam", TestClock.START.plusSeconds(120)))
                .returns(true, identity -> identity.revokes("azure", TestClock.START.plusSeconds(240)));
        seed(Map.of("methodNotBefore", Map.of("azure", 1L)));
        assertThat(registry.find(ID).identity().revokes("azure", TestClock.START.plusSeconds(240)))
                .isTrue();
    }

    private static final String KEY_A = key("a");
    private static final String KEY_B = key("b");

    private static String key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(id)
                    .generate()
                    .toPublicJWK()
                    .toJSONString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jwks(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    private static final Map<String, Map<String, Object>> METHODS = Map.of(
            "gcpAuth", GCP,
            "azureAuth",
                    Map.of(
                            "tenantId",
                            "72f988bf-86f1-41af-91ab-2d7cd011db47",
                            "allowedServicePrincipalIds",
                            "11111111-2222-3333-4444-555555555555"),
            "kubernetesAuth", KUBERNETES,
            "jwtBearerAuth",
                    Map.of(
                            "trustedIssuers",
                            List.of(Map.of("issuer", "https://ci.example.com", "subject", "job", "audience", "a"))),
            "awsAuth", Map.of("allowedAccountIds", "123456789012"),
            "oidcAuth",
                    Map.of(
                            "oidcDiscoveryUrl", "https://ci.example.com",
                            "boundIssuer", "https://ci.example.com",
                            "boundAudiences", "a",
                            "boundSubject", "job"),
            "jwtAuth",
                    Map.of(
                            "configurationType", "jwks",
                            "jwksUrl", "https://ci.example.com/jwks",
                            "boundIssuer", "https://ci.example.com",
                            "boundAudiences", "a",
                            "boundSubject", "job"),
            "spiffeAuth",
                    Map.of(
                            "trustDomain", "example.com",
                            "allowedSpiffeIds", "spiffe://example.com/job",
                            "allowedAudiences", "a",
                            "endpointUrl", "https://spire.example.com"),
            "clientKeyAuth", Map.of("algorithm", "ES256", "jwks", jwks(KEY_A)),
            "clientSecretAuth",
                    Map.of("secrets", List.of(Map.of("id", "one", "sha256", "00".repeat(32), "createdAt", 1L))));

    static List<Provider<?>> providers() {
        return Providers.DOCUMENTS.providers().all();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void bringsNoMethodBackThatWasRemoved(Provider<?> kind) throws Refused {
        Map<String, Object> document = Map.of(kind.field(), METHODS.get(kind.field()));
        seed(document);
        assertThat(kind.of(registry.find(ID).identity())).isPresent();
        clock.advance(Duration.ofSeconds(60));
        registry.detach(ID, kind);
        IdentityRecord detached = registry.find(ID);
        int encrypted = cipher.encrypted.size();

        Seeding.Outcome outcome = seed(document);

        assertThat(outcome.changed()).isEmpty();
        assertThat(outcome.warnings())
                .singleElement()
                .asString()
                .contains(kind.field(), "sallyport ", " payments")
                .doesNotContain("canary");
        assertThat(registry.find(ID)).isEqualTo(detached);
        assertThat(cipher.encrypted).hasSize(encrypted);
    }

    private static Map<String, Object> secrets(String... ids) {
        return Map.of(
                "accessTokenTTL",
                60L + ids.length,
                "secrets",
                Stream.of(ids).map(SeedingTest::secret).toList());
    }

    private static Map<String, Object> secret(String id) {
        return Map.of(
                "id",
                id,
                "sha256",
                HexFormat.of().formatHex((id + "-".repeat(32)).substring(0, 32).getBytes(UTF_8)));
    }

    private ClientSecretAuth storedSecrets() throws Refused {
        return registry.find(ID).identity().method(ClientSecretAuth.class).orElseThrow();
    }

    @Test
    void bringsNoClientSecretBackThatWasRemoved() throws Refused {
        seed(Map.of("clientSecretAuth", secrets("one", "two")));
        registry.removeSecret(ID, CLIENT_SECRETS, "one");
        IdentityRecord removed = registry.find(ID);

        Seeding.Outcome outcome = seed(Map.of("clientSecretAuth", secrets("one", "two")));

        assertThat(outcome.changed()).isEmpty();
        assertThat(outcome.warnings())
                .singleElement()
                .asString()
                .contains("clientSecretAuth.secrets", "sallyport client secret add payments");
        assertThat(registry.find(ID)).isEqualTo(removed);
    }

    /** The secret that replaced a stolen one still works after a restart, and the rest of the file is applied. */
    @Test
    void keepsTheSecretThatTookThePlaceOfARemovedOne() throws Refused {
        seed(Map.of("clientSecretAuth", secrets("one")));
        registry.addSecret(ID, CLIENT_SECRETS, "new");
        registry.removeSecret(ID, CLIENT_SECRETS, "one");

        seed(Map.of("clientSecretAuth", secrets("one"), "role", "viewer"));

        assertThat(storedSecrets().secrets()).extracting(ClientSecret::id).containsExactly("new");
        assertThat(registry.find(ID).identity().role()).isEqualTo("viewer");

        seed(Map.of("clientSecretAuth", secrets("two", "three")));
        assertThat(storedSecrets().secrets())
                .as("once the file dropped it, it has the last word again")
                .extracting(ClientSecret::id)
                .containsExactly("two", "three");
        assertThat(storedSecrets().policy().ttl()).hasSeconds(62);
    }

    /** Like removing it by command. */
    @Test
    void revokesTheSessionsOfASecretThatTheFileNoLongerHas() throws Refused {
        seed(Map.of("clientSecretAuth", secrets("one", "two")));
        Set<Credential> had = storedSecrets().credentials().keySet();
        clock.advance(Duration.ofSeconds(60));

        seed(Map.of("clientSecretAuth", secrets("two")));

        assertThat(registry.find(ID).identity().cutoffs().credentials())
                .hasSize(1)
                .containsValue(clock.instant())
                .satisfies(marks -> assertThat(had).containsAll(marks.keySet()));
    }

    @Test
    void bringsNoTrustedIssuerBackThatWasRemoved() throws Refused {
        Map<String, Object> ci = Map.of("issuer", "https://ci.example.com", "subject", "job", "audience", "a");
        Map<String, Object> git = Map.of("issuer", "https://git.example.com", "subject", "job", "audience", "a");
        seed(Map.of("jwtBearerAuth", Map.of("trustedIssuers", List.of(ci, git))));
        registry.editMethod(ID, new JwtBearerProvider(), Map.of("trustedIssuers", List.of(git)));
        IdentityRecord removed = registry.find(ID);

        Seeding.Outcome outcome = seed(Map.of("jwtBearerAuth", Map.of("trustedIssuers", List.of(ci, git))));

        assertThat(outcome.warnings()).singleElement().asString().contains("sallyport auth set jwt-bearer payments");
        assertThat(registry.find(ID)).isEqualTo(removed);
    }

    @Test
    void bringsNoClientKeyBackThatWasRemoved() throws Refused {
        Map<String, Object> both = Map.of("algorithm", "ES256", "jwks", jwks(KEY_A, KEY_B));
        seed(Map.of("clientKeyAuth", both));
        registry.editMethod(ID, new ClientKeyProvider(), Map.of("jwks", jwks(KEY_B)));
        IdentityRecord removed = registry.find(ID);

        Seeding.Outcome outcome = seed(Map.of("clientKeyAuth", both));

        assertThat(outcome.warnings()).singleElement().asString().contains("sallyport auth set client-key payments");
        assertThat(registry.find(ID)).isEqualTo(removed);
    }

    /** Like changing it by command. */
    @Test
    void revokesTheSessionsOfWhatAMethodBelievedBefore() throws Refused {
        seed(Map.of("gcpAuth", GCP));
        clock.advance(Duration.ofSeconds(60));

        seed(Map.of("gcpAuth", Map.of("type", "iam", "allowedServiceAccounts", "pay@shop.iam.gserviceaccount.com")));

        assertThat(registry.find(ID).identity().revokes("gcp-id-token", TestClock.START.plusSeconds(59)))
                .isTrue();
    }

    /** The file does not lock out an operator who replaced one method with another. */
    @Test
    void removesNothingWhereItIsOlderThanTheStore() throws Refused {
        seed(Map.of("gcpAuth", GCP));
        registry.attach(ID, new AzureProvider(), METHODS.get("azureAuth"));
        registry.detach(ID, new GcpProvider());

        seed(Map.of("gcpAuth", GCP, "role", "viewer"));

        assertThat(registry.find(ID).identity().role()).isEqualTo("viewer");
        assertThat(registry.find(ID).identity().methods())
                .extracting(AuthMethod::sessionMethod)
                .containsExactly("azure");
    }

    @Test
    void takesAMethodBackOnceItWasAddedOnPurpose() throws Refused {
        seed(Map.of("gcpAuth", GCP));
        registry.detach(ID, new GcpProvider());
        registry.attach(ID, new GcpProvider(), Map.of("type", "gce", "allowedProjects", "shop"));

        Seeding.Outcome outcome = seed(Map.of("gcpAuth", GCP));

        assertThat(outcome.warnings()).isEmpty();
        assertThat(outcome.changed()).isPresent();
        assertThat(registry.find(ID).identity().revokes("gcp-id-token", TestClock.START))
                .isTrue();
    }

    /** Like detaching it. */
    @Test
    void revokesTheSessionsOfAMethodThatTheFileNoLongerHas() throws Refused {
        seed(Map.of("gcpAuth", GCP, "azureAuth", METHODS.get("azureAuth")));
        clock.advance(Duration.ofSeconds(60));

        seed(Map.of("azureAuth", METHODS.get("azureAuth")));

        IdentityRecord record = registry.find(ID);
        assertThat(record.identity().methods()).hasSize(1);
        assertThat(record.registration().methodTimes()).containsOnlyKeys("azureAuth");
        assertThat(record.identity())
                .returns(true, identity -> identity.revokes("gcp-id-token", TestClock.START.plusSeconds(59)))
                .returns(true, identity -> identity.revokes("gcp-iam", TestClock.START.plusSeconds(59)))
                .returns(false, identity -> identity.revokes("azure", TestClock.START.plusSeconds(59)));
    }

    // What the file does not manage.

    @Test
    void leavesAloneWhatOthersOwn() throws Refused {
        IdentityRecord theirs = Providers.DOCUMENTS.readRecord(ID, Map.of("managedBy", "terraform", "gcpAuth", GCP));
        store.save(theirs);

        Seeding.Outcome outcome = seed(Map.of("role", "admin", "kubernetesAuth", KUBERNETES));

        assertThat(outcome.changed()).isEmpty();
        assertThat(outcome.warnings()).singleElement().asString().contains("terraform");
        assertThat(registry.find(ID)).isEqualTo(theirs);
        assertThat(cipher.encrypted).isEmpty();
    }

    /** It may be disabled, or managed elsewhere: no one can tell. */
    @Test
    void leavesAloneWhatItCannotRead() {
        store.spoil(ID, Map.of("rloe", "admin"));
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> registry.find(ID));

        try {
            Seeding.Outcome outcome = seed(Map.of("role", "viewer"));
            assertThat(outcome.changed()).isEmpty();
            assertThat(outcome.warnings())
                    .singleElement()
                    .asString()
                    .contains("rloe", "sallyport identity delete payments --invalid");
        } catch (Refused e) {
            throw new AssertionError(e);
        }
        assertThat(store.writes()).isZero();
    }

    @Test
    void saysThatANameIsTaken() throws Refused {
        registry.create(new IdentityId("other"), false, Map.of("alias", "pay"));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> seed(Map.of("alias", "pay")))
                .returns(Reason.NAME_TAKEN, Refused::reason);
    }

    @Test
    void decidesNothingWhileTheStoreDoesNotAnswer() {
        store.fail(Reason.STORE_TIMEOUT);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> seed(Map.of()))
                .returns(Reason.STORE_TIMEOUT, Refused::reason);
    }

    // Secrets.

    @Test
    void encryptsASecretAgainWhereItOrItsPlaceDiffers() throws Refused {
        seed(Map.of("kubernetesAuth", KUBERNETES));
        seed(Map.of("kubernetesAuth", with(KUBERNETES, "tokenReviewerJwt", "eyJh.other.c2ln")));
        seed(Map.of(
                "kubernetesAuth",
                with(
                        with(KUBERNETES, "tokenReviewerJwt", "eyJh.other.c2ln"),
                        "kubernetesHost",
                        "kube.example.com:6443")));
        assertThat(cipher.encrypted)
                .extracting(entry -> entry.getKey().host())
                .containsExactly("kube.example.com:443", "kube.example.com:443", "kube.example.com:6443");
        assertThat(registry.find(ID).toString()).doesNotContain("canary", "other");
    }

    /** The store's record of the host may be forged: the file's secret is not stored next to it. */
    @Test
    void encryptsASecretAgainWhereTheStoredOneIsOfAnotherPlace() throws Refused {
        seed(Map.of("kubernetesAuth", KUBERNETES));
        Map<String, Object> moved = new HashMap<>(Providers.DOCUMENTS.write(registry.find(ID)));
        Map<String, Object> kubernetes = new HashMap<>();
        ((Map<?, ?>) moved.get("kubernetesAuth")).forEach((name, value) -> kubernetes.put((String) name, value));
        kubernetes.put("kubernetesHost", "evil.example.com");
        moved.put("kubernetesAuth", kubernetes);
        store.save(Providers.DOCUMENTS.readRecord(ID, moved));

        seed(Map.of("kubernetesAuth", KUBERNETES));

        assertThat(cipher.encrypted).hasSize(2);
        assertThat(Providers.DOCUMENTS.write(registry.find(ID)).get("kubernetesAuth"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("kubernetesHost", "kube.example.com:443")
                .containsEntry("tokenReviewerJwtSealed", "v2.ciphertext-number-1002");
    }

    // Concurrent changes.

    @Test
    void looksAgainWhereOthersChangeTheIdentityMeanwhile() throws Refused {
        seed(Map.of("role", "viewer"));
        cipher.meanwhile = Optional.of(() -> {
            try {
                registry.disable(ID, true);
            } catch (Refused e) {
                throw new IllegalStateException(e);
            }
        });

        Seeding.Outcome outcome = seed(Map.of("role", "viewer", "kubernetesAuth", KUBERNETES));

        assertThat(outcome.warnings()).hasSize(1);
        assertThat(registry.find(ID).identity().disabled()).isTrue();
        assertThat(registry.find(ID).identity().methods()).hasSize(1);
    }

    @Test
    void showsNoSecretOfASeed() {
        assertThat(new Seeding.Seed(ID, new HashMap<>(Map.of("kubernetesAuth", KUBERNETES))).toString())
                .doesNotContain("canary");
    }

    private Seeding.Outcome seed(Map<String, ? extends @Nullable Object> document) throws Refused {
        return seeding.seed(new Seeding.Seed(ID, new HashMap<>(document)));
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(fields);
        changed.put(name, value);
        return changed;
    }
}
