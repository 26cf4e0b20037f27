package io.sallyport.method.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.Globs;
import io.sallyport.identity.Identity;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.json.Json;
import io.sallyport.method.SecretFields;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KubernetesAuthDocumentTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final EncryptedSecret ENCRYPTED = new EncryptedSecret("v2.c2VhbGVkLXNlYWxlZC1zZWFsZWQ");
    private static final String CA;
    private static final String JWKS;

    static {
        try (SimulatedCluster cluster = SimulatedCluster.start(InstantSource.system())) {
            CA = cluster.caCertificate();
            JWKS = cluster.jwksJson();
        }
    }

    private static final Map<String, Object> API = Map.of(
            "kubernetesHost",
            "https://kube.example.com:6443",
            "caCert",
            CA,
            "tokenReviewerJwtSealed",
            ENCRYPTED.text(),
            "allowedNamespaces",
            "shop, team-*",
            "allowedNames",
            List.of("payments"),
            "allowedServiceAccountIds",
            "uid-1",
            "allowedAudience",
            "sallyport",
            "accessTokenTTL",
            60L);
    private static final Map<String, Object> DISCOVERY = Map.of(
            "tokenReviewMode", "jwks",
            "jwksIssuer", "https://oidc.example.com/id/",
            "allowedNamespaces", "*",
            "allowedAudience", "sallyport");
    private static final Map<String, Object> ADDRESS = Map.of(
            "tokenReviewMode", "jwks",
            "jwksIssuer", "https://kubernetes.default.svc.cluster.local",
            "allowedNamespaces", "shop",
            "jwksUri", "https://kube.example.com:6443/openid/v1/jwks",
            "allowedNames", "*",
            "allowedAudience", "sallyport");
    private static final Map<String, Object> GATEWAY =
            Map.of("tokenReviewMode", "gateway", "gatewayId", "gateway-1", "allowedNamespaces", "shop");

    @ParameterizedTest
    @MethodSource
    void givesBackWhatItWrote(Map<String, Object> fields) throws Exception {
        Identity identity = identity(fields);
        byte[] stored = Json.write(Providers.DOCUMENTS.write(identity));
        assertThat(Providers.DOCUMENTS.read(ID, Json.parseObject(stored))).isEqualTo(identity);
    }

    static Stream<Map<String, Object>> givesBackWhatItWrote() {
        return Stream.of(
                API,
                without(API, "tokenReviewerJwtSealed"),
                without(API, "caCert"),
                without(without(API, "allowedAudience"), "allowedNames"),
                with(API, "caCert", CA + "\n" + otherCa()),
                DISCOVERY,
                with(DISCOVERY, "caCert", CA),
                with(DISCOVERY, "jwksAlgorithm", "ES256"),
                with(DISCOVERY, "jwksKeys", JWKS),
                ADDRESS,
                with(ADDRESS, "caCert", CA),
                with(ADDRESS, "jwksAlgorithm", "ES256"),
                with(ADDRESS, "jwksIssuer", "kubernetes/serviceaccount"),
                with(DISCOVERY, "jwksUri", ""),
                with(API, "allowedPodNames", "payments-*, web-0"),
                with(DISCOVERY, "allowedNodes", List.of("pool-*")),
                GATEWAY);
    }

    @Test
    void readsWhatIsThere() {
        KubernetesAuth kubernetes = read(API);
        assertThat(kubernetes.review()).isInstanceOfSatisfying(KubernetesAuth.ByApi.class, api -> {
            assertThat(api.host()).isEqualTo(new KubernetesHost("kube.example.com", 6443));
            assertThat(api.authorities()).contains(CaCertificates.parse(CA));
            assertThat(api.reviewerJwt()).contains(ENCRYPTED);
        });
        assertThat(kubernetes.namespaces()).isEqualTo(Globs.parse("shop,team-*"));
        assertThat(kubernetes.serviceAccounts()).isEqualTo(Globs.parse("payments"));
        assertThat(kubernetes.serviceAccountIds()).isEqualTo(Allowlist.of("uid-1"));
        assertThat(kubernetes.audience()).contains("sallyport");
    }

    /** Infisical's clients send it for fields that are not set. */
    @Test
    void takesTheEmptyTextForNothing() {
        KubernetesAuth kubernetes = read(Map.of(
                "kubernetesHost", "kube.example.com",
                "caCert", "",
                "allowedNamespaces", "shop",
                "allowedNames", "",
                "allowedAudience", " "));
        assertThat(kubernetes.audience()).isEmpty();
        assertThat(kubernetes.serviceAccounts().isSet()).isFalse();
        assertThat(kubernetes.review())
                .isEqualTo(new KubernetesAuth.ByApi(
                        new KubernetesHost("kube.example.com", 443), Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void refuses(String name, Object value, Map<String, Object> base) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(with(base, name, value)));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                arguments("kubernetesHost", "http://kube.example.com", API),
                arguments("kubernetesHost", "169.254.169.254", API),
                arguments("kubernetesHost", "", API),
                arguments("kubernetesHost", 5L, API),
                arguments("caCert", "-----BEGIN CERTIFICATE-----", API),
                arguments("caCert", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", API),
                arguments("caCert", CA + "x", API),
                arguments("caCert", "x" + CA, API),
                arguments("caCert", CA.replace("CERTIFICATE", "PRIVATE KEY"), API),
                arguments("caCert", CA.repeat(200), API),
                // Plain text must never get here.
                arguments("tokenReviewerJwt", "eyJh.eyJh.c2ln", API),
                arguments("tokenReviewerJwtSealed", "eyJh.eyJh.c2ln", API),
                arguments("tokenReviewerJwtSealed", "v3.c2VhbGVkLXNlYWxlZC1zZWFsZWQ", API),
                arguments("tokenReviewMode", "API", API),
                arguments("tokenReviewMode", "none", API),
                arguments("tokenReviewMode", "gateway", API),
                arguments("tokenReviewMode", "jwks", API),
                arguments("gatewayId", "gateway-1", API),
                arguments("jwksIssuer", "https://oidc.example.com", API),
                arguments("jwksKeys", JWKS, API),
                arguments("allowedNamespaces", "Shop", API),
                arguments("allowedNamespaces", "!shop", API),
                arguments("allowedNamespaces", "**", API),
                arguments("allowedNamespaces", "*, shop", API),
                arguments("allowedNames", "{a,b}", API),
                arguments("allowedNames", "a|b", API),
                arguments("allowedNames", List.of(5L), API),
                arguments("allowedNames", Map.of(), API),
                arguments("allowedPodNames", "Payments", API),
                arguments("allowedPodNames", "*, payments-0", API),
                arguments("allowedNodes", "pool-**", API),
                arguments("allowedNodes", Map.of(), API),
                arguments("allowedName", "payments", API),
                arguments("jwksIssuer", "http://oidc.example.com", DISCOVERY),
                arguments("jwksIssuer", "", DISCOVERY),
                arguments("jwksIssuer", "", ADDRESS),
                arguments("jwksKeys", JWKS, ADDRESS),
                arguments("jwksUri", "http://kube.example.com/keys", DISCOVERY),
                arguments("jwksUri", "kube.example.com/keys", DISCOVERY),
                arguments("jwksUri", "https://user@kube.example.com/keys", DISCOVERY),
                arguments("jwksUri", "https://kube.example.com/keys#x", DISCOVERY),
                arguments("jwksUri", "https://kube.example.com/keys?x=1", DISCOVERY),
                arguments("jwksUri", "https://kube.example.com/%2e%2e/keys", DISCOVERY),
                arguments("jwksUri", "https://kube.example.com/../keys", DISCOVERY),
                arguments("jwksUri", "https://127.0.0.1/keys", DISCOVERY),
                arguments("jwksUri", "https://169.254.169.254/keys", DISCOVERY),
                arguments("jwksUri", "https://2130706433/keys", DISCOVERY),
                arguments("jwksUri", 5L, DISCOVERY),
                arguments("jwksUri", "https://kube.example.com/keys", API),
                arguments("jwksUri", "https://kube.example.com/keys", GATEWAY),
                arguments("jwksAlgorithm", "none", DISCOVERY),
                arguments("jwksAlgorithm", "HS256", DISCOVERY),
                arguments("jwksKeys", "{}", DISCOVERY),
                arguments("allowedAudience", "", DISCOVERY),
                arguments("kubernetesHost", "kube.example.com", DISCOVERY),
                arguments("tokenReviewerJwtSealed", ENCRYPTED.text(), DISCOVERY),
                arguments("gatewayId", "", GATEWAY));
    }

    @Test
    void refusesOneThatWouldAdmitEverybody() {
        for (String nothing : new String[] {"", " , ", ","}) {
            assertThatExceptionOfType(UnconstrainedException.class)
                    .isThrownBy(() -> read(Map.of("kubernetesHost", "kube.example.com", "allowedNamespaces", nothing)));
        }
    }

    @Test
    void repeatsNothingThatMayBeASecret() {
        for (String name : new String[] {"tokenReviewerJwt", "tokenReviewerJwtSealed", "caCert", "jwksKeys"}) {
            Map<String, Object> base = name.equals("jwksKeys") ? DISCOVERY : API;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> read(with(base, name, "canary.canary.canary")))
                    .satisfies(e -> assertThat(String.valueOf(e)).doesNotContain("canary"));
        }
    }

    @Test
    void takesNoCertificateThatIsNoAuthoritys() {
        try (SimulatedCluster cluster = SimulatedCluster.start(InstantSource.system())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> read(with(API, "caCert", cluster.serverCertificate())))
                    .withMessageContaining("authority");
        }
    }

    /** Comparing what decides about tokens detects a changed key address, and any other change of what is trusted. */
    @Test
    void tellsChangedAddressesOfKeysApart() {
        assertThat(read(ADDRESS).review())
                .isEqualTo(read(new HashMap<>(ADDRESS)).review())
                .isNotEqualTo(read(with(ADDRESS, "jwksUri", "https://other.example.com/keys"))
                        .review())
                .isNotEqualTo(read(with(ADDRESS, "jwksIssuer", "https://other.example.com"))
                        .review())
                .isNotEqualTo(read(with(ADDRESS, "caCert", CA)).review())
                .isNotEqualTo(read(without(ADDRESS, "jwksUri")).review());
    }

    @Test
    void takesOneSourceOfKeysAlone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(with(ADDRESS, "jwksKeys", JWKS)))
                .withMessage("kubernetesAuth needs jwksKeys or jwksUri, not both");
    }

    @Test
    void isFoundByItsIssuerWithOrWithoutTheDefaultPort() {
        Map<String, Object> exact = with(with(ADDRESS, "allowedNames", "payments"), "allowedNamespaces", "shop");
        assertThat(read(with(exact, "jwksIssuer", "https://kube.example.com:443"))
                        .lookups())
                .isEqualTo(read(with(exact, "jwksIssuer", "https://kube.example.com"))
                        .lookups())
                .hasSize(1);
    }

    // Encryption.

    @Test
    void sealsTheReviewersTokenForTheIdentity() throws Exception {
        RecordingSealer cipher = new RecordingSealer();
        Map<String, Object> document = Map.of(
                "name",
                "Payments",
                "kubernetesAuth",
                with(without(API, "tokenReviewerJwtSealed"), "tokenReviewerJwt", " eyJh.eyJh.c2ln\n"));
        Identity identity = Providers.DOCUMENTS.read(
                ID, new SecretFields(Providers.DOCUMENTS.providers()).encrypt(ID, document, cipher));
        assertThat(cipher.secret).contains(new Secret("eyJh.eyJh.c2ln"));
        assertThat(cipher.place)
                .contains(new EncryptionContext(
                        ID,
                        "kubernetesAuth.tokenReviewerJwtSealed",
                        "kube.example.com:6443",
                        CaCertificates.parse(CA).digest()));
        assertThat(identity.method(KubernetesAuth.class).orElseThrow()).isEqualTo(read(API));
        assertThat(identity.name()).isEqualTo("Payments");
    }

    @Test
    void sealsNothingWhereThereIsNothing() throws Exception {
        RecordingSealer cipher = new RecordingSealer();
        for (Map<String, Object> document : List.of(
                Map.<String, Object>of("name", "n"),
                Map.<String, Object>of("kubernetesAuth", API),
                Map.<String, Object>of("kubernetesAuth", "x"))) {
            assertThat(new SecretFields(Providers.DOCUMENTS.providers()).encrypt(ID, document, cipher))
                    .isEqualTo(document);
        }
        Map<String, Object> empty =
                Map.of("kubernetesAuth", with(without(API, "tokenReviewerJwtSealed"), "tokenReviewerJwt", ""));
        assertThat(new SecretFields(Providers.DOCUMENTS.providers()).encrypt(ID, empty, cipher))
                .isEqualTo(Map.of("kubernetesAuth", without(API, "tokenReviewerJwtSealed")));
        assertThat(cipher.secret).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void sealsNoSuchThing(Object value) {
        Map<String, Object> document =
                Map.of("kubernetesAuth", with(without(API, "tokenReviewerJwtSealed"), "tokenReviewerJwt", value));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new SecretFields(Providers.DOCUMENTS.providers()).encrypt(ID, document, new RecordingSealer()))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
    }

    static Stream<Object> sealsNoSuchThing() {
        return Stream.of(5L, List.of("canary"), "canary canary", "canary\r\nX: 1", "canaryé", "c".repeat(16_385));
    }

    @Test
    void takesNoTokenBesideAnEncryptedOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SecretFields(Providers.DOCUMENTS.providers())
                        .encrypt(
                                ID,
                                Map.of("kubernetesAuth", with(API, "tokenReviewerJwt", "eyJh.eyJh.c2ln")),
                                new RecordingSealer()));
    }

    private static final class RecordingSealer implements SecretCipher {
        private Optional<Secret> secret = Optional.empty();
        private Optional<EncryptionContext> place = Optional.empty();

        @Override
        public EncryptedSecret encrypt(Secret plain, EncryptionContext where) {
            secret = Optional.of(plain);
            place = Optional.of(where);
            return ENCRYPTED;
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext where) {
            throw new UnsupportedOperationException();
        }
    }

    private static String otherCa() {
        try (SimulatedCluster cluster = SimulatedCluster.start(InstantSource.system())) {
            return cluster.caCertificate();
        }
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(fields);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, Object> without(Map<String, Object> fields, String name) {
        Map<String, Object> changed = new HashMap<>(fields);
        changed.remove(name);
        return changed;
    }

    private static Identity identity(Map<String, Object> fields) {
        return Providers.DOCUMENTS.read(ID, Map.of("kubernetesAuth", fields));
    }

    private static KubernetesAuth read(Map<String, Object> fields) {
        return identity(fields).method(KubernetesAuth.class).orElseThrow();
    }
}
