package io.sallyport.simulated.google;

import static io.sallyport.simulated.Keys.kid;
import static java.time.temporal.ChronoUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.Http;
import io.sallyport.simulated.Keys;
import io.sallyport.simulated.MovableClock;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SimulatedServiceAccountTest {
    private static final String PAYLOAD = "{\"sub\":\"ci@p.iam.gserviceaccount.com\",\"aud\":\"a\"}";

    private final MovableClock clock = new MovableClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedServiceAccount account = google.serviceAccount("ci@p.iam.gserviceaccount.com");

    @AfterEach
    void close() {
        google.close();
    }

    @Test
    void itsUniqueIdHas21DigitsAndIsFixed() {
        assertThat(account.uniqueId()).matches("1[0-9]{20}");
        assertThat(google.serviceAccount(account.email())).isSameAs(account);
        assertThat(google.serviceAccount("other@p.iam.gserviceaccount.com").uniqueId())
                .isNotEqualTo(account.uniqueId());
    }

    @Test
    void itsCertificatesArePublishedByKeyIdAsGoogleWritesThem() throws Exception {
        HttpResponse<String> response = Http.get(Keys.certificatesOf(google, account.email()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Http.header(response, "Content-Type")).isEqualTo("application/json; charset=UTF-8");
        assertThat(Http.header(response, "Cache-Control")).startsWith("public, max-age=");
        assertThat(Http.header(response, "Age")).isEqualTo("0");
        assertThat(JSONObjectUtils.parse(response.body())).hasSize(1).allSatisfy((kid, pem) -> {
            assertThat(kid).matches("[0-9a-f]{40}");
            assertThat(pem)
                    .asString()
                    .startsWith("-----BEGIN CERTIFICATE-----\nMII")
                    .endsWith("\n-----END CERTIFICATE-----\n");
        });
    }

    @Test
    void itsAddressMayBePercentEncoded() throws Exception {
        String encoded = account.email().replace("@", "%40");

        assertThat(Http.get(Keys.certificatesOf(google, encoded)).statusCode()).isEqualTo(200);
    }

    @Test
    void anAccountThatWasNotCreatedIsNotFound() throws Exception {
        HttpResponse<String> response = Http.get(Keys.certificatesOf(google, "unknown@p.iam.gserviceaccount.com"));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(JSONObjectUtils.getJSONObject(JSONObjectUtils.parse(response.body()), "error"))
                .containsEntry("code", 404L)
                .containsEntry("status", "NOT_FOUND")
                .containsKey("message");
    }

    @Test
    void aJwtIsSignedWithTheSystemManagedKeyAndItsPayloadIsLeftAsItIs() throws Exception {
        String token = account.signJwt(PAYLOAD);

        SignedJWT jwt = SignedJWT.parse(token);
        assertThat(jwt.getHeader().toJSONObject())
                .containsOnly(
                        Map.entry("alg", "RS256"),
                        Map.entry("kid", jwt.getHeader().getKeyID()),
                        Map.entry("typ", "JWT"));
        assertThat(jwt.getPayload().toString()).isEqualTo(PAYLOAD);
        assertThat(Keys.isProven(google, account, token)).isTrue();
    }

    @Test
    void aSystemManagedKeysCertificateIsGoodForSixteenDays() throws Exception {
        X509Certificate certificate = Keys.certificate(google, account, account.signJwt(PAYLOAD));

        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + account.uniqueId());
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(validityDays(certificate)).isEqualTo(16);
        assertThat(clock.instant())
                .isBetween(
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant());
    }

    @Test
    void aDownloadedKeysCertificateHasNoEnd() throws Exception {
        String token = account.signWithUserManagedKey(PAYLOAD);

        assertThat(Keys.isProven(google, account, token)).isTrue();
        assertThat(Keys.certificate(google, account, token).getNotAfter().toInstant())
                .isEqualTo("9999-12-31T23:59:59Z");
        assertThat(kid(account.signWithUserManagedKey(PAYLOAD))).isEqualTo(kid(token));
        assertThat(kid(account.signJwt(PAYLOAD))).isNotEqualTo(kid(token));
    }

    @Test
    void anExpiredKeyIsStillPublished() throws Exception {
        String token = account.signWithExpiredKey(PAYLOAD);

        assertThat(Keys.isProven(google, account, token)).isTrue();
        X509Certificate certificate = Keys.certificate(google, account, token);
        assertThat(certificate.getNotAfter().toInstant()).isBefore(clock.instant());
        assertThat(validityDays(certificate)).isEqualTo(16);
    }

    @Test
    void aKeyOfAnyValidityCanSign() throws Exception {
        Instant from = clock.instant().truncatedTo(SECONDS);
        Instant to = from.plus(Duration.ofDays(60));

        String token = account.signWithKeyValid(from, to, PAYLOAD);

        assertThat(Keys.isProven(google, account, token)).isTrue();
        assertThat(Keys.certificate(google, account, token))
                .returns(from, certificate -> certificate.getNotBefore().toInstant())
                .returns(to, certificate -> certificate.getNotAfter().toInstant());
        assertThat(kid(account.signWithKeyValid(from, to, PAYLOAD))).isEqualTo(kid(token));
        assertThat(kid(account.signWithKeyValid(from, to.plusSeconds(1), PAYLOAD)))
                .isNotEqualTo(kid(token));
    }

    @Test
    void aRotationBreaksNoKeyThatWasPublishedBefore() throws Exception {
        String system = account.signJwt(PAYLOAD);
        String downloaded = account.signWithUserManagedKey(PAYLOAD);
        String expired = account.signWithExpiredKey(PAYLOAD);

        account.rotateKeys();
        account.rotateKeys();
        String after = account.signJwt(PAYLOAD);

        assertThat(kid(after)).isNotEqualTo(kid(system));
        for (String token : new String[] {system, downloaded, expired, after}) {
            assertThat(Keys.isProven(google, account, token)).isTrue();
        }
    }

    @Test
    void theSystemManagedKeyRotatesByItselfAfterTwoWeeks() throws Exception {
        String first = account.signJwt(PAYLOAD);

        clock.advance(Duration.ofDays(14).minusNanos(1));
        assertThat(kid(account.signJwt(PAYLOAD))).isEqualTo(kid(first));

        clock.advance(Duration.ofNanos(1));
        String second = account.signJwt(PAYLOAD);
        assertThat(kid(second)).isNotEqualTo(kid(first));
        assertThat(Keys.isProven(google, account, first)).isTrue();
        assertThat(Keys.isProven(google, account, second)).isTrue();
    }

    @Test
    void anotherAccountsKeysDoNotProveItsTokens() throws Exception {
        SimulatedServiceAccount other = google.serviceAccount("other@p.iam.gserviceaccount.com");

        assertThat(Keys.isProven(google, other, account.signJwt(PAYLOAD))).isFalse();
    }

    @Test
    void anAccountThatIsRecreatedKeepsItsAddressAlone() throws Exception {
        String before = account.signJwt(PAYLOAD);

        SimulatedServiceAccount recreated = google.recreateServiceAccount(account.email());

        assertThat(recreated.email()).isEqualTo(account.email());
        assertThat(recreated.uniqueId()).matches("1[0-9]{20}").isNotEqualTo(account.uniqueId());
        assertThat(google.serviceAccount(account.email())).isSameAs(recreated);
        assertThat(Keys.isProven(google, recreated, before)).isFalse();
        assertThat(Keys.isProven(google, recreated, recreated.signJwt(PAYLOAD))).isTrue();
    }

    @Test
    void rawTextsAreSignedAsTheyAre() throws Exception {
        String token = account.sign("{\"kid\":\"KID\",\"alg\":\"RS256\"}", "{\"sub\":\"x\",\"sub\":\"y\"}");

        assertThat(SignedJWT.parse(token).getPayload().toString()).isEqualTo("{\"sub\":\"x\",\"sub\":\"y\"}");
        assertThat(SignedJWT.parse(token).getHeader().getType()).isNull();
        assertThat(Keys.isProven(google, account, token)).isTrue();
    }

    private static long validityDays(X509Certificate certificate) {
        return Duration.between(
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant())
                .toDays();
    }
}
