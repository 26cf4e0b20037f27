package io.sallyport.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.outbound.google.KmsSecretCipher;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretCipherTest {
    private static final String KMS_KEY = "projects/p/locations/global/keyRings/sallyport/cryptoKeys/secrets";
    private static final String HOST = "kube.example.com:443";
    private static final String CA = "0123456789abcdef".repeat(4);
    private static final EncryptionContext PLACE =
            new EncryptionContext(new IdentityId("payments"), "kubernetesAuth.x", HOST, CA);
    private static final Secret SECRET = new Secret("canary-token.with.parts");

    private final TestClock clock = new TestClock();
    private final Environment environment = new TestEnvironment().environment();
    private final SimulatedCluster certificates = SimulatedCluster.start(clock);
    private final FakeKms kms = new FakeKms();
    private final SecretCipher own = new AesSecretCipher(new EncryptionKey.Own(bytes(1)), SecureRandom::new);
    private final SecretCipher cloud = new KmsSecretCipher(new EncryptionKey.CloudKms(KMS_KEY), kms::post, clock);

    /** The part of Cloud KMS that we use: over HTTP, encrypting with additional authenticated data. */
    private final class FakeKms {
        private final SecretCipher inside = new AesSecretCipher(new EncryptionKey.Own(bytes(9)), SecureRandom::new);
        private final ConcurrentLinkedQueue<String> paths = new ConcurrentLinkedQueue<>();
        private volatile Optional<String> answer = Optional.empty();
        private volatile int status = 200;
        private HttpsServer server;

        void start() throws IOException {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(certificates.serverContext()));
            server.createContext("/", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                paths.add(exchange.getRequestURI().getPath());
                byte[] body = answer.orElseGet(() -> result(exchange)).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(body.length == 0 ? 400 : status, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        }

        /** Empty for what cannot be decrypted. */
        private String result(HttpExchange exchange) {
            try {
                Map<String, Object> request =
                        Json.parseObject(exchange.getRequestBody().readAllBytes());
                byte[] context = Base64.getDecoder().decode((String) request.get("additionalAuthenticatedData"));
                EncryptionContext place = new EncryptionContext(
                        new IdentityId("kms"), Base64.getEncoder().encodeToString(context), HOST, CA);
                if (exchange.getRequestURI().getPath().endsWith(":encrypt")) {
                    String encrypted = inside.encrypt(new Secret((String) request.get("plaintext")), place)
                            .text();
                    return Json.writeString(
                            Map.of("name", KMS_KEY + "/cryptoKeyVersions/1", "ciphertext", base64(encrypted)));
                }
                String encrypted = new String(
                        Base64.getDecoder().decode((String) request.get("ciphertext")), StandardCharsets.UTF_8);
                return Json.writeString(Map.of(
                        "plaintext",
                        inside.decrypt(new EncryptedSecret(encrypted), place).text()));
            } catch (Refused | IOException | MalformedJsonException | IllegalArgumentException e) {
                return "";
            }
        }

        GuardedHosts.Answer post(String path, byte[] json) throws IOException {
            return new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters())
                    .post(
                            URI.create(
                                    "https://localhost:" + server.getAddress().getPort() + path),
                            Optional.of(CaCertificates.parse(certificates.caCertificate())),
                            "ya29.token",
                            json);
        }
    }

    @BeforeEach
    void start() throws IOException {
        kms.start();
    }

    @AfterEach
    void stop() {
        kms.server.stop(0);
        certificates.close();
    }

    enum Kind {
        OWN,
        CLOUD;

        SecretCipher of(SecretCipherTest test) {
            return this == OWN ? test.own : test.cloud;
        }
    }

    @ParameterizedTest
    @EnumSource
    void decryptsWhatItEncryptedForThatPlace(Kind kind) throws Exception {
        EncryptedSecret encryptedSecret = kind.of(this).encrypt(SECRET, PLACE);
        assertThat(kind.of(this).decrypt(encryptedSecret, PLACE)).isEqualTo(SECRET);
        assertThat(encryptedSecret.text()).startsWith(kind == Kind.OWN ? "v2." : "kms2.");
        Secret long16k = new Secret("a".repeat(16 * 1024));
        assertThat(kind.of(this).decrypt(kind.of(this).encrypt(long16k, PLACE), PLACE))
                .isEqualTo(long16k);
    }

    @ParameterizedTest
    @MethodSource
    void opensItInNoOtherPlace(Kind kind, EncryptionContext other) throws Exception {
        EncryptedSecret encryptedSecret = kind.of(this).encrypt(SECRET, PLACE);
        assertUnreadable(kind.of(this), encryptedSecret, other);
    }

    static Stream<Arguments> opensItInNoOtherPlace() {
        IdentityId payments = new IdentityId("payments");
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(
                                new EncryptionContext(new IdentityId("payments2"), "kubernetesAuth.x", HOST, CA),
                                new EncryptionContext(new IdentityId("payment"), "kubernetesAuth.x", HOST, CA),
                                new EncryptionContext(payments, "kubernetesAuth.y", HOST, CA),
                                new EncryptionContext(payments, "", HOST, CA),
                                new EncryptionContext(payments, "kubernetesAuth.x", "kube.example.net:443", CA),
                                new EncryptionContext(payments, "kubernetesAuth.x", "kube.example.com:6443", CA),
                                new EncryptionContext(payments, "kubernetesAuth.x", HOST, CA.replace('f', 'e')),
                                new EncryptionContext(
                                        payments, "kubernetesAuth.x", HOST, EncryptionContext.SYSTEM_AUTHORITIES))
                        .map(place -> arguments(kind, place)));
    }

    /** What was bound only to identity and field was valid for any host; no key decrypts it in that form. */
    @ParameterizedTest
    @EnumSource
    void opensNothingOfTheOlderFormAndSaysWhatToDo(Kind kind) throws Exception {
        String ciphertext = kind.of(this).encrypt(SECRET, PLACE).text();
        EncryptedSecret older = new EncryptedSecret(ciphertext.replaceFirst("2\\.", "1."));
        assertUnreadable(kind.of(this), older, PLACE);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> kind.of(this).decrypt(older, PLACE))
                .withMessageContaining("older version")
                .withMessageContaining("set tokenReviewerJwt again");
    }

    @ParameterizedTest
    @EnumSource
    void sealsTheSameSecretDifferentlyEachTime(Kind kind) throws Exception {
        assertThat(kind.of(this).encrypt(SECRET, PLACE))
                .isNotEqualTo(kind.of(this).encrypt(SECRET, PLACE));
    }

    @Test
    void noticesAChangeToAnyByte() throws Exception {
        String text = own.encrypt(SECRET, PLACE).text();
        byte[] whole = Base64.getUrlDecoder().decode(text.substring(3));
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            assertUnreadable(own, v2(changed), PLACE);
        }
        for (int length = 12; length < whole.length; length++) {
            assertUnreadable(own, v2(Arrays.copyOf(whole, length)), PLACE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1.AAAAAAAAAAAAAAAA",
                "v2.AAAAAAAAAAAAAAAA",
                "v2.AAAAAAAAAAAAAAAAA",
                "kms1.AAAAAAAAAAAAAAAA",
                "kms2.AAAAAAAAAAAAAAAA"
            })
    void opensNothingThatItDidNotSeal(String text) {
        assertUnreadable(own, new EncryptedSecret(text), PLACE);
        assertUnreadable(cloud, new EncryptedSecret(text), PLACE);
    }

    @Test
    void readsTheOneSpellingThatItWrites() throws Exception {
        // Of a length that leaves spare bits in the last character.
        EncryptedSecret encryptedSecret = own.encrypt(new Secret("abc"), PLACE);
        String text = encryptedSecret.text();
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char last = text.charAt(text.length() - 1);
        assertThat(Base64.getUrlDecoder().decode(text.substring(3)).length % 3).isNotZero();
        char other = alphabet.charAt(alphabet.indexOf(last) + 1);
        assertUnreadable(own, new EncryptedSecret(text.substring(0, text.length() - 1) + other), PLACE);
    }

    @Test
    void opensNothingWithAnotherKeyOrWithNone() throws Exception {
        EncryptedSecret encryptedSecret = own.encrypt(SECRET, PLACE);
        assertUnreadable(
                new AesSecretCipher(new EncryptionKey.Own(bytes(2)), SecureRandom::new), encryptedSecret, PLACE);
        assertUnreadable(SecretCiphers.with(Optional.empty(), environment), encryptedSecret, PLACE);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(
                        () -> SecretCiphers.with(Optional.empty(), environment).encrypt(SECRET, PLACE))
                .returns(Reason.SECRET_UNREADABLE, Refused::reason)
                .withMessageContaining("SALLYPORT_ENCRYPTION_KEY");
    }

    // Cloud KMS.

    @Test
    void asksCloudKmsForItsKeyAndKeepsWhatItOpened() throws Exception {
        EncryptedSecret encryptedSecret = cloud.encrypt(SECRET, PLACE);
        cloud.decrypt(encryptedSecret, PLACE);
        cloud.decrypt(encryptedSecret, PLACE);
        assertThat(kms.paths).containsExactly("/v1/" + KMS_KEY + ":encrypt", "/v1/" + KMS_KEY + ":decrypt");
        clock.advance(KmsSecretCipher.KEPT.minusSeconds(1));
        kms.status = 403;
        assertThat(cloud.decrypt(encryptedSecret, PLACE)).isEqualTo(SECRET);
        clock.advance(Duration.ofSeconds(1));
        assertUnreadable(cloud, encryptedSecret, PLACE);
    }

    /** One identity's cached secret must not be available to another. */
    @Test
    void keepsWhatItOpenedForItsPlaceAlone() throws Exception {
        EncryptedSecret encryptedSecret = cloud.encrypt(SECRET, PLACE);
        cloud.decrypt(encryptedSecret, PLACE);
        assertUnreadable(
                cloud, encryptedSecret, new EncryptionContext(new IdentityId("thief"), PLACE.field(), HOST, CA));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"plaintext\": 5}", "{\"plaintext\": \"*\"}", "<html>"})
    void takesNoOtherAnswerOfCloudKms(String answer) throws Exception {
        EncryptedSecret encryptedSecret = cloud.encrypt(SECRET, PLACE);
        kms.answer = Optional.of(answer);
        assertUnreadable(cloud, encryptedSecret, PLACE);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> cloud.encrypt(SECRET, PLACE))
                .returns(Reason.SECRET_UNREADABLE, Refused::reason);
    }

    @Test
    void couldNotReachCloudKms() throws Exception {
        EncryptedSecret encryptedSecret = cloud.encrypt(SECRET, PLACE);
        kms.server.stop(0);
        assertUnreadable(cloud, encryptedSecret, PLACE);
    }

    // The key, and what is reported about it.

    @Test
    void isConfiguredAsAKeyOrAsANameOfOne() throws Exception {
        EncryptionKey key = EncryptionKey.parse(Base64.getEncoder().encodeToString(bytes(1)) + "\n");
        assertThat(SecretCiphers.with(Optional.of(key), environment).decrypt(own.encrypt(SECRET, PLACE), PLACE))
                .isEqualTo(SECRET);
        assertThat(EncryptionKey.parse("gcpkms:" + KMS_KEY)).isEqualTo(new EncryptionKey.CloudKms(KMS_KEY));
        assertThat(SecretCiphers.with(Optional.of(EncryptionKey.parse("gcpkms:" + KMS_KEY)), environment))
                .hasToString("KmsSecretCipher[" + KMS_KEY + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "canary",
                "canary-canary-canary-canary-cana",
                "Y2FuYXJ5",
                "gcpkms:",
                "gcpkms:projects/p",
                "gcpkms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
                "gcpkms:projects/p/locations/l/keyRings/r/cryptoKeys/..%2f",
                "gcpkms:https://evil.example/projects/p/locations/l/keyRings/r/cryptoKeys/k"
            })
    void isNothingElseAndIsNotRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EncryptionKey.parse(text))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary", "Y2FuYXJ5"));
        Map<String, String> variables = new HashMap<>(Map.of("SALLYPORT_ENCRYPTION_KEY", text + " "));
        if (!text.isEmpty()) {
            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(() -> Settings.forIssuing(variables))
                    .satisfies(e -> assertThat(e.faults())
                            .anySatisfy(fault -> assertThat(fault)
                                    .startsWith("SALLYPORT_ENCRYPTION_KEY must be")
                                    .doesNotContain("canary", "Y2FuYXJ5")));
        }
    }

    @Test
    void showsNoSecretAndNoKey() throws Exception {
        String key = Base64.getEncoder().encodeToString(bytes(1));
        assertThat(List.of(
                        SECRET.toString(),
                        own.encrypt(SECRET, PLACE).toString(),
                        EncryptionKey.parse(key).toString(),
                        own.toString()))
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain("canary", key.substring(0, 8))
                        .doesNotContain("v2.AA"));
        assertThat(own.encrypt(SECRET, PLACE).toString()).isEqualTo("EncryptedSecret[v2]");
    }

    private static EncryptedSecret v2(byte[] whole) {
        return new EncryptedSecret(
                "v2." + Base64.getUrlEncoder().withoutPadding().encodeToString(whole));
    }

    private static void assertUnreadable(
            SecretCipher cipher, EncryptedSecret encryptedSecret, EncryptionContext place) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> cipher.decrypt(encryptedSecret, place))
                .returns(Reason.SECRET_UNREADABLE, Refused::reason)
                .satisfies(refused -> assertThat(refused.detail()).doesNotContain("canary", encryptedSecret.text()));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return bytes;
    }
}
