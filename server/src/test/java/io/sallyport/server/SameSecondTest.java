package io.sallyport.server;

import static io.sallyport.server.SessionClient.JSON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jwt.JWTClaimsSet;
import io.sallyport.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.TestClock;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes to an identity that leave a revocation mark, and logins within the same second, over HTTP. */
@Timeout(120)
class SameSecondTest {
    private static final IdentityId ADMIN = new IdentityId("chief");
    private static final IdentityId WORKLOAD = new IdentityId("payments");
    private static final String IDENTITY = "/api/v1/identities/" + WORKLOAD;
    private static final String GCP = "/api/v1/auth/gcp-auth/identities/" + WORKLOAD;
    private static final String CREATE = Json.writeString(Map.of("id", WORKLOAD.value(), "name", "Payments"));
    private static final String METHOD =
            Json.writeString(Map.of("type", "gce", "allowedServiceAccounts", "payments@shop.iam.gserviceaccount.com"));

    private final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00.2Z"));

    @AutoClose
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);

    @AutoClose
    private LocalServer server;

    private SessionClient client;
    private String admin;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        server = SessionClient.serve(
                SessionClient.environment(Map.of("SALLYPORT_IDENTITY_CACHE_SECONDS", "0"), clock),
                data,
                google,
                List.of(SessionClient.identity(ADMIN, Map.of(), Map.of("role", "admin"))));
        client = new SessionClient(server.port(), google);
        admin = client.token(ADMIN);
        send("POST", "/api/v1/identities", CREATE);
        send("POST", GCP, METHOD);
        clock.advance(Duration.ofMillis(100));
    }

    static Stream<Arguments> grantsNoTokenThatIsRevokedAlreadyAfterItWas() {
        return Stream.of(
                arguments("created anew", (Change) test -> {
                    test.send("DELETE", IDENTITY, "{}");
                    test.send("POST", "/api/v1/identities", CREATE);
                    test.send("POST", GCP, METHOD);
                }),
                arguments("rid of its tokens", (Change) test -> test.send("POST", IDENTITY + "/revoke-tokens", "{}")),
                arguments("given its auth method anew", (Change) test -> {
                    test.send("DELETE", GCP, "{}");
                    test.send("POST", GCP, METHOD);
                }));
    }

    private interface Change {
        void to(SameSecondTest test) throws Exception;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void grantsNoTokenThatIsRevokedAlreadyAfterItWas(String what, Change change) throws Exception {
        String before = client.token(WORKLOAD);
        change.to(this);

        HttpResponse<String> sameInstant = client.login(WORKLOAD);
        assertThat(sameInstant.statusCode()).as(sameInstant.body()).isEqualTo(503);
        assertThat(sameInstant.headers().firstValue("Retry-After")).contains("1");
        clock.advance(Duration.ofMillis(1));
        String token = client.token(WORKLOAD);

        JWTClaimsSet claims = SessionClient.claims(token);
        assertThat(claims.getClaim("auth_time"))
                .isEqualTo(SessionClient.claims(before).getClaim("auth_time"));
        assertThat(client.renew(token).statusCode()).isEqualTo(200);
        assertThat(client.renew(before).statusCode()).isEqualTo(403);
    }

    private void send(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(client.uri(path))
                                .timeout(Duration.ofSeconds(60))
                                .header("Authorization", "Bearer " + admin)
                                .header("Content-Type", JSON)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as(method + " " + path + ": " + answer.body())
                .isEqualTo(200);
    }
}
