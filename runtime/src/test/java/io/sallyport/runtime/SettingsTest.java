package io.sallyport.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.jwt.HostNotAllowedException;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.testing.NoKms;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

final class SettingsTest {
    private static final String ISSUER = "SALLYPORT_ISSUER";
    private static final String SIGNING_KEYS = "SALLYPORT_SIGNING_KEYS";
    private static final String PUBLIC_KEYS = "SALLYPORT_PUBLIC_KEYS";
    private static final String STORE = "SALLYPORT_STORE";
    private static final String CACHE = "SALLYPORT_IDENTITY_CACHE_SECONDS";
    private static final String HOPS = "SALLYPORT_FORWARDED_HOPS";

    private static final ECKey KEY = generate();
    private static final String PRIVATE = new JWKSet(KEY).toString(false);
    private static final String PUBLIC = new JWKSet(KEY).toString(true);

    private final Map<String, String> issuing = new HashMap<>(Map.of(
            ISSUER, "https://login.example.com",
            SIGNING_KEYS, PRIVATE,
            STORE, "firestore:our-project/sallyport"));
    private final Map<String, String> publishing =
            new HashMap<>(Map.of(ISSUER, "https://login.example.com", PUBLIC_KEYS, PUBLIC));

    @TempDir
    Path directory;

    @Test
    void readsWhatExplainingNeedsAndNoMore() {
        assertThat(Settings.forExplaining(publishing).store()).isEmpty();
        assertThat(Settings.forExplaining(publishing).keys().published())
                .isEqualTo(Settings.forExplaining(issuing).keys().published());
        assertThat(Settings.forExplaining(issuing).store())
                .contains(new StoreAddress("our-project", "sallyport", false));
        assertFaults(() -> Settings.forExplaining(Map.of()), ISSUER, "either " + SIGNING_KEYS);
    }

    @Test
    void readsWhatAFunctionThatIssuesNeeds() throws Exception {
        Settings settings = Settings.forIssuing(issuing);

        assertThat(settings.issuer()).isEqualTo(new Issuer("https://login.example.com"));
        assertThat(settings.keys().signer(NoKms.SUPPLIER).keyId())
                .isEqualTo(KEY.computeThumbprint().toString());
        assertThat(settings.store()).contains(new StoreAddress("our-project", "sallyport", false));
        assertThat(settings.identityCache()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.forwardedHops()).isZero();
    }

