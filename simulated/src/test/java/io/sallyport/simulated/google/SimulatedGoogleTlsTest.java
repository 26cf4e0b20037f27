package io.sallyport.simulated.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.nimbusds.jose.jwk.JWKSet;
import io.sallyport.simulated.Trusting;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatedGoogleTlsTest {
    private static HttpResponse<String> certs(HttpClient client, SimulatedGoogle google) throws Exception {
        return client.send(HttpRequest.newBuilder(google.oauth2Certs()).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void publishesItsKeysToThoseWhoTrustItsAuthority() throws Exception {
        try (SimulatedGoogle google = SimulatedGoogle.startTls(InstantSource.system())) {
            assertThat(google.oauth2Certs()).hasScheme("https");
            assertThat(google.serviceAccountCerts()).hasScheme("https");
            JWKSet published = JWKSet.parse(
                    certs(Trusting.client(google.caCertificate()), google).body());
            assertThat(published.getKeyByKeyId(google.idTokenKey().getKeyID())).isNotNull();
        }
    }

    @Test
    void isNotTrustedByAnybodyElse() {
        try (SimulatedGoogle google = SimulatedGoogle.startTls(InstantSource.system())) {
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> certs(HttpClient.newHttpClient(), google));
        }
    }

    @Test
    void hasNoCertificateWithoutTls() {
        try (SimulatedGoogle google = SimulatedGoogle.start(InstantSource.system())) {
            assertThat(google.oauth2Certs()).hasScheme("http");
            assertThatIllegalStateException().isThrownBy(google::caCertificate);
        }
    }
}
