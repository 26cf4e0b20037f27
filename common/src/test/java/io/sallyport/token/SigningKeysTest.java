package io.sallyport.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    private static final ECKey EC = ec(Curve.P_256);
    private static final ECKey OTHER_EC = ec(Curve.P_256);
    private static final RSAKey RSA = rsa(2048);

    @Test
    void signsWithTheOnlyKeyByItsThumbprint() throws Exception {
        Signer signer = SigningKeys.parsePrivate(set(member(EC))).signer();
        assertThat(signer.keyId()).isEqualTo(EC.computeThumbprint().toString());
        assertThat(signer.algorithm()).isEqualTo(Algorithm.ES256);
        assertThat(SigningKeys.parsePrivate(set(member(RSA))).signer().algorithm())
                .isEqualTo(Algorithm.RS256);
    }

    @Test
    void signsWithTheCurrentKeyAndPublishesAll() throws Exception {
        SigningKeys keys = SigningKeys.parsePrivate(set(
                member(RSA, "state", "next"), member(EC, "state", "current"), member(OTHER_EC, "state", "retired")));
        assertThat(keys.signer().keyId()).isEqualTo(EC.computeThumbprint().toString());
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
        assertThatIllegalStateException().isThrownBy(keys::signer);
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
        assertThat(SigningKeys.parsePrivate(set(member(EC))).signer().toString())
                .doesNotContain(EC.getD().toString());
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
