package io.sallyport.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.testing.NoKms;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenMinterTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void writesEveryClaimOfTheContract() throws Exception {
        SignedJWT jwt = SignedJWT.parse(mint(token(3, new TrustedIps(List.of("10.0.0.0/8")))));
        assertThat(jwt.getHeader().getType()).isEqualTo(new JOSEObjectType("at+jwt"));
        assertThat(jwt.getHeader().getKeyID()).isEqualTo("k1");
        Map<String, Object> claims = Json.parseObject(jwt.getPayload().toString());
        assertThat(claims)
                .containsEntry("iss", "https://login.example.com")
                .containsEntry("sub", "payments")
                .containsEntry("client_id", "payments")
                .containsEntry("aud", "https://login.example.com")
                .containsEntry("iat", NOW.getEpochSecond())
                .containsEntry("nbf", NOW.getEpochSecond())
                .containsEntry("exp", NOW.getEpochSecond() + 60)
                .containsEntry("jti", "token-1")
                .containsEntry("sid", "session-00000001")
                .containsEntry("auth_time", NOW.getEpochSecond() - 5)
                .containsEntry("auth_time_ms", NOW.toEpochMilli() - 4_877)
                .containsEntry("name", "Payments")
                .containsEntry("role", "viewer")
                .containsEntry("projects", Map.of("shop", List.of("reader")))
                .containsEntry("auth_method", "gcp-id-token")
                .containsEntry("attestation", Map.of("project_id", "shop"))
                .containsEntry("max_uses", 3L)
                .containsEntry("trusted_ips", List.of("10.0.0.0/8"));
    }

    @Test
    void leavesOutWhatIsNotLimited() throws Exception {
        SignedJWT jwt = SignedJWT.parse(mint(token(0, TrustedIps.ANYWHERE)));
        assertThat(jwt.getJWTClaimsSet().getClaims()).doesNotContainKeys("max_uses", "trusted_ips");
    }

    @Test
    void signsSoThatOthersCanVerify() throws Exception {
        ECKey ec = new ECKeyGenerator(Curve.P_256).generate();
        RSAKey rsa = new RSAKeyGenerator(2048).generate();
        SigningKeys ecKeys = SigningKeys.parsePrivate(Json.writeString(Map.of("keys", List.of(ec.toJSONObject()))));
        SigningKeys rsaKeys = SigningKeys.parsePrivate(Json.writeString(Map.of("keys", List.of(rsa.toJSONObject()))));
        AccessToken token = token(0, TrustedIps.ANYWHERE);
        assertThat(SignedJWT.parse(new TokenMinter("https://i", ecKeys.signer(NoKms.SUPPLIER)).mint(token))
                        .verify(new ECDSAVerifier(ec.toPublicJWK())))
                .isTrue();
        assertThat(SignedJWT.parse(new TokenMinter("https://i", rsaKeys.signer(NoKms.SUPPLIER)).mint(token))
                        .verify(new RSASSAVerifier(rsa.toPublicJWK())))
                .isTrue();
    }

    @Test
    void cannotMakeATokenWithoutAnAudience() {
        assertThatIllegalArgumentException().isThrownBy(() -> AccessToken.Target.own(""));
    }

    @Test
    void cannotMakeATokenThatHasExpiredWhenItBegins() {
        AccessToken token = token(0, TrustedIps.ANYWHERE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AccessToken("t", token.subject(), token.session(), token.target(), NOW, NOW));
    }

    /** A token that cannot be read can be neither renewed nor revoked. */
    @Test
    void mintsNoTokenThatIsLongerThanWhatIsRead() throws Exception {
        AccessToken token = token(0, TrustedIps.ANYWHERE);
        int longest = 0;
        int shortestRefused = Integer.MAX_VALUE;
        for (int length = 11_500; length < 12_500; length++) {
            AccessToken.Subject subject =
                    new AccessToken.Subject(new IdentityId("payments"), "n".repeat(length), "viewer", Map.of());
            try {
                longest = Math.max(
                        longest,
                        mint(new AccessToken(
                                        "t",
                                        subject,
                                        token.session(),
                                        token.target(),
                                        token.issuedAt(),
                                        token.expiry()))
                                .length());
            } catch (Refused refused) {
                assertThat(refused.reason()).isEqualTo(Reason.TOKEN_TOO_LONG);
                shortestRefused = Math.min(shortestRefused, length);
            }
        }
        assertThat(longest).isBetween(UnverifiedJwt.MAX_LENGTH - 1, UnverifiedJwt.MAX_LENGTH);
        assertThat(shortestRefused).isLessThan(12_500);
    }

    private static AccessToken token(long maxUses, TrustedIps trustedIps) {
        return new AccessToken(
                "token-1",
                new AccessToken.Subject(
                        new IdentityId("payments"), "Payments", "viewer", Map.of("shop", List.of("reader"))),
                new AccessToken.Session(
                        new SessionId("session-00000001"),
                        NOW.minusSeconds(5).plusMillis(123),
                        "gcp-id-token",
                        Map.of("project_id", "shop"),
                        maxUses,
                        trustedIps),
                AccessToken.Target.own("https://login.example.com"),
                NOW,
                NOW.plusSeconds(60));
    }

    private static String mint(AccessToken token) throws Exception {
        Signer signer = new Signer() {
            @Override
            public String keyId() {
                return "k1";
            }

            @Override
            public Algorithm algorithm() {
                return Algorithm.ES256;
            }

            @Override
            public byte[] sign(byte[] signingInput) {
                return new byte[64];
            }
        };
        return new TokenMinter("https://login.example.com", signer).mint(token);
    }
}
