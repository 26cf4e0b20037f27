package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.AwsStsServer;
import io.sallyport.simulated.aws.CallerIdentitySigner;
import io.sallyport.simulated.aws.SimulatedAws;
import io.sallyport.simulated.aws.TemporaryCredentials;
import io.sallyport.testing.TestClock;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session of an AWS role logs in over HTTP with a request that it signed. */
class AwsLoginTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/payments";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final TestClock clock = new TestClock();
    private final SimulatedAws aws = SimulatedAws.start(clock);
    private final AwsStsServer sts = aws.sts();
    private final TemporaryCredentials keys = aws.assume(new AwsSession("123456789012", "payments", "i-0123456789"));
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private LocalServer server;

    @BeforeEach
    void start(@TempDir Path data) {
        Environment environment = new Environment(
                Map.of("SALLYPORT_ISSUER", "https://login.example.com"),
                clock,
                Environment.system().ids(),
                HttpFetcher.plainHttpToo(),
                log::add);
        server = LocalServer.start(
                environment,
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        data,
                        List.of(
                                identity("payments", Map.of()),
                                identity("refunds", Map.of()),
                                identity("again", Map.of("singleUse", false)),
                                identity("bound", Map.of("requireServerId", true))),
                        sts.replacedAddresses()));
    }

    private static Identity identity(String id, Map<String, Object> more) {
        Map<String, Object> method = new HashMap<>(Map.of("allowedPrincipalArns", ROLE, "accessTokenTTL", 600L));
        method.putAll(more);
        return Providers.DOCUMENTS.read(new IdentityId(id), Map.of("awsAuth", method));
    }

    @AfterEach
    void stop() {
        server.close();
        aws.close();
    }

    private CallerIdentitySigner signer() {
        return new CallerIdentitySigner(keys, "eu-west-1", clock.instant());
    }

    @Test
    void isGrantedForARequestThatTheRoleSigned() throws Exception {
        HttpResponse<String> response = logIn("payments", signer().login());

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        Map<String, Object> body = Json.parseObject(response.body());
        assertThat(body).containsEntry("expiresIn", 600L).containsEntry("tokenType", "Bearer");
        Map<String, Object> claims = claims(String.valueOf(body.get("accessToken")));
        assertThat(claims).containsEntry("sub", "payments").containsEntry("auth_method", "aws");
        assertThat(String.valueOf(claims.get("attestation")))
                .contains("arn:aws:sts::123456789012:assumed-role/payments/i-0123456789", ROLE, "123456789012");
        assertThat(log).anyMatch(line -> line.contains("\"outcome\":\"granted\"") && line.contains(ROLE));
        assertThat(log).noneMatch(line -> line.contains(keys.sessionToken()) || line.contains("Signature="));
    }

    @Test
    void isGrantedForAForm() throws Exception {
        Map<String, Object> fields = signer().login();
        fields.put("identityId", "payments");
        String form = fields.entrySet().stream()
                .map(field -> field.getKey() + "="
                        + URLEncoder.encode(field.getValue().toString(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));

        assertThat(send("application/x-www-form-urlencoded", form).statusCode()).isEqualTo(200);
    }

    @Test
    void canRenewItsSession() throws Exception {
        String token = String.valueOf(
                Json.parseObject(logIn("payments", signer().login()).body()).get("accessToken"));
        HttpResponse<String> renewed = CLIENT.send(
                HttpRequest.newBuilder(uri("/api/v1/auth/token/renew"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(Json.writeString(Map.of("accessToken", token))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(renewed.statusCode()).isEqualTo(200);
    }

    @Test
    void isDeniedASecondUseOfASignatureAtAnyIdentity() throws Exception {
        Map<String, Object> once = signer().login();

        assertThat(logIn("payments", once).statusCode()).isEqualTo(200);
        assertThat(logIn("payments", once).statusCode()).isEqualTo(401);
        assertThat(logIn("refunds", once).statusCode()).isEqualTo(401);
        assertThat(log).filteredOn(line -> line.contains("signature_reused")).hasSize(2);
    }

    /** Two honest logins with the same keys in the same second have the same signature. */
    @Test
    void isDeniedASecondLoginInTheSameSecondAndGrantedOneInTheNext() throws Exception {
        assertThat(logIn("payments", signer().login()).statusCode()).isEqualTo(200);
        assertThat(logIn("payments", signer().login()).statusCode()).isEqualTo(401);
        assertThat(log).anyMatch(line -> line.contains("signature_reused"));

        clock.advance(Duration.ofSeconds(1));
        assertThat(logIn("payments", signer().login()).statusCode()).isEqualTo(200);
    }

    @Test
    void isGrantedForASignatureOnceUnder64Threads() throws Exception {
        Map<String, Object> once = signer().login();
        List<Callable<Integer>> logins = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            String identity = i % 2 == 0 ? "payments" : "refunds";
            logins.add(() -> logIn(identity, once).statusCode());
        }
        List<Integer> statuses = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            for (Future<Integer> login : threads.invokeAll(logins)) {
                statuses.add(login.get());
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(statuses).containsOnly(200, 401);
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
    }

    @Test
    void mayUseASignatureAgainIfTheIdentitySaysSo() throws Exception {
        Map<String, Object> twice = signer().login();

        assertThat(logIn("again", twice).statusCode()).isEqualTo(200);
        assertThat(logIn("again", twice).statusCode()).isEqualTo(200);
    }

    /** A login that is denied uses nothing up: the caller may fix it and send the same signature. */
    @Test
    void doesNotUseUpASignatureThatIsDenied() throws Exception {
        Map<String, Object> once = signer().login();
        sts.behaviour().fail(503, "ServiceUnavailable");
        assertThat(logIn("payments", once).statusCode()).isEqualTo(503);
        sts.behaviour().recover();

        assertThat(logIn("bound", once).statusCode()).isEqualTo(401);
        assertThat(logIn("payments", once).statusCode()).isEqualTo(200);
    }

    @Test
    void isDeniedARoleOfTheSameNameInAnotherAccount() throws Exception {
        assertThat(logIn("payments", signer().login()).statusCode()).isEqualTo(200);
        TemporaryCredentials others = aws.assume(new AwsSession("999999999999", "payments", "i-0123456789"));

        assertThat(logIn("payments", new CallerIdentitySigner(others, "eu-west-1", clock.instant()).login())
                        .statusCode())
                .isEqualTo(401);
        assertThat(log).anyMatch(line -> line.contains("aws_principal_not_allowed"));
    }

    @Test
    void isBoundToThisServerByItsIssuersHost() throws Exception {
        assertThat(logIn("bound", signer().login()).statusCode()).isEqualTo(401);
        assertThat(logIn(
                                "bound",
                                signer().header("X-Sallyport-Server-Id", "login.example.com")
                                        .login())
                        .statusCode())
                .isEqualTo(200);
        assertThat(logIn(
                                "payments",
                                signer().header("X-Sallyport-Server-Id", "other.example.com")
                                        .login())
                        .statusCode())
                .isEqualTo(401);
        assertThat(log).filteredOn(line -> line.contains("wrong_server_id")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"500, InternalFailure", "503, ServiceUnavailable", "400, Throttling"})
    void isUndecidedWhileStsIsDown(int status, String code) throws Exception {
        sts.behaviour().fail(status, code);
        HttpResponse<String> response = logIn("payments", signer().login());

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(log).anyMatch(line -> line.contains("sts_unavailable"));
    }

    @Test
    void callsNoStsForAnIdentityThatDoesNotExist() throws Exception {
        assertThat(logIn("stranger", signer().login()).statusCode()).isEqualTo(401);
        assertThat(sts.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"identityId", "iamHttpRequestMethod", "iamRequestBody", "iamRequestHeaders"})
    void refusesAFieldThatIsMissingOrDoubledOrNoTextOrTooLong(String field) throws Exception {
        Map<String, Object> whole = new LinkedHashMap<>(signer().login());
        whole.put("identityId", "payments");
        Map<String, Object> missing = new LinkedHashMap<>(whole);
        missing.remove(field);
        assertInvalid(missing, field);
        for (Object value : List.of(7L, true, List.of("x"), Map.of(), "", " ", "x".repeat(16 * 1024 + 1))) {
            Map<String, Object> wrong = new LinkedHashMap<>(whole);
            wrong.put(field, value);
            assertInvalid(wrong, field);
        }
        String json = Json.writeString(whole);
        assertThat(send("application/json", "{\"" + field + "\":\"x\"," + json.substring(1))
                        .statusCode())
                .isEqualTo(400);
        assertThat(sts.received()).isEmpty();
        assertThat(send("application/json", json).statusCode()).isEqualTo(200);
    }

    private void assertInvalid(Map<String, Object> fields, String field) throws Exception {
        HttpResponse<String> response = send("application/json", Json.writeString(fields));
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("\"path\":[\"" + field + "\"]");
    }

    private HttpResponse<String> logIn(String identity, Map<String, Object> login) throws Exception {
        Map<String, Object> fields = new LinkedHashMap<>(login);
        fields.put("identityId", identity);
        return send("application/json", Json.writeString(fields));
    }

    private HttpResponse<String> send(String contentType, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(uri("/api/v1/auth/aws-auth/login"))
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private static Map<String, Object> claims(String jwt) throws Exception {
        return new HashMap<>(Json.parseObject(Base64.getUrlDecoder().decode(jwt.split("\\.")[1])));
    }
}
