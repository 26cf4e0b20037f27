package io.sallyport.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.testing.NoKms;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeysTest {
    private static final ECKey EC = ec(Curve.P_256);
    private static final ECKey OTHER_EC = ec(Curve.P_256);
    private static final RSAKey RSA = rsa(2048);
    private static final String KMS = "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/7";

    @Test
    void signsWithTheOnlyKeyByItsThumbprint() throws Exception {
        Signer signer = SigningKeys.parsePrivate(set(member(EC))).signer(NoKms.SUPPLIER);
        assertThat(signer.keyId()).isEqualTo(EC.computeThumbprint().toString());
        assertThat(signer.algorithm()).isEqualTo(Algorithm.ES256);
        assertThat(SigningKeys.parsePrivate(set(member(RSA)))
                        .signer(NoKms.SUPPLIER)
                        .algorithm())
                .isEqualTo(Algorithm.RS256);
    }

    @Test
    void signsWithTheCurrentKeyAndPublishesAll() throws Exception {
        SigningKeys keys = SigningKeys.parsePrivate(set(
                member(RSA, "state", "next"), member(EC, "state", "current"), member(OTHER_EC, "state", "retired")));
        assertThat(keys.signer(NoKms.SUPPLIER).keyId())
                .isEqualTo(EC.computeThumbprint().toString());
        assertThat(JWKSet.parse(Json.writeString(keys.published())).getKeys())
                .extracting(JWK::getKeyID)
                .containsExactly(thumbprint(RSA), thumbprint(EC), thumbprint(OTHER_EC));
        assertThat(keys.algorithms()).containsExactly(Algorithm.RS256, Algorithm.ES256);
    }

    @Test
    void publishesNoPrivatePartWhateverTheFileHolds() {
        String published = Json.writeString(SigningKeys.parsePrivate(set(member(RSA), member(EC, "state", "next")))
                .published());
        for (JWK key : List.of(RSA, EC)) {
            for (String part : List.of("d", "p", "q", "dp", "dq", "qi")) {
                Object secret = key.toJSONObject().get(part);
                if (secret != null) {
                    assertThat(published).doesNotContain(String.valueOf(secret));
                }
            }
        }
    }

    @Test
    void saysWhatEachPublishedKeyIsFor() throws Exception {
        String published =
                Json.writeString(SigningKeys.parsePrivate(set(member(EC))).published());
        assertThat(published).contains("\"use\":\"sig\"", "\"alg\":\"ES256\"", "\"kid\":\"" + thumbprint(EC) + "\"");
    }

    @Test
    void takesPublicKeysToPublishAndCannotSignWithThem() {
        SigningKeys keys = SigningKeys.parsePublic(set(member(EC.toPublicJWK())));
        assertThat(Json.writeString(keys.published())).contains("\"kty\":\"EC\"");
        assertThatIllegalStateException().isThrownBy(() -> keys.signer(NoKms.SUPPLIER));
    }

    @Test
    void refusesAPrivateKeyWhereKeysAreOnlyPublished() {
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePublic(set(member(EC))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.parsePublic(set(member(OTHER_EC.toPublicJWK()), member(RSA))));
    }

    @Test
    void refusesToSignWithoutExactlyOneCurrentPrivateKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePrivate(set(member(EC.toPublicJWK()))));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePrivate(set(member(EC), member(RSA))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.parsePrivate(set(member(EC, "state", "next"))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.parsePrivate(set(member(EC, "state", "Current"))));
    }

    @Test
    void refusesKeysThatAreTooWeakOrOfAnotherKind() throws Exception {
        JWK symmetric = new OctetSequenceKeyGenerator(256).generate();
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePrivate(set(member(rsa(1024)))));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePrivate(set(member(ec(Curve.P_384)))));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePrivate(set(member(symmetric))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.parsePrivate(set(member(EC, "alg", "RS256"))));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePublic(set(member(symmetric))));
    }

    @Test
    void refusesACurrentKeyWhosePartsDoNotBelongTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.parsePrivate(
                        set(member(EC, "d", OTHER_EC.getD().toString()))));
        RSAKey other = rsa(2048);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.parsePrivate(
                        set(member(RSA, "n", other.getModulus().toString()))));
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SigningKeys.parsePrivate(set(member(EC), member(EC, "state", "retired", "kid", "x"))));
    }

    @Test
    void refusesWhatIsNoKeySetWithoutQuotingIt() {
        for (String text : List.of("", "{}", "[]", "{\"keys\":[]}", "{\"keys\":[5]}", "{\"keys\":{}}", "CANARY")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SigningKeys.parsePrivate(text))
                    .withMessageNotContaining("CANARY");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.parsePrivate(set(member(EC, "x", "CANARY"))))
                .withMessageNotContaining("CANARY");
    }

    @Test
    void showsNothingOfTheKeysInItsText() {
        assertThat(SigningKeys.parsePrivate(set(member(EC)))).hasToString("SigningKeys[1 keys]");
        assertThat(SigningKeys.parsePrivate(set(member(EC)))
                        .signer(NoKms.SUPPLIER)
                        .toString())
                .doesNotContain(EC.getD().toString());
    }

    @Test
    void signsWithTwoAlgorithmsAndNoOther() {
        for (String other : List.of("PS256", "RS384", "RS512", "ES384", "none")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SigningKeys.parsePrivate(set(member(RSA, "alg", other))));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SigningKeys.parsePublic(set(member(RSA.toPublicJWK(), "alg", other))));
        }
        assertThat(SigningKeys.parsePrivate(set(member(RSA))).algorithms()).containsExactly(Algorithm.RS256);
    }

    @Test
    void readsSinceWhenAKeyIsInItsState() {
        Map<String, Object> dated = new HashMap<>(member(EC, "state", "next"));
        dated.put("stateSince", 1_772_366_400L);
        assertThat(SigningKey.readSet(set(dated, member(RSA))))
                .extracting(SigningKey::state, SigningKey::since)
                .containsExactly(
                        tuple(KeyState.NEXT, Optional.of(Instant.parse("2026-03-01T12:00:00Z"))),
                        tuple(KeyState.CURRENT, Optional.empty()));
    }

    @Test
    void refusesATimeThatIsNone() {
        for (Object time : List.of("1772366400", 1.5, -1L, Long.MAX_VALUE, true, List.of())) {
            Map<String, Object> dated = new HashMap<>(member(EC));
            dated.put("stateSince", time);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SigningKeys.parsePrivate(set(dated)))
                    .withMessageContaining("stateSince");
        }
    }

    @Test
    void keepsMembersThatItDoesNotKnow() {
        List<SigningKey> keys = SigningKey.readSet(set(member(EC, "note", "made by hand")));
        assertThat(SigningKey.writeSet(keys))
                .contains("\"note\":\"made by hand\"", EC.getD().toString());
        assertThat(SigningKey.writeSet(List.of(keys.get(0).with(KeyState.RETIRED, Instant.ofEpochSecond(5)))))
                .contains(
                        "\"note\":\"made by hand\"",
                        "\"state\":\"retired\"",
                        "\"stateSince\":5",
                        EC.getD().toString());
    }

    @Test
    void countsFromTheNextWholeSecond() {
        SigningKey key = SigningKey.readSet(set(member(EC))).get(0);
        Instant second = Instant.ofEpochSecond(5);
        assertThat(key.with(KeyState.NEXT, second).since()).contains(second);
        assertThat(key.with(KeyState.NEXT, second.plusNanos(1)).since()).contains(second.plusSeconds(1));
    }

    @Test
    void givesAwayPublicPartsThatKeepTheirState() {
        Map<String, Object> next = new HashMap<>(member(RSA, "state", "next", "note", "x"));
        next.put("stateSince", 5L);
        List<SigningKey> parts = SigningKey.readSet(set(member(EC), next)).stream()
                .map(SigningKey::publicPart)
                .toList();
        assertThat(parts)
                .extracting(SigningKey::state, SigningKey::since)
                .containsExactly(
                        tuple(KeyState.CURRENT, Optional.empty()),
                        tuple(KeyState.NEXT, Optional.of(Instant.ofEpochSecond(5))));
        String written = SigningKey.writeSet(parts);
        assertThat(SigningKeys.parsePublic(written).published())
                .isEqualTo(SigningKeys.parsePrivate(set(member(EC), next)).published());
        assertThat(written)
                .doesNotContain(
                        "note", EC.getD().toString(), RSA.getPrivateExponent().toString());
    }

    // Keys of Cloud KMS.

    @Test
    void signsWithAKeyVersionOfCloudKmsInPlaceOfAPrivatePart() throws Exception {
        SigningKeys keys =
                SigningKeys.parsePrivate(set(member(EC.toPublicJWK(), "kms", KMS), member(OTHER_EC, "state", "next")));
        List<String> asked = new ArrayList<>();
        byte[] input = "input".getBytes(StandardCharsets.US_ASCII);
        Signer signer = keys.signer(() -> (version, sha256) -> {
            asked.add(version.name());
            assertThat(sha256).isEqualTo(sha256(input));
            return der(EC, input);
        });
        assertThat(signer.keyId()).isEqualTo(thumbprint(EC));
        assertThat(Algorithm.ES256.verifies(input, signer.sign(input), EC.toPublicKey()))
                .isTrue();
        assertThat(asked).containsExactly(KMS);
        assertThat(Json.writeString(keys.published())).doesNotContain("kms", "projects");
    }

    @Test
    void givesOutNoSignatureThatThePublishedKeyDoesNotVerify() throws Exception {
        byte[] input = "input".getBytes(StandardCharsets.US_ASCII);
        Signer signer = SigningKeys.parsePrivate(set(member(EC.toPublicJWK(), "kms", KMS)))
                .signer(() -> (version, sha256) -> der(OTHER_EC, input));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> signer.sign(input))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
    }

    private static byte[] sha256(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] der(ECKey key, byte[] input) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key.toECPrivateKey());
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException | com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesAKeyOfWhichItIsNotSaidWhoSigns() {
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePrivate(set(member(EC, "kms", KMS))));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKeys.parsePublic(set(member(EC, "kms", KMS))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "projects/p/locations/l/keyRings/r/cryptoKeys/k",
                "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/0",
                "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/latest",
                "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1:x",
                "projects/p/locations/l/keyRings/r/cryptoKeys/../cryptoKeyVersions/1",
                "projects/p/locations/l/keyRings/r?/cryptoKeys/k/cryptoKeyVersions/1",
                "/projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
                "https://evil.example/projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"
            })
    void refusesWhatNamesNoVersionOfAKey(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKeys.parsePrivate(set(member(EC.toPublicJWK(), "kms", name))))
                .withMessageContaining("kms must be");
    }

    private static Map<String, Object> member(JWK key, String... more) {
        Map<String, Object> member = new HashMap<>(key.toJSONObject());
        for (int i = 0; i < more.length; i += 2) {
            member.put(more[i], more[i + 1]);
        }
        return member;
    }

    private static String set(Object... members) {
        return Json.writeString(Map.of("keys", Arrays.asList(members)));
    }

    private static String thumbprint(JWK key) throws Exception {
        return key.computeThumbprint().toString();
    }

    private static ECKey ec(Curve curve) {
        try {
            return new ECKeyGenerator(curve).generate();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey rsa(int bits) {
        try {
            return new RSAKeyGenerator(bits, true).generate();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
