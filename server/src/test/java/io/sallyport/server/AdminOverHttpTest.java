package io.sallyport.server;

import static io.sallyport.server.DescribedServer.call;
import static io.sallyport.server.SessionClient.JSON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.server.DescribedServer.Call;
import io.sallyport.testing.RawHttp;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin API over the wire, through the Functions Framework. */
@Timeout(60)
class AdminOverHttpTest {
    private static final String IDENTITIES = "/api/v1/identities";
    private static final String BARE = IDENTITIES + "/" + ApiFixture.BARE;
    private static final String GCP = "/api/v1/auth/gcp-auth/identities/";

    private ApiFixture stage;
    private DescribedServer server;
    private String token;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        stage = ApiFixture.open(data);
        server = new DescribedServer(ApiDescription.read(), stage.port());
        token = server.token(ApiFixture.ADMIN);
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    private Call admin(String method, String target) {
        return call(method, target).bearer(token);
    }

    @Test
    void takesTheBodyOfAPatch() throws IOException {
        assertThat(server.send(admin("PATCH", BARE).json(Map.of("name", "Bär")), 200)
                        .body())
                .contains("\"name\":\"Bär\"");
        assertThat(server.send(admin("GET", BARE), 200).body()).contains("\"name\":\"Bär\"");
    }

    @Test
    void takesTheBodyOfAPatchInChunks() throws IOException {
        String chunked = RawHttp.chunked(
                BARE, "Authorization: Bearer " + token + "\r\nContent-Type: " + JSON + "\r\n", "{\"name\":", "\"B\"}");
        RawHttp.Answer answer = RawHttp.send(stage.port(), chunked.replaceFirst("POST", "PATCH"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"name\":\"B\"");
    }

    @Test
    void deletesWithABodyThatItDoesNotLookAt() throws IOException {
        server.send(admin("DELETE", GCP + ApiFixture.FULL).body("text/plain", "whatever"), 200);
        server.send(admin("GET", GCP + ApiFixture.FULL), 404);
        server.send(admin("DELETE", BARE).json(Map.of("id", ApiFixture.ADMIN)), 200);
        server.send(admin("GET", BARE), 404);
        server.send(admin("GET", IDENTITIES + "/" + ApiFixture.ADMIN), 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"R&D", "a+b", "50% off", "x=y&limit=0", "Zürich", "日本", "what?#", "a/b", "\"';--", "[x]{y}"})
    void findsNamesWhateverTheyAreWrittenWith(String name) throws IOException {
        server.send(admin("POST", IDENTITIES).json(Map.of("name", name, "id", "found")), 200);
        String query = "?limit=5&search=" + URLEncoder.encode(name, UTF_8);
        assertThat(server.send(admin("GET", IDENTITIES + query), 200).body())
                .contains("\"id\":\"found\"")
                .doesNotContain("\"id\":\"bare\"");
    }

    @ParameterizedTest
    @CsvSource({
        "?search=%zz, 400",
        "?search=%, 400",
        "?limit=1&limit=2, 400",
        "?search=%ff, 400",
        "?limit=%31, 200",
        "?limit=+1, 422",
        "?offset=1001, 422",
        "?cursor=%7B%7D, 422",
        "?unknown=1, 200",
        "?, 200",
        "?limit=, 200"
    })
    void readsQueriesStrictly(String query, int status) throws IOException {
        server.send(admin("GET", IDENTITIES + query), status);
    }

    @Test
    void readsNoTokenFromTheQuery() throws IOException {
        server.send(call("GET", IDENTITIES + "?access_token=" + token), 401);
    }

    @Test
    void ignoresOneTrailingSlash() throws IOException {
        server.send(admin("GET", IDENTITIES + "/"), 200);
        server.send(admin("PATCH", BARE + "/").json(Map.of("name", "Same")), 200);
        server.send(admin("POST", BARE + "/disable/"), 200);
        server.send(admin("GET", GCP + ApiFixture.FULL + "/"), 200);
        assertThat(RawHttp.send(
                                stage.port(),
                                RawHttp.head("GET", BARE + "//", "Authorization: Bearer " + token + "\r\n"))
                        .status())
                .isIn(400, 404);
    }

    @Test
    void answersHeadAsGetWithoutTheBody() throws IOException {
        RawHttp.Answer answer = server.send(admin("HEAD", BARE), 200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("Content-Type")).startsWith(JSON);
        server.send(admin("HEAD", IDENTITIES + "/no-such-id"), 404);
        server.send(call("HEAD", BARE), 401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT | /api/v1/identities | GET, POST",
                "DELETE | /api/v1/identities | GET, POST",
                "PUT | /api/v1/identities/bare | DELETE, GET, PATCH",
                "HEAD | /api/v1/identities/bare/disable | POST",
                "GET | /api/v1/identities/bare/client-secrets | POST",
                "PUT | /api/v1/auth/gcp-auth/identities/bare | DELETE, GET, PATCH, POST",
                "POST | /api/v1/auth/client-secret-auth/identities/bare | DELETE, GET, PATCH"
            })
    void saysWhichMethodsAPathTakes(String method, String path, String allowed) throws IOException {
        assertThat(server.send(admin(method, path), 405).header("Allow")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%2Fb", "..", "%2e%2e", "a;b", "a%00b", "%", "bare%20"})
    void neverTakesAPathForAnother(String id) throws IOException {
        for (String method : List.of("GET", "DELETE")) {
            RawHttp.Answer answer = RawHttp.send(
                    stage.port(),
                    RawHttp.head(method, IDENTITIES + "/" + id, "Authorization: Bearer " + token + "\r\n"));
            assertThat(answer.status()).as(answer.body()).isIn(400, 404);
        }
        server.send(admin("GET", BARE), 200);
    }
}
