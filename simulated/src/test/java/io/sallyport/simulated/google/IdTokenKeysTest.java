package io.sallyport.simulated.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.Http;
import io.sallyport.simulated.Keys;
import io.sallyport.simulated.MovableClock;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class IdTokenKeysTest {
    private final SimulatedGoogle google = SimulatedGoogle.start(new MovableClock());
    private final JWTClaimsSet claims = new JWTClaimsSet.Builder().subject("1").build();

    @AfterEach
    void close() {
        google.close();
    }

    @Test
    void twoKeysArePublishedAsGoogleWritesThem() throws Exception {
        HttpResponse<String> response = Http.get(google.oauth2Certs());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Http.header(response, "Content-Type")).isEqualTo("application/json; charset=UTF-8");
        assertThat(Http.header(response, "Cache-Control"))
                .isEqualTo("public, max-age=22418, must-revalidate, no-transform");
        assertThat(Http.header(response, "Age")).isEqualTo("0");
        Map<String, Object>[] keys = JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(response.body()), "keys");
        assertThat(keys)
                .hasSize(2)
                .allSatisfy(key -> assertThat(key)
                        .containsOnlyKeys("alg", "e", "kid", "kty", "n", "use")
                        .containsEntry("alg", "RS256")
                        .containsEntry("e", "AQAB")
                        .containsEntry("kty", "RSA")
                        .containsEntry("use", "sig")
                        .hasEntrySatisfying(
                                "kid", kid -> assertThat(kid).asString().matches("[0-9a-f]{40}"))
                        .hasEntrySatisfying(
                                "n",
                                n -> assertThat(new Base64URL((String) n).decode())
                                        .hasSize(256)));
    }

    @Test
    void aTokenIsSignedWithAPublishedKey() throws Exception {
        String token = google.signIdToken(claims);

        assertThat(SignedJWT.parse(token).getHeader().toJSONObject())
                .containsOnly(
                        Map.entry("alg", "RS256"),
                        Map.entry("kid", google.idTokenKey().getKeyID()),
                        Map.entry("typ", "JWT"));
        assertThat(Keys.isProven(google, token)).isTrue();
    }

    @Test
    void afterARotationTheNewKeySignsAndTheOldOneStaysPublished() throws Exception {
        String before = google.signIdToken(claims);
        JWKSet first = Keys.published(google);

        google.rotateIdTokenKeys();
        String after = google.signIdToken(claims);

        assertThat(first.getKeyByKeyId(SignedJWT.parse(after).getHeader().getKeyID()))
                .isNull();
        assertThat(Keys.isProven(google, after)).isTrue();
        assertThat(Keys.isProven(google, before)).isTrue();
        assertThat(Keys.published(google).size()).isEqualTo(2);
    }

    @Test
    void afterTwoRotationsTheFirstKeyIsGone() throws Exception {
        String before = google.signIdToken(claims);

        google.rotateIdTokenKeys();
        google.rotateIdTokenKeys();

        assertThat(Keys.isProven(google, before)).isFalse();
        assertThat(Keys.published(google).size()).isEqualTo(2);
    }

    @Test
    void onceTheOldKeysAreWithdrawnOnlyTheCurrentOneIsPublished() throws Exception {
        String before = google.signIdToken(claims);

        google.rotateIdTokenKeys();
        google.withdrawOldIdTokenKeys();

        assertThat(Keys.isProven(google, before)).isFalse();
        assertThat(Keys.isProven(google, google.signIdToken(claims))).isTrue();
        assertThat(Keys.published(google).size()).isEqualTo(1);
    }

    @Test
    void rawTextsAreSignedAsTheyAre() throws Exception {
        String header = "{\"alg\":\"RS256\", \"kid\":\"KID\", \"alg\":\"none\"}";

        String[] parts = google.signIdToken(header, "{not a JWT's payload").split("\\.", -1);

        assertThat(new Base64URL(parts[0]).decodeToString())
                .isEqualTo(header.replace("KID", google.idTokenKey().getKeyID()));
        assertThat(new Base64URL(parts[1]).decodeToString()).isEqualTo("{not a JWT's payload");
        String wellFormed = google.signIdToken("{\"alg\":\"RS256\",\"kid\":\"KID\"}", "{\"a\":1,\"a\":2}");
        assertThat(Keys.isProven(google, wellFormed)).isTrue();
    }

    @Test
    void cloudsThatAreOpenAtTheSameTimeShareNoKey() throws Exception {
        try (SimulatedGoogle other = SimulatedGoogle.start(new MovableClock())) {
            List<String> ours = kids(google);

            assertThat(kids(other)).hasSize(2).doesNotContainAnyElementsOf(ours);
            assertThat(Keys.isProven(google, other.signIdToken(claims))).isFalse();
        }
    }

    @Test
    void nothingIsPublishedUnderAnotherPathOrMethod() throws Exception {
        assertThat(Http.get(google.oauth2Certs().resolve("/oauth2/v3/certs/more"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(Http.get(google.oauth2Certs().resolve("/oauth2/v1/certs")).statusCode())
                .isEqualTo(404);
        assertThat(Http.post(google.oauth2Certs(), "").statusCode()).isEqualTo(404);
    }

    private static List<String> kids(SimulatedGoogle google) throws Exception {
        return Keys.published(google).getKeys().stream()
                .map(key -> key.getKeyID())
                .toList();
    }
}