    @Test
    void readsWhatAFunctionThatPublishesNeedsAndNothingToSignWith() {
        Settings settings = Settings.forPublishing(publishing);

        assertThat(settings.issuer()).isEqualTo(new Issuer("https://login.example.com"));
        assertThat(settings.keys().published().toString()).contains(KEY.getX().toString());
        assertThat(settings.store()).isEmpty();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> settings.keys().signer(NoKms.SUPPLIER));
    }

    @Test
    void opensPrivateNetworksWhenToldToInPlainWords() throws Exception {
        InetAddress host = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> Settings.forIssuing(issuing).addresses().check(host));
        issuing.put("SALLYPORT_ALLOW_PRIVATE_HOSTS", "false");
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> Settings.forIssuing(issuing).addresses().check(host));
        issuing.put("SALLYPORT_ALLOW_PRIVATE_HOSTS", "true");
        Settings.forIssuing(issuing).addresses().check(host);
        for (String vague : new String[] {"1", "yes", "TRUE", "on"}) {
            issuing.put("SALLYPORT_ALLOW_PRIVATE_HOSTS", vague);
            assertFaults(() -> Settings.forIssuing(issuing), "SALLYPORT_ALLOW_PRIVATE_HOSTS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "true", "OFF", "0"})
    void acceptsNoOtherWordsThanOnAndOffForNativeCryptography(String vague) {
        for (String clear : new String[] {"on", "off", ""}) {
            issuing.put("SALLYPORT_NATIVE_CRYPTOGRAPHY", clear);
            assertThat(Settings.forIssuing(issuing)).isNotNull();
        }
        issuing.put("SALLYPORT_NATIVE_CRYPTOGRAPHY", vague);
        assertFaults(() -> Settings.forIssuing(issuing), "SALLYPORT_NATIVE_CRYPTOGRAPHY");
    }

    @Test
    void takesAnEncryptionKeyFromAVariableOrAFileAndNeedsNone() throws Exception {
        assertThat(Settings.forIssuing(issuing).encryptionKey()).isEmpty();
        String key = Base64.getEncoder().encodeToString(new byte[32]);
        issuing.put(
                "SALLYPORT_ENCRYPTION_KEY_FILE",
                Files.writeString(directory.resolve("key"), key + "\n").toString());
        assertThat(Settings.forIssuing(issuing).encryptionKey()).containsInstanceOf(EncryptionKey.Own.class);
        issuing.put("SALLYPORT_ENCRYPTION_KEY", key);
        assertFaults(() -> Settings.forIssuing(issuing), "either SALLYPORT_ENCRYPTION_KEY or");
    }

    @Test
    void namesAllFaultsAtOnce() {
        assertFaults(() -> Settings.forIssuing(Map.of()), ISSUER, "either " + SIGNING_KEYS, STORE);
        assertFaults(() -> Settings.forPublishing(Map.of()), ISSUER, "either " + PUBLIC_KEYS);
        assertFaults(
                () -> Settings.forIssuing(
                        Map.of(ISSUER, "login", SIGNING_KEYS, "{}", STORE, "here", CACHE, "long", HOPS, "-1")),
                ISSUER,
                SIGNING_KEYS,
                STORE,
                CACHE,
                HOPS);
    }

    @Test
    void putsEveryFaultIntoTheMessage() {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> Settings.forIssuing(Map.of(CACHE, "long")))
                .satisfies(invalid -> assertThat(invalid)
                        .message()
                        .contains(ISSUER, SIGNING_KEYS, STORE, CACHE)
                        .contains(invalid.faults()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void takesABlankVariableForOneThatIsNotSet(String blank) {
        issuing.put(HOPS, blank);
        assertThat(Settings.forIssuing(issuing).forwardedHops()).isZero();

        issuing.put(STORE, blank);
        assertFaults(() -> Settings.forIssuing(issuing), STORE);
    }

    @Test
    void leavesOutSpaceAroundValues() {
        issuing.replaceAll((name, value) -> " " + value + "\n");

        assertThat(Settings.forIssuing(issuing).issuer().url()).isEqualTo("https://login.example.com");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "60, 60"})
    void keepsIdentitiesFor(String seconds, int expected) {
        issuing.put(CACHE, seconds);

        assertThat(Settings.forIssuing(issuing).identityCache()).isEqualTo(Duration.ofSeconds(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"61", "-1", "+1", "1.5", "5s", "0x5", "1 0", "99999999999999999999", "١"})
    void refusesToKeepIdentitiesFor(String seconds) {
        issuing.put(CACHE, seconds);

        assertFaults(() -> Settings.forIssuing(issuing), CACHE);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "10, 10"})
    void trustsHops(String hops, int expected) {
        publishing.put(HOPS, hops);

        assertThat(Settings.forPublishing(publishing).forwardedHops()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"11", "-1", "*", "all", "1,2"})
    void refusesToTrustHops(String hops) {
        publishing.put(HOPS, hops);

        assertFaults(() -> Settings.forPublishing(publishing), HOPS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.example.com",
                "https://login.example.com:8443",
                "https://192.0.2.1",
                "https://[2001:db8::7]",
                "http://127.0.0.1",
                "http://127.0.0.1:8080"
            })
    void takesTheIssuerByteForByte(String url) {
        issuing.put(ISSUER, url);

        assertThat(Settings.forIssuing(issuing).issuer())
                .returns(url, Issuer::url)
                .hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login.example.com",
                "https://",
                "https:login.example.com",
                "https://login.example.com/",
                "https://login.example.com//",
                "https://login.example.com/path",
                "https://login.example.com?a=b",
                "https://login.example.com?",
                "https://login.example.com#a",
                "https://login.example.com#",
                "https://login.example.com/%2e",
                "https://user@login.example.com",
                "https://user:secret@login.example.com",
                "https://@login.example.com",
                "https://login.example.com:",
                "https://login.example.com:port",
                "https://login_example.com",
                "https://login example.com",
                "https://login.example.com\\@other.example",
                "https://å.example",
                "HTTPS://login.example.com",
                "http://login.example.com",
                "http://localhost",
                "http://127.0.0.1.example.com",
                "http://127.0.0.1@other.example",
                "http://0.0.0.0",
                "ftp://login.example.com",
                "mailto:a@example.com",
                "*"
            })
    void refusesTheIssuer(String url) {
        issuing.put(ISSUER, url);

        assertFaults(() -> Settings.forIssuing(issuing), ISSUER);
    }

    @ParameterizedTest
    @CsvSource({
        "firestore:our-project/sallyport, our-project, sallyport, false",
        "firestore:our-project/(default), our-project, (default), false",
        "firestore:example.com:our-project/a, example.com:our-project, a, false",
        "firestore:p/d, p, d, false",
        "firestore-rest:our-project/sallyport, our-project, sallyport, true"
    })
    void takesTheStore(String address, String project, String database, boolean overRest) {
        issuing.put(STORE, address);

        StoreAddress store = new StoreAddress(project, database, overRest);
        assertThat(Settings.forIssuing(issuing).store()).contains(store);
        assertThat(store).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "firestore",
                "firestore:",
                "firestore:our-project",
                "firestore:our-project/",
                "firestore:/sallyport",
                "firestore:our-project/sallyport/more",
                "firestore:our-project/default)",
                "firestore:our-project/../other",
                "firestore:Our-Project/sallyport",
                "firestore:our-project/Sallyport",
                "firestore:our project/sallyport",
                "firestore:our-project/sallyport?a=b",
                "Firestore:our-project/sallyport",
                "firestore-grpc:our-project/sallyport",
                "firestore-rest:our-project",
                "-rest:our-project/sallyport",
                "sqlite:file.db",
                "https://firestore.googleapis.com"
            })
    void refusesTheStore(String address) {
        issuing.put(STORE, address);

        assertFaults(() -> Settings.forIssuing(issuing), STORE);
    }

    @Test
    void readsKeysFromAFile() throws Exception {
        issuing.remove(SIGNING_KEYS);
        issuing.put(SIGNING_KEYS + "_FILE", file(PRIVATE + "\n"));
        publishing.remove(PUBLIC_KEYS);
        publishing.put(PUBLIC_KEYS + "_FILE", file(PUBLIC));

        assertThat(Settings.forIssuing(issuing).keys().published())
                .isEqualTo(Settings.forPublishing(publishing).keys().published());
    }

    @Test
    void refusesKeysInAVariableAndAFile() throws Exception {
        issuing.put(SIGNING_KEYS + "_FILE", file(PRIVATE));

        assertFaults(() -> Settings.forIssuing(issuing), "either " + SIGNING_KEYS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", ".", "\0"})
    void refusesAFileThatCannotBeRead(String name) {
        issuing.remove(SIGNING_KEYS);
        issuing.put(SIGNING_KEYS + "_FILE", directory + "/" + name);

        assertFaults(() -> Settings.forIssuing(issuing), SIGNING_KEYS + "_FILE");
    }

    @Test
    void refusesAFileThatIsNotText() throws Exception {
        Path file = Files.write(directory.resolve("keys"), new byte[] {(byte) 0xff, (byte) 0xfe});
        issuing.remove(SIGNING_KEYS);
        issuing.put(SIGNING_KEYS + "_FILE", file.toString());

        assertFaults(() -> Settings.forIssuing(issuing), SIGNING_KEYS + "_FILE");
    }

    @Test
    void refusesAFileThatHoldsNoKeys() throws Exception {
        issuing.remove(SIGNING_KEYS);
        issuing.put(SIGNING_KEYS + "_FILE", file("canary"));

        assertFaults(() -> Settings.forIssuing(issuing), SIGNING_KEYS + "_FILE");
    }

    @Test
    void refusesPublicKeysToSignWith() {
        issuing.put(SIGNING_KEYS, PUBLIC);

        assertFaults(() -> Settings.forIssuing(issuing), SIGNING_KEYS);
    }

    @Test
    void refusesPrivateKeysToPublish() {
        publishing.put(PUBLIC_KEYS, PRIVATE);

        assertFaults(() -> Settings.forPublishing(publishing), PUBLIC_KEYS);
    }

    @Test
    void readsNoPrivateKeysWhereKeysArePublished() {
        publishing.put(SIGNING_KEYS, PRIVATE);

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Settings.forPublishing(publishing).keys().signer(NoKms.SUPPLIER));
    }

    @Test
    void neverTellsAKey() throws Exception {
        String secret = KEY.getD().toString();
        for (String broken : List.of(
                secret,
                PRIVATE + secret,
                PRIVATE.replace("\"EC\"", "\"" + secret + "\""),
                PRIVATE.replace("P-256", "P-384"),
                PRIVATE.replace("P-256", secret),
                PRIVATE.replace("\"" + secret + "\"", "7"),
                PRIVATE.replace("\"kty\"", "\"state\":\"" + secret + "\",\"kty\""),
                PRIVATE.replace("\"kty\"", "\"kty\":\"EC\",\"kty\""),
                PRIVATE.replace("\"x\"", "\"z\""),
                PRIVATE.replace(KEY.getX().toString(), secret),
                "{\"keys\":[" + KEY.toJSONString() + "," + KEY.toJSONString() + "]}",
                "{\"keys\":[\"" + secret + "\"]}",
                new JWKSet(new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8)).build())
                        .toString(false),
                new JWKSet(new ECKeyGenerator(Curve.P_384).generate()).toString(false))) {
            issuing.put(SIGNING_KEYS, broken);
            assertFaults(() -> Settings.forIssuing(issuing), SIGNING_KEYS);
            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(() -> Settings.forIssuing(issuing))
                    .satisfies(invalid ->
                            assertThat(invalid + invalid.faults().toString()).doesNotContain(secret));
        }
    }

    @Test
    void neverTellsAKeyThatItHolds() {
        assertThat(Settings.forIssuing(issuing).toString())
                .doesNotContain(KEY.getD().toString());
    }

    private String file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "keys", ".json"), content)
                .toString();
    }

    private static void assertFaults(ThrowingCallable reading, String... beginnings) {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(reading)
                .satisfies(invalid -> {
                    assertThat(invalid.faults()).hasSameSizeAs(beginnings);
                    for (int i = 0; i < beginnings.length; i++) {
                        assertThat(invalid.faults().get(i)).startsWith(beginnings[i] + " ");
                    }
                });
    }

    private static ECKey generate() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
