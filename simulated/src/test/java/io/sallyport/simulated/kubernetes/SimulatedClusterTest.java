package io.sallyport.simulated.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.MovableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class SimulatedClusterTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final MovableClock clock = new MovableClock();
    private final SimulatedCluster cluster = SimulatedCluster.start(clock);
    private final ClusterServiceAccount payments = cluster.serviceAccount("shop", "payments");
    private final ClusterServiceAccount reviewer = cluster.serviceAccount("sallyport", "reviewer");
    private HttpClient client;

    @BeforeEach
    void trustTheCluster() throws Exception {
        cluster.allowReviewsBy(reviewer);
        cluster.allowDiscoveryByAnyone();
        trust(cluster);
    }

    private void trust(SimulatedCluster trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(trusted.caCertificate().getBytes(UTF_8))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(context).build();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void reviewsAPodsTokenAsAnApiServerDoes() throws Exception {
        Pod pod = Pod.named("payments-0");
        String token = payments.token("sallyport", HOUR, pod);
        HttpResponse<String> response = review(token, List.of("other", "sallyport"));

        assertThat(response.statusCode()).isEqualTo(201);
        Map<String, Object> answer = JSONObjectUtils.parse(response.body());
        assertThat(answer).containsEntry("kind", "TokenReview").containsEntry("apiVersion", "authentication.k8s.io/v1");
        assertThat(answer.get("spec")).isEqualTo(Map.of("token", token, "audiences", List.of("other", "sallyport")));
        String id = SignedJWT.parse(token).getJWTClaimsSet().getJWTID();
        assertThat(answer.get("status"))
                .isEqualTo(Map.of(
                        "authenticated",
                        true,
                        "user",
                        Map.of(
                                "username",
                                "system:serviceaccount:shop:payments",
                                "uid",
                                payments.uid(),
                                "groups",
                                List.of(
                                        "system:serviceaccounts",
                                        "system:serviceaccounts:shop",
                                        "system:authenticated"),
                                "extra",
                                Map.of(
                                        "authentication.kubernetes.io/credential-id", List.of("JTI=" + id),
                                        "authentication.kubernetes.io/node-name", List.of("node-1"),
                                        "authentication.kubernetes.io/pod-name", List.of("payments-0"),
                                        "authentication.kubernetes.io/pod-uid", List.of(pod.uid()))),
                        "audiences",
                        List.of("sallyport")));
    }

    @Test
    void leavesAuthenticatedAwayFromWhatItRefuses() throws Exception {
        cluster.serviceAccount("shop", "gone");
        String gone = cluster.serviceAccount("shop", "gone").token();
        cluster.deleteServiceAccount("shop", "gone");
        String recreated = cluster.serviceAccount("shop", "again").token();
        cluster.recreateServiceAccount("shop", "again");
        Map<String, Object> foreign = payments.claims(List.of(cluster.apiAudience()), HOUR, Optional.empty());
        foreign.put("iss", "https://elsewhere.example");
        List<String> errors = new ArrayList<>();
        for (String token : List.of(
                payments.token("vault", HOUR),
                payments.token(cluster.apiAudience(), Duration.ofSeconds(-61)),
                gone,
                recreated,
                cluster.sign(foreign),
                "garbage",
                payments.token().replaceFirst("\\.[^.]*$", ".AAAA"))) {
            Map<String, Object> status = status(review(token, List.of()));
            assertThat(status).containsOnlyKeys("user", "error").containsEntry("user", Map.of());
            errors.add(String.valueOf(status.get("error")));
        }
        assertThat(errors).allMatch(error -> error.startsWith("[invalid bearer token, "));
        assertThat(errors).anyMatch(error -> error.contains("expired"));
        assertThat(errors).anyMatch(error -> error.contains("has been deleted"));
        assertThat(errors).anyMatch(error -> error.contains("does not match claim"));
    }

    @Test
    void allowsAMinuteBeyondTheExpiry() throws Exception {
        String token = payments.token(cluster.apiAudience(), Duration.ofMinutes(10));
        clock.advance(Duration.ofMinutes(11).minusSeconds(1));
        cluster.allowReviewsBy(reviewer);
        assertThat(status(review(token, List.of()))).containsEntry("authenticated", true);
        clock.advance(Duration.ofSeconds(2));
        assertThat(status(review(token, List.of()))).doesNotContainKey("authenticated");
    }

    @Test
    void takesTheApiServersOwnAudienceWhereNoneIsAskedFor() throws Exception {
        assertThat(status(review(payments.token(), List.of())))
                .containsEntry("audiences", List.of(cluster.apiAudience()));
        assertThat(status(review(payments.legacyToken(), List.of()))).containsEntry("authenticated", true);
        assertThat(status(review(payments.legacyToken(), List.of("vault")))).doesNotContainKey("authenticated");
    }

    @Test
    void reviewsForThoseAloneWhoMay() throws Exception {
        assertStatus(403, "Forbidden", ask(payments.token(), body(payments.token(), List.of())));
        assertStatus(401, "Unauthorized", ask("garbage", body(payments.token(), List.of())));
        assertStatus(401, "Unauthorized", ask(reviewer.token("vault", HOUR), body(payments.token(), List.of())));
        HttpResponse<String> anonymous = client.send(
                HttpRequest.newBuilder(URI.create(cluster.host() + TokenReviewEndpoint.PATH))
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
        assertStatus(403, "Forbidden", anonymous);
        assertThat(anonymous.body()).contains("system:anonymous");
        assertThat(cluster.reviews()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[", "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v1\",\"spec\":{}}"})
    void takesTokenReviewsAlone(String body) throws Exception {
        assertStatus(400, "BadRequest", ask(reviewer.token(), body));
    }

    @Test
    void signsTokensThatItsPublishedKeysProve() throws Exception {
        Map<String, Object> discovery = JSONObjectUtils.parse(get("/.well-known/openid-configuration"));
        assertThat(discovery).containsEntry("issuer", cluster.issuer());
        String keys = get(URI.create(String.valueOf(discovery.get("jwks_uri"))).getPath());
        assertThat(JSONObjectUtils.parse(keys)).isEqualTo(JSONObjectUtils.parse(cluster.jwksJson()));
        SignedJWT jwt = SignedJWT.parse(payments.token("sallyport", HOUR, Pod.named("payments-0")));
        assertThat(jwt.verify(new RSASSAVerifier(JWKSet.parse(keys)
                        .getKeyByKeyId(jwt.getHeader().getKeyID())
                        .toRSAKey())))
                .isTrue();
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("system:serviceaccount:shop:payments");
        assertThat(claims.getAudience()).containsExactly("sallyport");
        assertThat(claims.getExpirationTime())
                .isEqualTo(Date.from(
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(HOUR)));
        assertThat(claims.getJSONObjectClaim("kubernetes.io"))
                .containsEntry("namespace", "shop")
                .containsEntry("serviceaccount", Map.of("name", "payments", "uid", payments.uid()))
                .containsKeys("pod", "node");
        assertThat(cluster.keyRequests()).isEqualTo(2);
    }

    /** As kube-apiserver 1.36 answers, and 1.20 did. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/openid/v1/jwks | application/json | 406",
                "/openid/v1/jwks | application/json;q=0.5 | 406",
                "/openid/v1/jwks | application/* | 406",
                "/openid/v1/jwks | text/html | 406",
                "/openid/v1/jwks | */* | 200",
                "/openid/v1/jwks | application/jwk-set+json | 200",
                "/openid/v1/jwks | application/jwk-set+json, application/json | 200",
                "/openid/v1/jwks | application/json, application/jwk-set+json;q=0.1 | 200",
                "/.well-known/openid-configuration | application/json | 200",
                "/.well-known/openid-configuration | application/jwk-set+json, application/json | 200",
                "/.well-known/openid-configuration | application/jwk-set+json | 406",
                "/.well-known/openid-configuration | application/* | 406"
            })
    void publishesItsDocumentsAsTheirMediaTypeAlone(String path, String accept, int status) throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create(cluster.host() + path))
                        .header("Accept", accept)
                        .build(),
                BodyHandlers.ofString());
        if (status == 406) {
            assertStatus(406, "NotAcceptable", response);
        } else {
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type"))
                    .hasValue(path.endsWith("jwks") ? "application/jwk-set+json" : "application/json");
        }
    }

    @Test
    void publishesItsDocumentsToServiceAccountsAloneUnlessToldOtherwise() throws Exception {
        try (SimulatedCluster closed = SimulatedCluster.start(clock)) {
            trust(closed);
            String bearer = closed.serviceAccount("shop", "payments").token();
            for (String path : List.of("/.well-known/openid-configuration", "/openid/v1/jwks")) {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(closed.host() + path));
                HttpResponse<String> anonymous = client.send(request.build(), BodyHandlers.ofString());
                assertStatus(403, "Forbidden", anonymous);
                assertThat(anonymous.body()).contains("system:anonymous", "cannot get path");
                assertThat(client.send(
                                        request.copy()
                                                .header("Authorization", "Bearer " + bearer)
                                                .build(),
                                        BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
                assertStatus(
                        401,
                        "Unauthorized",
                        client.send(
                                request.copy()
                                        .header("Authorization", "Bearer garbage")
                                        .build(),
                                BodyHandlers.ofString()));
            }
            closed.allowDiscoveryByAnyone();
            HttpRequest.Builder keys = HttpRequest.newBuilder(URI.create(closed.host() + "/openid/v1/jwks"));
            assertThat(client.send(keys.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            assertStatus(
                    403,
                    "Forbidden",
                    client.send(keys.POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString()));
        }
    }

    @Test
    void readsReviewsInJsonAlone() throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(cluster.host() + TokenReviewEndpoint.PATH))
                .header("Authorization", "Bearer " + reviewer.token())
                .POST(BodyPublishers.ofString(body(payments.token(), List.of())));
        assertStatus(
                415,
                "UnsupportedMediaType",
                client.send(request.copy().header("Content-Type", "text/plain").build(), BodyHandlers.ofString()));
        assertStatus(
                406,
                "NotAcceptable",
                client.send(request.copy().header("Accept", "text/html").build(), BodyHandlers.ofString()));
        assertThat(client.send(
                                request.copy()
                                        .header("Content-Type", "application/json; charset=utf-8")
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(201);
        assertStatus(403, "Forbidden", client.send(request.copy().GET().build(), BodyHandlers.ofString()));
    }

    @Test
    void givesARecreatedAccountAnotherUid() {
        assertThat(cluster.serviceAccount("shop", "payments")).isSameAs(payments);
        assertThat(cluster.recreateServiceAccount("shop", "payments").uid()).isNotEqualTo(payments.uid());
    }

    @Test
    void behavesAsItIsTold() throws Exception {
        cluster.behaviour().fail(503);
        assertStatus(503, "InternalError", review(payments.token(), List.of()));
        cluster.behaviour().answerWith(418, "teapot");
        assertThat(review(payments.token(), List.of()))
                .returns(418, HttpResponse::statusCode)
                .returns("teapot", HttpResponse::body);
        cluster.behaviour().redirectTo(URI.create("https://elsewhere.example/"));
        assertThat(review(payments.token(), List.of()).statusCode()).isEqualTo(307);
        cluster.behaviour().truncate();
        assertThatIOException().isThrownBy(() -> review(payments.token(), List.of()));
        cluster.behaviour().recover();
        assertThat(review(payments.token(), List.of()).statusCode()).isEqualTo(201);
    }

    @Test
    void showsTheCertificateThatItIsToldTo() throws Exception {
        cluster.presentCertificateFor("kube.example");
        assertThatIOException().isThrownBy(() -> get("/openid/v1/jwks"));
        cluster.presentExpiredCertificate();
        assertThatIOException().isThrownBy(() -> get("/openid/v1/jwks"));
        cluster.presentOwnCertificate();
        assertThat(get("/openid/v1/jwks")).contains("keys");
    }

    private static void assertStatus(int code, String reason, HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).isEqualTo(code);
        assertThat(JSONObjectUtils.parse(response.body()))
                .containsEntry("kind", "Status")
                .containsEntry("status", "Failure")
                .containsEntry("reason", reason);
    }

    private static Map<String, Object> status(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).isEqualTo(201);
        return JSONObjectUtils.getJSONObject(JSONObjectUtils.parse(response.body()), "status");
    }

    private HttpResponse<String> review(String token, List<String> audiences) throws IOException, InterruptedException {
        return ask(reviewer.token(), body(token, audiences));
    }

    private static String body(String token, List<String> audiences) {
        Map<String, Object> spec =
                audiences.isEmpty() ? Map.of("token", token) : Map.of("token", token, "audiences", audiences);
        return JSONObjectUtils.toJSONString(
                Map.of("apiVersion", "authentication.k8s.io/v1", "kind", "TokenReview", "spec", spec));
    }

    private HttpResponse<String> ask(String bearer, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(cluster.host() + TokenReviewEndpoint.PATH))
                        .header("Authorization", "Bearer " + bearer)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private String get(String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create(cluster.host() + path))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
