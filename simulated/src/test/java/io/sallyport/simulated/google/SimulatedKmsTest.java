package io.sallyport.simulated.google;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.sallyport.simulated.Trusting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class SimulatedKmsTest {
    private static final String VERSION = "projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1";
    private static final String KEY = "projects/p/locations/global/keyRings/r/cryptoKeys/s";
    private static final byte[] DATA = "header.claims".getBytes(UTF_8);

    private final SimulatedKms kms = SimulatedKms.start();
    private HttpClient client;

    @BeforeEach
    void trustIt() throws Exception {
        client = Trusting.client(kms.caCertificate());
    }

    @AfterEach
    void close() {
        kms.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(kms.origin() + path)).header("Authorization", "Bearer t");
    }

    private HttpResponse<String> sign(String body) throws IOException, InterruptedException {
        return client.send(signing(body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest signing(String body) {
        return request("/v1/" + VERSION + ":asymmetricSign")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> publicKey() throws IOException, InterruptedException {
        return client.send(request("/v1/" + VERSION + "/publicKey").build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String body() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(DATA);
        return JSONObjectUtils.toJSONString(Map.of(
                "digest",
                Map.of("sha256", Base64.getEncoder().encodeToString(digest)),
                "digestCrc32c",
                crc32c(digest)));
    }

    private static String crc32c(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return Long.toString(checksum.getValue());
    }

    @ParameterizedTest
    @CsvSource({
        "EC_SIGN_P256_SHA256, EC, SHA256withECDSA",
        "RSA_SIGN_PKCS1_2048_SHA256, RSA, SHA256withRSA",
        "RSA_SIGN_PKCS1_4096_SHA256, RSA, SHA256withRSA"
    })
    void signsSoThatThePublicKeyVerifies(String algorithm, String type, String javaName) throws Exception {
        kms.createVersion(VERSION, algorithm);
        Map<String, Object> shown = JSONObjectUtils.parse(publicKey().body());
        String pem = JSONObjectUtils.getString(shown, "pem");
        assertThat(shown)
                .containsEntry("name", VERSION)
                .containsEntry("algorithm", algorithm)
                .containsEntry("pemCrc32c", crc32c(pem.getBytes(UTF_8)));
        PublicKey key = KeyFactory.getInstance(type)
                .generatePublic(new X509EncodedKeySpec(
                        Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""))));
        Map<String, Object> answer = JSONObjectUtils.parse(sign(body()).body());
        byte[] bytes = Base64.getDecoder().decode(JSONObjectUtils.getString(answer, "signature"));
        assertThat(answer)
                .containsEntry("name", VERSION)
                .containsEntry("verifiedDigestCrc32c", true)
                .containsEntry("signatureCrc32c", crc32c(bytes));
        Signature signature = Signature.getInstance(javaName);
        signature.initVerify(key);
        signature.update(DATA);
        assertThat(signature.verify(bytes)).isTrue();
        assertThat(kms.signatures()).isEqualTo(1);
        assertThat(kms.publicKeys()).isEqualTo(1);
    }

    @Test
    void saysWhenItDidNotCheckTheDigest() throws Exception {
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        String unchecked = body().replaceAll(",?\"digestCrc32c\":\"[0-9]+\",?", "");
        assertThat(JSONObjectUtils.parse(sign(unchecked).body())).containsEntry("verifiedDigestCrc32c", false);
    }

    @Test
    void refusesADigestWithAnotherChecksumOrNone() throws Exception {
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        assertThat(sign(body().replace("\"digestCrc32c\":\"", "\"digestCrc32c\":\"1"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(sign("{}").statusCode()).isEqualTo(400);
        assertThat(sign("{\"digest\":{\"sha256\":\"AAAA\"}}").statusCode()).isEqualTo(400);
    }

    @Test
    void signsOnlyWithAVersionThatIsThereAndEnabled() throws Exception {
        assertThat(sign(body()).statusCode()).isEqualTo(404);
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        kms.disable(VERSION);
        assertThat(sign(body()).body()).contains("FAILED_PRECONDITION");
        assertThat(publicKey().body()).contains("FAILED_PRECONDITION");
        kms.enable(VERSION);
        assertThat(sign(body()).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesACallerWithoutAnAccessToken() throws Exception {
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        HttpRequest anonymous = HttpRequest.newBuilder(URI.create(kms.origin() + "/v1/" + VERSION + "/publicKey"))
                .build();
        assertThat(client.send(anonymous, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void admitsThoseAccessTokensThatItIsTold() throws Exception {
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        kms.admitOnly("t"::equals);
        assertThat(sign(body()).statusCode()).isEqualTo(200);
        kms.admitOnly("other"::equals);
        assertThat(sign(body()).statusCode()).isEqualTo(401);
    }

    @Test
    void failsAndIsSlowWhenItIsTold() throws Exception {
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        kms.behaviour().fail(503);
        assertThat(sign(body()).body()).contains("UNAVAILABLE");
        kms.behaviour().put("name", "another");
        assertThat(sign(body()).body()).contains("\"another\"");
        kms.behaviour().leaveOut("name");
        assertThat(JSONObjectUtils.parse(sign(body()).body())).doesNotContainKey("name");
        kms.behaviour().signWith(new byte[] {1});
        assertThat(JSONObjectUtils.parse(sign(body()).body()))
                .containsEntry("signature", "AQ==")
                .containsEntry("signatureCrc32c", crc32c(new byte[] {1}));
        kms.behaviour().truncate();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> sign(body()));
        kms.behaviour().recover();
        kms.behaviour().hold();
        CompletableFuture<HttpResponse<String>> held =
                client.sendAsync(signing(body()), HttpResponse.BodyHandlers.ofString());
        kms.behaviour().release();
        assertThat(held.get().statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> call(String method, Map<String, Object> body)
            throws IOException, InterruptedException {
        HttpRequest request = request("/v1/" + KEY + ":" + method)
                .POST(HttpRequest.BodyPublishers.ofString(JSONObjectUtils.toJSONString(body)))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    @Test
    void decryptsWhatItEncryptedForTheSameBytes() throws Exception {
        assertThat(call("encrypt", Map.of("plaintext", base64("p"))).statusCode())
                .isEqualTo(404);
        kms.createKey(KEY);
        Map<String, Object> encrypted = JSONObjectUtils.parse(
                call("encrypt", Map.of("plaintext", base64("p"), "additionalAuthenticatedData", base64("a")))
                        .body());
        assertThat(encrypted)
                .containsEntry("name", KEY + "/cryptoKeyVersions/1")
                .containsEntry("verifiedPlaintextCrc32c", false)
                .containsEntry("verifiedAdditionalAuthenticatedDataCrc32c", false);
        Object ciphertext = encrypted.get("ciphertext");
        HttpResponse<String> decrypted =
                call("decrypt", Map.of("ciphertext", ciphertext, "additionalAuthenticatedData", base64("a")));
        assertThat(JSONObjectUtils.parse(decrypted.body())).containsEntry("plaintext", base64("p"));
        assertThat(call("decrypt", Map.of("ciphertext", ciphertext)).statusCode())
                .isEqualTo(400);
        assertThat(call("decrypt", Map.of("ciphertext", "AAAA")).statusCode()).isEqualTo(400);
    }

    @Test
    void encryptsNothingWhoseChecksumDoesNotFitOrThatIsTooLong() throws Exception {
        kms.createKey(KEY);
        assertThat(call("encrypt", Map.of("plaintext", base64("p"), "plaintextCrc32c", "1"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(call("encrypt", Map.of("additionalAuthenticatedDataCrc32c", "1"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(call("encrypt", Map.of("plaintext", base64("p".repeat(65_537))))
                        .statusCode())
                .isEqualTo(400);
        assertThat(kms.encryptions()).isEqualTo(3);
        kms.admitOnly(token -> false);
        assertThat(call("encrypt", Map.of()).statusCode()).isEqualTo(401);
    }
}
