package io.sallyport.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.testing.TestEnvironment;
import io.sallyport.token.managed.KeyCipher;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ManagedKeySettingsTest {
    private static final String SIGNING = "SALLYPORT_SIGNING_KEYS";
    private static final String PUBLIC = "SALLYPORT_PUBLIC_KEYS";
    private static final String STORE = "SALLYPORT_STORE";
    private static final String DATABASE = "SALLYPORT_KEY_DATABASE";
    private static final String ENCRYPTION = "SALLYPORT_ENCRYPTION_KEY";
    private static final String KMS = "projects/p/locations/l/keyRings/r/cryptoKeys/signing-keys";
    private static final String OWN = Base64.getEncoder().encodeToString(new byte[32]);

    private final Map<String, String> issuing = new HashMap<>(Map.of(
            "SALLYPORT_ISSUER",
            "https://login.example.com",
            SIGNING,
            "managed:" + KMS,
            STORE,
            "firestore:p/sallyport"));
    private final Map<String, String> verifying = new HashMap<>(Map.of(
            "SALLYPORT_ISSUER", "https://login.example.com", PUBLIC, "managed", STORE, "firestore-rest:p/sallyport"));

    @ParameterizedTest
    @ValueSource(strings = {"managed:" + KMS, "managed:gcpkms:" + KMS})
    void namesTheKeyOfCloudKmsThatEncryptsKeys(String value) {
        issuing.put(SIGNING, value);
        Settings settings = Settings.forIssuing(issuing);
        ManagedKeySettings managed = settings.managedKeys().orElseThrow();
        assertThat(managed.key()).contains(new EncryptionKey.CloudKms(KMS));
        assertThat(managed.schedule().rotation()).isEqualTo(Duration.ofDays(7));
        assertThat(managed.rsa()).isFalse();
        assertThat(managed.earlier()).isEmpty();
        assertThatIllegalStateException().isThrownBy(settings::keys);
    }

    @Test
    void readsAKeyOfOurOwnFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "managed:" + OWN + "\n");
        issuing.remove(SIGNING);
        issuing.put(SIGNING + "_FILE", file.toString());
        assertThat(Settings.forIssuing(issuing).managedKeys().orElseThrow().key())
                .containsInstanceOf(EncryptionKey.Own.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"managed", "managed:", "managed:x", "managed:gcpkms:x", "managed:projects/p", "managed-key"})
    void refusesWhatNamesNoKey(String value) {
        issuing.put(SIGNING, value);
        assertFaults(() -> Settings.forIssuing(issuing), SIGNING);
    }

    @ParameterizedTest
    @CsvSource({
        "firestore:p/sallyport, firestore:p/sallyport-keys",
        "firestore-rest:p/sallyport, firestore-rest:p/sallyport-keys",
        "firestore:p/(default), firestore:p/sallyport-keys"
    })
    void keepsKeysInADatabaseBesideTheStore(String store, String database) {
        issuing.put(STORE, store);
        assertThat(Settings.forIssuing(issuing).managedKeys().orElseThrow().database())
                .contains(StoreAddress.parse(database));
        issuing.put(DATABASE, "firestore:other/keys");
        assertThat(Settings.forIssuing(issuing).managedKeys().orElseThrow().database())
                .contains(StoreAddress.parse("firestore:other/keys"));
    }

    /** Who may write sessions must not be able to write keys. */
    @ParameterizedTest
    @ValueSource(strings = {"firestore:p/sallyport", "firestore-rest:p/sallyport"})
    void refusesTheDatabaseOfIdentities(String database) {
        issuing.put(DATABASE, database);
        verifying.put(DATABASE, database);
        assertFaults(() -> Settings.forIssuing(issuing), DATABASE);
        assertFaults(() -> Settings.forVerifying(verifying), DATABASE);
        assertFaults(() -> ManagedKeySettings.forRotating(issuing, false), DATABASE);
    }

    @ParameterizedTest
    @CsvSource({"gcpkms:" + KMS, "own"})
    void refusesTheKeyThatEncryptsOtherSecrets(String key) {
        issuing.put(ENCRYPTION, key.equals("own") ? OWN : key);
        issuing.put(SIGNING, "managed:" + issuing.get(ENCRYPTION));
        assertFaults(() -> Settings.forIssuing(issuing), SIGNING);
        issuing.put(
                ENCRYPTION, Base64.getEncoder().encodeToString("x".repeat(32).getBytes(StandardCharsets.UTF_8)));
        assertThat(Settings.forIssuing(issuing).managedKeys()).isPresent();
    }

    @Test
    void doesNotTellAProcessThatVerifiesHowKeysAreEncrypted() {
        assertThat(Settings.forVerifying(verifying).managedKeys().orElseThrow().key())
                .isEmpty();
        verifying.put(PUBLIC, "managed:" + KMS);
        assertFaults(() -> Settings.forVerifying(verifying), PUBLIC);
    }

    @Test
    void takesTheVariableOfEachProcessAlone() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        issuing.put(SIGNING, new JWKSet(key).toString(false));
        issuing.put(PUBLIC, "managed");
        assertThat(Settings.forIssuing(issuing).managedKeys()).isEmpty();
        assertThat(Settings.forVerifying(issuing).managedKeys()).isPresent();
    }

    @Test
    void needsADatabaseWhereThereIsNoStore() {
        verifying.remove(STORE);
        assertFaults(() -> Settings.forPublishing(verifying), DATABASE);
        verifying.put(DATABASE, "firestore:p/keys");
        assertThat(Settings.forPublishing(verifying).managedKeys()).isPresent();
        issuing.remove(STORE);
        assertFaults(() -> ManagedKeySettings.forRotating(issuing, false), DATABASE);
        assertThat(ManagedKeySettings.forRotating(issuing, true).keys().database())
                .isEmpty();
        assertThat(Settings.forServing(issuing).managedKeys().orElseThrow().database())
                .isEmpty();
    }

    @Test
    void readsScheduleAlgorithmAndEarlierKeys() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        issuing.put("SALLYPORT_KEY_ROTATION_DAYS", "30");
        issuing.put("SALLYPORT_KEY_ALGORITHM", "RS256");
        issuing.put("SALLYPORT_EARLIER_KEYS", new JWKSet(key).toString(true));
        ManagedKeySettings managed = Settings.forIssuing(issuing).managedKeys().orElseThrow();
        assertThat(managed.schedule().rotation()).isEqualTo(Duration.ofDays(30));
        assertThat(managed.rsa()).isTrue();
        assertThat(managed.earlier()).hasSize(1);
    }

    @Test
    void namesEveryValueThatIsNotValid() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        issuing.put("SALLYPORT_KEY_ROTATION_DAYS", "0");
        issuing.put("SALLYPORT_KEY_ALGORITHM", "PS256");
        issuing.put("SALLYPORT_EARLIER_KEYS", new JWKSet(key).toString(false));
        issuing.put(DATABASE, "keys");
        assertFaults(
                () -> Settings.forIssuing(issuing),
                DATABASE,
                "SALLYPORT_EARLIER_KEYS",
                "SALLYPORT_KEY_ROTATION_DAYS",
                "SALLYPORT_KEY_ALGORITHM");
    }

    @Test
    void encryptsWithAKeyOfOurOwn() throws Refused {
        KeyCipher cipher = new AesKeyCipher(new EncryptionKey.Own(new byte[32]), SecureRandom::new);
        byte[] plaintext = "canary".getBytes(StandardCharsets.UTF_8);
        byte[] bound = "bound".getBytes(StandardCharsets.UTF_8);
        String ciphertext = cipher.encrypt(plaintext, bound);
        assertThat(cipher.decrypt(ciphertext, bound)).isEqualTo(plaintext);
        byte[] other = new byte[32];
        other[0] = 1;
        KeyCipher another = new AesKeyCipher(new EncryptionKey.Own(other), SecureRandom::new);
        for (ThrowingCallable wrong : List.<ThrowingCallable>of(
                () -> cipher.decrypt(ciphertext, plaintext),
                () -> another.decrypt(ciphertext, bound),
                () -> cipher.decrypt("", bound),
                () -> cipher.decrypt("aes.", bound),
                () -> cipher.decrypt("aes.*", bound),
                () -> cipher.decrypt("kms." + ciphertext.substring(4), bound))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(wrong)
                    .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
        }
    }

    /** The settings say where; nothing is opened before it is needed. */
    @Test
    void opensNoDatabaseBeforeItIsNeeded() {
        Settings settings = Settings.forIssuing(issuing);
        assertThat(Stores.of(settings, new TestEnvironment().environment()).keys())
                .isPresent();
    }

    private static void assertFaults(ThrowingCallable reading, String... beginnings) {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(reading)
                .satisfies(invalid -> {
                    assertThat(invalid.faults()).as("%s", invalid.faults()).hasSameSizeAs(beginnings);
                    for (int i = 0; i < beginnings.length; i++) {
                        assertThat(invalid.faults().get(i)).startsWith(beginnings[i] + " ");
                        assertThat(invalid.faults().get(i)).doesNotContain(OWN);
                    }
                });
    }
}
