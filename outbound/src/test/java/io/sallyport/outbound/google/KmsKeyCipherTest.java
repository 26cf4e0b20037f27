package io.sallyport.outbound.google;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.outbound.Resolver;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.simulated.google.SimulatedKms;
import io.sallyport.token.managed.KeyCipher;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KmsKeyCipherTest {
    private static final String KEY = "projects/p/locations/global/keyRings/sallyport/cryptoKeys/signing-keys";
    private static final byte[] PRIVATE = "canary of a private key".getBytes(UTF_8);
    private static final byte[] BOUND = "issuer\nkid\ntimes".getBytes(UTF_8);

    private final SimulatedKms kms = SimulatedKms.start();
    private final KeyCipher cipher = cipher(KEY, new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()));

    @BeforeEach
    void createKey() {
        kms.createKey(KEY);
    }

    @AfterEach
    void stop() {
        kms.close();
    }

    private KeyCipher cipher(String key, HttpsGuardedHosts https) {
        return new KmsKeyCipher(
                new EncryptionKey.CloudKms(key),
                new HttpsCloudKms(
                        kms.origin(),
                        https,
                        Optional.of(CaCertificates.parse(kms.caCertificate())),
                        () -> "ya29.token"));
    }

    @Test
    void decryptsWhatItEncrypted() throws Refused {
        String ciphertext = cipher.encrypt(PRIVATE, BOUND);
        assertThat(ciphertext).matches("kms\\.[A-Za-z0-9_-]+");
        assertThat(cipher.decrypt(ciphertext, BOUND)).isEqualTo(PRIVATE);
        assertThat(kms.encryptions()).isEqualTo(1);
        assertThat(kms.decryptions()).isEqualTo(1);
    }

    @Test
    void decryptsNothingThatIsBoundToSomethingElse() throws Refused {
        String ciphertext = cipher.encrypt(PRIVATE, BOUND);
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> cipher.decrypt(ciphertext, "other".getBytes(UTF_8)));
    }

    @Test
    void decryptsNothingOfAnotherKey() throws Refused {
        String other = KEY + "-other";
        kms.createKey(other);
        String ciphertext = cipher(other, new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()))
                .encrypt(PRIVATE, BOUND);
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> cipher.decrypt(ciphertext, BOUND));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kms.", "kms.AAAA", "kms.*", "aes.AAAAAAAAAAAAAAAAAAAAAAAA", "AAAA"})
    void decryptsNothingThatIsNoCiphertext(String text) {
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> cipher.decrypt(text, BOUND));
    }

    @ParameterizedTest
    @CsvSource({
        "400, KEYS_UNAVAILABLE",
        "401, KEYS_UNAVAILABLE",
        "403, KEYS_UNAVAILABLE",
        "404, KEYS_UNAVAILABLE",
        "408, KEYS_TIMEOUT",
        "500, KEYS_UNAVAILABLE",
        "503, KEYS_UNAVAILABLE",
        "504, KEYS_TIMEOUT"
    })
    void isUndecidedWhenCloudKmsAnswersWithStatus(int status, Reason reason) throws Refused {
        String ciphertext = cipher.encrypt(PRIVATE, BOUND);
        kms.behaviour().fail(status);
        assertRefused(reason, () -> cipher.encrypt(PRIVATE, BOUND));
        assertRefused(reason, () -> cipher.decrypt(ciphertext, BOUND));
        assertThat(kms.decryptions()).as("it is not asked twice").isEqualTo(1);
    }

    private static Arguments flaw(String name, Consumer<SimulatedKms> flawed) {
        return arguments(name, flawed);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void storesNothingWhen(String flaw, Consumer<SimulatedKms> flawed) {
        flawed.accept(kms);
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> cipher.encrypt(PRIVATE, BOUND));
    }

    static Stream<Arguments> storesNothingWhen() {
        return Stream.of(
                flaw("the checksum is another", kms -> kms.behaviour().put("ciphertextCrc32c", "1")),
                flaw("there is no checksum", kms -> kms.behaviour().leaveOut("ciphertextCrc32c")),
                flaw("the plaintext was not checked", kms -> kms.behaviour().put("verifiedPlaintextCrc32c", false)),
                flaw("nothing is said of it", kms -> kms.behaviour().leaveOut("verifiedPlaintextCrc32c")),
                flaw(
                        "what it is bound to was not checked",
                        kms -> kms.behaviour().put("verifiedAdditionalAuthenticatedDataCrc32c", false)),
                flaw(
                        "nothing is said of that",
                        kms -> kms.behaviour().leaveOut("verifiedAdditionalAuthenticatedDataCrc32c")),
                flaw("another key encrypted", kms -> kms.behaviour().put("name", KEY + "-other/cryptoKeyVersions/1")),
                flaw("no key is named", kms -> kms.behaviour().leaveOut("name")),
                flaw("there is no ciphertext", kms -> kms.behaviour().leaveOut("ciphertext")),
                flaw("the answer is a page", kms -> kms.behaviour().answerWith("<html>")),
                flaw("the answer breaks off", kms -> kms.behaviour().truncate()),
                flaw("no one answers", SimulatedKms::close));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void decryptsNothingWhen(String flaw, Consumer<SimulatedKms> flawed) throws Refused {
        String ciphertext = cipher.encrypt(PRIVATE, BOUND);
        flawed.accept(kms);
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> cipher.decrypt(ciphertext, BOUND));
    }

    static Stream<Arguments> decryptsNothingWhen() {
        return Stream.of(
                flaw("the checksum is another", kms -> kms.behaviour().put("plaintextCrc32c", "1")),
                flaw("there is no checksum", kms -> kms.behaviour().leaveOut("plaintextCrc32c")),
                flaw("there is no plaintext", kms -> kms.behaviour().leaveOut("plaintext")),
                flaw("the plaintext is not base64", kms -> kms.behaviour().put("plaintext", "*")),
                flaw("the answer is an array", kms -> kms.behaviour().answerWith("[]")),
                flaw("the answer breaks off", kms -> kms.behaviour().truncate()),
                flaw("no one answers", SimulatedKms::close));
    }

    @Test
    void saysSoWhenCloudKmsIsTooSlow() {
        // Of the whole call's time, all but a moment is over once it began.
        AtomicInteger asked = new AtomicInteger();
        long almostAll = HttpsGuardedHosts.WHOLE_CALL.minusMillis(900).toNanos();
        KeyCipher slow = cipher(
                KEY,
                new HttpsGuardedHosts(
                        AddressPolicy.forSimulatedClusters(),
                        Resolver.SYSTEM,
                        () -> System.nanoTime() + (asked.getAndIncrement() == 0 ? 0 : almostAll)));
        kms.behaviour().hold();
        assertRefused(Reason.KEYS_TIMEOUT, () -> slow.encrypt(PRIVATE, BOUND));
    }

    @Test
    void saysSoWhenThereAreNoCredentials() {
        KeyCipher without = new KmsKeyCipher(new EncryptionKey.CloudKms(KEY), (path, json) -> {
            throw new IOException("no default credentials");
        });
        assertRefused(Reason.KEYS_UNAVAILABLE, () -> without.encrypt(PRIVATE, BOUND));
    }

    @Test
    void namesItsKeyAlone() {
        assertThat(cipher).hasToString("KmsKeyCipher[" + KEY + "]");
    }

    private static void assertRefused(Reason reason, ThrowingCallable call) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(call)
                .returns(reason, Refused::reason)
                .satisfies(refused -> assertThat(refused.detail()).doesNotContain("ya29", "canary"));
    }
}
