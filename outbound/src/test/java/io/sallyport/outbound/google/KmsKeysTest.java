package io.sallyport.outbound.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.json.Json;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.outbound.Resolver;
import io.sallyport.simulated.google.SimulatedKms;
import io.sallyport.testing.TestClock;
import io.sallyport.token.AccessToken;
import io.sallyport.token.KeyState;
import io.sallyport.token.KmsKeyVersion;
import io.sallyport.token.SessionId;
import io.sallyport.token.Signer;
import io.sallyport.token.SigningKey;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TrustedIps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KmsKeysTest {
    private static final String KEY = "projects/p/locations/global/keyRings/sallyport/cryptoKeys/tokens";
    private static final KmsKeyVersion VERSION = new KmsKeyVersion(KEY + "/cryptoKeyVersions/1");
    private static final KmsKeyVersion OTHER = new KmsKeyVersion(KEY + "/cryptoKeyVersions/2");
    private static final byte[] INPUT = "header.claims".getBytes(StandardCharsets.US_ASCII);

    private final SimulatedKms kms = SimulatedKms.start();
    private final KmsKeys keys = keys(new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()));

    @AfterEach
    void stop() {
        kms.close();
    }

    private KmsKeys keys(HttpsGuardedHosts https) {
        return new KmsKeys(new HttpsCloudKms(
                kms.origin(), https, Optional.of(CaCertificates.parse(kms.caCertificate())), () -> "ya29.token"));
    }

    private SigningKeys keySet(KmsKeyVersion version) throws Refused {
        return SigningKeys.parsePrivate(SigningKey.writeSet(
                List.of(SigningKey.ofKms(version, keys.publicKey(version), KeyState.CURRENT, TestClock.START))));
    }

    private Signer signer(String algorithm) throws Refused {
        kms.createVersion(VERSION.name(), algorithm);
        return keySet(VERSION).signer(() -> keys);
    }

    @ParameterizedTest
    @CsvSource({
        "EC_SIGN_P256_SHA256, ES256",
        "RSA_SIGN_PKCS1_2048_SHA256, RS256",
        "RSA_SIGN_PKCS1_3072_SHA256, RS256",
        "RSA_SIGN_PKCS1_4096_SHA256, RS256"
    })
    void mintsTokensThatThePublishedKeyVerifies(String kmsAlgorithm, String algorithm) throws Exception {
        kms.createVersion(VERSION.name(), kmsAlgorithm);
        SigningKeys set = keySet(VERSION);
        TokenMinter minter = new TokenMinter("https://login.example.com", set.signer(() -> keys));
        JWK published =
                JWKSet.parse(Json.writeString(set.published())).getKeys().get(0);
        assertThat(published.getAlgorithm().getName()).isEqualTo(algorithm);
        // Often enough to get R and S of every length that DER encodes.
        for (int i = 0; i < 50; i++) {
            SignedJWT token = SignedJWT.parse(minter.mint(token(i)));
            assertThat(token.getHeader().getKeyID()).isEqualTo(published.getKeyID());
            assertThat(token.verify(
                            algorithm.equals("ES256")
                                    ? new ECDSAVerifier(published.toECKey())
                                    : new RSASSAVerifier(published.toRSAKey())))
                    .isTrue();
        }
        assertThat(kms.signatures()).as("one call for each token").isEqualTo(50);
        assertThat(kms.publicKeys()).as("for the set was made once").isEqualTo(1);
    }

    private static AccessToken token(int number) {
        return new AccessToken(
                "token-" + number,
                new AccessToken.Subject(new IdentityId("payments"), "Payments", "no-access", Map.of()),
                new AccessToken.Session(
                        new SessionId("session-00000000000001"),
                        TestClock.START,
                        "gcp",
                        Map.of(),
                        0,
                        TrustedIps.ANYWHERE),
                AccessToken.Target.own("orders"),
                TestClock.START,
                TestClock.START.plusSeconds(60));
    }

    @Test
    void publishesTheKeyWithoutAskingForItOrNamingIt() throws Exception {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        SigningKeys set = keySet(VERSION);
        kms.close();
        assertThat(Json.writeString(set.published()))
                .contains("\"kty\":\"EC\"", "\"alg\":\"ES256\"")
                .doesNotContain("projects/", "state");
    }

    /** If it used the first enabled version instead, tokens would be signed with a key that the set does not name. */
    @Test
    void signsWithTheVersionThatIsNamedHoweverManyAreEnabled() throws Exception {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        kms.createVersion(OTHER.name(), "EC_SIGN_P256_SHA256");
        assertThat(keySet(VERSION).signer(() -> keys).sign(INPUT)).hasSize(64);
        assertThat(keySet(OTHER).signer(() -> keys).sign(INPUT)).hasSize(64);
    }

    @Test
    void signsAgainWhenADisabledVersionIsEnabled() throws Exception {
        Signer signer = signer("EC_SIGN_P256_SHA256");
        kms.disable(VERSION.name());
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> signer.sign(INPUT));
        kms.enable(VERSION.name());
        assertThat(signer.sign(INPUT)).hasSize(64);
    }

    @ParameterizedTest
    @CsvSource({
        "400, KEYS_UNAVAILABLE",
        "401, KEYS_UNAVAILABLE",
        "403, KEYS_UNAVAILABLE",
        "404, KEYS_UNAVAILABLE",
        "500, KEYS_UNAVAILABLE",
        "503, KEYS_UNAVAILABLE",
        "504, KEYS_TIMEOUT"
    })
    void signsNothingWhenCloudKmsAnswersWithStatus(int status, Reason reason) throws Exception {
        Signer signer = signer("EC_SIGN_P256_SHA256");
        kms.behaviour().fail(status);
        assertRefused(reason, () -> signer.sign(INPUT));
        assertThat(kms.signatures()).as("it is not asked twice").isEqualTo(1);
        assertRefused(reason, () -> keys.publicKey(VERSION));
    }

    // When the quota is exceeded.

    private KmsKeys patient(HttpsCloudKms.Pause pause, LongSupplier nanos) {
        return new KmsKeys(new HttpsCloudKms(
                kms.origin(),
                new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()),
                Optional.of(CaCertificates.parse(kms.caCertificate())),
                () -> "ya29.token",
                nanos,
                pause));
    }

    @Test
    void asksAgainAfterGrowingPausesWhenTheQuotaIsExceeded() throws Exception {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        SigningKeys set = keySet(VERSION);
        List<Long> pauses = new ArrayList<>();
        kms.behaviour().failNext(7, 429);
        KmsKeys patient = patient(pauses::add, () -> 0);
        assertThat(set.signer(() -> patient).sign(INPUT)).hasSize(64);
        assertThat(kms.signatures()).isEqualTo(8);
        List<Long> ceilings = List.of(50L, 100L, 200L, 400L, 800L, 1000L, 1000L);
        assertThat(pauses).hasSameSizeAs(ceilings);
        for (int i = 0; i < pauses.size(); i++) {
            assertThat(pauses.get(i)).isBetween(ceilings.get(i) / 2, ceilings.get(i));
        }
    }

    @Test
    void givesUpOnAnExceededQuotaAtTheDeadline() throws Exception {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        SigningKeys set = keySet(VERSION);
        kms.behaviour().fail(429);
        AtomicLong now = new AtomicLong();
        KmsKeys patient = patient(millis -> now.addAndGet(millis * 1_000_000), now::get);
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> set.signer(() -> patient).sign(INPUT));
        assertThat(now.get())
                .isBetween(
                        HttpsGuardedHosts.WHOLE_CALL.minusSeconds(1).toNanos(), HttpsGuardedHosts.WHOLE_CALL.toNanos());
        assertThat(kms.signatures()).isBetween(12, 24);
    }

    @Test
    void givesUpOnAnExceededQuotaWhenInterrupted() throws Exception {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        SigningKeys set = keySet(VERSION);
        kms.behaviour().fail(429);
        KmsKeys patient = patient(
                millis -> {
                    throw new InterruptedException();
                },
                () -> 0);
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> set.signer(() -> patient).sign(INPUT));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(kms.signatures()).isEqualTo(1);
    }

    /** A new TLS handshake for every token would cost six times the signature. */
    @Test
    void keepsItsConnection() throws Exception {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        AtomicInteger lookups = new AtomicInteger();
        KmsKeys kept = keys(new HttpsGuardedHosts(
                AddressPolicy.forSimulatedClusters(),
                host -> {
                    lookups.incrementAndGet();
                    return Resolver.SYSTEM.resolve(host);
                },
                System::nanoTime));
        Signer signer = keySet(VERSION).signer(() -> kept);
        for (int i = 0; i < 100; i++) {
            signer.sign(INPUT);
        }
        assertThat(lookups.get()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource
    void givesOutNoSignatureWhen(String flaw, Consumer<SimulatedKms> flawed) throws Exception {
        Signer signer = signer("EC_SIGN_P256_SHA256");
        flawed.accept(kms);
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> signer.sign(INPUT));
    }

    static Stream<Arguments> givesOutNoSignatureWhen() {
        return Stream.of(
                flaw("the checksum is another", kms -> kms.behaviour().put("signatureCrc32c", "1")),
                flaw("the checksum is none", kms -> kms.behaviour().put("signatureCrc32c", true)),
                flaw("there is no checksum", kms -> kms.behaviour().leaveOut("signatureCrc32c")),
                flaw("the digest was not checked", kms -> kms.behaviour().put("verifiedDigestCrc32c", false)),
                flaw("nothing is said of the digest", kms -> kms.behaviour().leaveOut("verifiedDigestCrc32c")),
                flaw("another version signed", kms -> kms.behaviour().put("name", OTHER.name())),
                flaw("no version is named", kms -> kms.behaviour().leaveOut("name")),
                flaw("there is no signature", kms -> kms.behaviour().leaveOut("signature")),
                flaw("the signature is a number", kms -> kms.behaviour().put("signature", 5)),
                flaw("the signature is not base64", kms -> kms.behaviour().put("signature", "*")),
                flaw("the signature is empty", kms -> kms.behaviour().signWith(new byte[0])),
                flaw("the signature is no DER", kms -> kms.behaviour().signWith(new byte[64])),
                // The version was destroyed and its name cannot be reused; but a set can be edited.
                flaw("the key is another", kms -> kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256")),
                flaw(
                        "the key is of another kind",
                        kms -> kms.createVersion(VERSION.name(), "RSA_SIGN_PKCS1_2048_SHA256")),
                flaw("the answer is an array", kms -> kms.behaviour().answerWith("[]")),
                flaw("the answer is a page", kms -> kms.behaviour().answerWith("<html>")),
                flaw("the answer breaks off", kms -> kms.behaviour().truncate()),
                flaw("nothing listens", SimulatedKms::close));
    }

    private static Arguments flaw(String name, Consumer<SimulatedKms> flawed) {
        return arguments(name, flawed);
    }

    @Test
    void givesOutNoSignatureInDerThatIsCutOrChanged() throws Exception {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        SigningKeys set = keySet(VERSION);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(INPUT);
        byte[] der = keys.sign(VERSION, digest);
        assertThat(set.signer(() -> (key, sha256) -> der).sign(INPUT)).hasSize(64);
        for (int length = 0; length < der.length; length++) {
            byte[] cut = Arrays.copyOf(der, length);
            assertRefused(
                    Reason.KEYS_UNAVAILABLE,
                    () -> set.signer(() -> (key, sha256) -> cut).sign(INPUT));
        }
        for (int i = 0; i < der.length; i++) {
            byte[] changed = der.clone();
            changed[i] ^= 0x55;
            assertRefused(
                    Reason.KEYS_UNAVAILABLE,
                    () -> set.signer(() -> (key, sha256) -> changed).sign(INPUT));
        }
    }

    @Test
    void saysSoWhenCloudKmsIsTooSlow() throws Exception {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        SigningKeys set = keySet(VERSION);
        // When it begins, all but a moment of the call's time has passed.
        AtomicInteger asked = new AtomicInteger();
        long almostAll = HttpsGuardedHosts.WHOLE_CALL.minusMillis(900).toNanos();
        KmsKeys slow = keys(new HttpsGuardedHosts(
                AddressPolicy.forSimulatedClusters(),
                Resolver.SYSTEM,
                () -> System.nanoTime() + (asked.getAndIncrement() == 0 ? 0 : almostAll)));
        kms.behaviour().hold();
        assertRefused(Reason.KEYS_TIMEOUT, () -> set.signer(() -> slow).sign(INPUT));
        assertThat(kms.signatures()).isEqualTo(1);
    }

    @Test
    void saysSoWhenThereAreNoCredentials() throws Exception {
        Signer signer = keySetOfNewVersion()
                .signer(() -> new KmsKeys(new HttpsCloudKms(
                        kms.origin(),
                        new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()),
                        Optional.of(CaCertificates.parse(kms.caCertificate())),
                        () -> {
                            throw new IOException("no default credentials");
                        })));
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> signer.sign(INPUT));
        assertThat(kms.signatures()).isZero();
    }

    private SigningKeys keySetOfNewVersion() throws Refused {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        return keySet(VERSION);
    }

    @ParameterizedTest
    @MethodSource
    void takesNoPublicKeyWhen(String flaw, Consumer<SimulatedKms> flawed) {
        kms.createVersion(VERSION.name(), "EC_SIGN_P256_SHA256");
        flawed.accept(kms);
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> keys.publicKey(VERSION));
    }

    static Stream<Arguments> takesNoPublicKeyWhen() {
        return Stream.of(
                flaw("the checksum is another", kms -> kms.behaviour().put("pemCrc32c", "1")),
                flaw("there is no checksum", kms -> kms.behaviour().leaveOut("pemCrc32c")),
                flaw("it is another version's", kms -> kms.behaviour().put("name", OTHER.name())),
                flaw("no version is named", kms -> kms.behaviour().leaveOut("name")),
                flaw("there is no algorithm", kms -> kms.behaviour().leaveOut("algorithm")),
                flaw(
                        "it is for another algorithm",
                        kms -> kms.behaviour().put("algorithm", "RSA_SIGN_PKCS1_2048_SHA256")),
                flaw("there is none", kms -> kms.behaviour().leaveOut("pem")),
                flaw("the version is disabled", kms -> kms.disable(VERSION.name())),
                flaw("nothing listens", SimulatedKms::close));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC_SIGN_P384_SHA384", "RSA_SIGN_PSS_2048_SHA256", "RSA_DECRYPT_OAEP_2048_SHA256"})
    void takesNoKeyForAnotherAlgorithm(String algorithm) {
        kms.createVersion(VERSION.name(), algorithm);
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, () -> keys.publicKey(VERSION));
    }

    @Test
    void takesNoKeyOnAnotherCurveThanItsAlgorithmSays() {
        kms.createVersion(VERSION.name(), "EC_SIGN_P384_SHA384");
        kms.behaviour().put("algorithm", "EC_SIGN_P256_SHA256");
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> keys.publicKey(VERSION));
    }

    @Test
    void doesNotKnowAVersionThatIsNotThere() {
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> keys.publicKey(OTHER));
    }

    @Test
    void tellsWhichKeyItSignsWith() throws Exception {
        assertThat(signer("EC_SIGN_P256_SHA256")).hasToString("KmsSigner[" + VERSION + "]");
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(call)
                .returns(reason, Refused::reason)
                .satisfies(refused -> assertThat(refused.detail()).doesNotContain("ya29"));
    }
}
