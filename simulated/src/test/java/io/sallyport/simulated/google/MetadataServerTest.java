package io.sallyport.simulated.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.Http;
import io.sallyport.simulated.Keys;
import io.sallyport.simulated.MovableClock;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MetadataServerTest {
    private static final Instance VM = new Instance(
            "p", 326694433618L, "europe-west1-b", "2875949485074006138", "vm-1", Instant.ofEpochSecond(1734377115));

    private final MovableClock clock = new MovableClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedServiceAccount account = google.serviceAccount("vm@p.iam.gserviceaccount.com");
    private final MetadataServer server = google.metadataServer(account, VM);

    @AfterEach
    void close() {
        google.close();
    }

    @Test
    void aVmGetsTheDocumentedClaimsInFull() throws Exception {
        HttpResponse<String> response = identity(server, "?audience=https://vault.example/a%20b&format=full");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Http.header(response, "Content-Type")).startsWith("text/html");
        assertThat(Keys.isProven(google, response.body())).isTrue();
        long now = clock.instant().getEpochSecond();
        assertThat(payload(response))
                .isEqualTo(Map.of(
                        "aud",
                        "https://vault.example/a b",
                        "azp",
                        account.uniqueId(),
                        "email",
                        account.email(),
                        "email_verified",
                        true,
                        "exp",
                        now + 3600,
                        "google",
                        Map.of(
                                "compute_engine",
                                Map.of(
                                        "instance_creation_timestamp", 1734377115L,
                                        "instance_id", "2875949485074006138",
                                        "instance_name", "vm-1",
                                        "project_id", "p",
                                        "project_number", 326694433618L,
                                        "zone", "europe-west1-b")),
                        "iat",
                        now,
                        "iss",
                        "https://accounts.google.com",
                        "sub",
                        account.uniqueId()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?audience=a", "?audience=a&format=standard", "?format=standard&audience=a&licenses=TRUE"})
    void theStandardFormatTellsNeitherAddressNorInstance(String query) throws Exception {
        HttpResponse<String> response = identity(server, query);

        assertThat(Keys.isProven(google, response.body())).isTrue();
        assertThat(payload(response))
                .containsOnlyKeys("aud", "azp", "exp", "iat", "iss", "sub")
                .containsEntry("aud", "a");
    }

    @Test
    void aWorkloadOnCloudRunHasNoInstanceToTellOf() throws Exception {
        MetadataServer cloudRun = google.metadataServer(account);

        assertThat(payload(identity(cloudRun, "?audience=a&format=full")))
                .containsOnlyKeys("aud", "azp", "email", "email_verified", "exp", "iat", "iss", "sub");
        assertThat(payload(identity(cloudRun, "?audience=a")))
                .containsOnlyKeys("aud", "azp", "exp", "iat", "iss", "sub");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "?audience=", "?audience", "?format=full", "?xaudience=a"})
    void anAudienceIsRequired(String query) throws Exception {
        HttpResponse<String> response = identity(server, query);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("non-empty audience parameter required");
    }

    @Test
    void aRequestWithoutTheHeaderIsForbidden() throws Exception {
        URI uri = URI.create(server.identity() + "?audience=a");

        assertThat(Http.get(uri).statusCode()).isEqualTo(403);
        assertThat(Http.get(uri, "Metadata-Flavor", "Other").statusCode()).isEqualTo(403);
    }

    @Test
    void aRequestThatWasForwardedIsForbidden() throws Exception {
        HttpResponse<String> response = Http.get(
                URI.create(server.identity() + "?audience=a"),
                "Metadata-Flavor",
                "Google",
                "X-Forwarded-For",
                "203.0.113.1");

        assertThat(response.statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "vm@p.iam.gserviceaccount.com"})
    void theAccountIsKnownAsTheDefaultAndByItsAddress(String name) throws Exception {
        URI base = server.uri().resolve("/computeMetadata/v1/instance/service-accounts/" + name + "/");

        assertThat(Http.get(base.resolve("email"), "Metadata-Flavor", "Google").body())
                .isEqualTo(account.email());
        assertThat(Http.get(base.resolve("identity?audience=a"), "Metadata-Flavor", "Google")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whateverItAnswersItSaysWhatItIs() throws Exception {
        assertThat(List.of(
                        Http.get(server.uri().resolve("/")),
                        Http.get(server.identity()),
                        identity(server, ""),
                        identity(server, "?audience=a"),
                        Http.get(server.uri().resolve("/computeMetadata/v1/other"), "Metadata-Flavor", "Google")))
                .allSatisfy(response -> {
                    assertThat(Http.header(response, "Metadata-Flavor")).isEqualTo("Google");
                    assertThat(Http.header(response, "Server")).isEqualTo("Metadata Server for VM");
                })
                .extracting(HttpResponse::statusCode)
                .containsExactly(200, 403, 400, 200, 404);
    }

    @Test
    void tokensAreSignedWithTheKeyThatIsCurrent() throws Exception {
        google.rotateIdTokenKeys();

        String token = identity(server, "?audience=a").body();

        assertThat(SignedJWT.parse(token).getHeader().getKeyID())
                .isEqualTo(google.idTokenKey().getKeyID());
    }

    @Test
    void itIsClosedWithItsCloud() {
        google.close();

        assertThatIOException().isThrownBy(() -> identity(server, "?audience=a"));
    }

    private static HttpResponse<String> identity(MetadataServer server, String query) throws Exception {
        return Http.get(URI.create(server.identity() + query), "Metadata-Flavor", "Google");
    }

    private static Map<String, Object> payload(HttpResponse<String> response) throws Exception {
        return SignedJWT.parse(response.body()).getPayload().toJSONObject();
    }
}
