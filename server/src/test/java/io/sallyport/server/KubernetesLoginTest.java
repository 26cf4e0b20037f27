package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.runtime.Environment;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.Pod;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.testing.TestClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pod logs in over HTTP with the token that is mounted into it. */
class KubernetesLoginTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Pod POD = Pod.named("payments-0");

    private final TestClock clock = new TestClock();
    private final SimulatedCluster cluster = SimulatedCluster.start(clock).allowDiscoveryByAnyone();
    private final ClusterServiceAccount payments = cluster.serviceAccount("shop", "payments");
    private final ClusterServiceAccount reviewer = cluster.serviceAccount("sallyport", "reviewer");
    private final String reviewerJwt = reviewer.legacyToken();
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private LocalServer server;
    private Path data;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        cluster.allowReviewsBy(reviewer);
        Files.writeString(folder.resolve("none.yaml"), "identities: []");
        data = folder.resolve("data");
        server = start(
                AddressPolicy.forSimulatedClusters(),
                Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - id: reviewed
                    kubernetesAuth:
                      kubernetesHost: %s
                      caCert: %s
                      tokenReviewerJwt: %s
                      allowedNamespaces: shop, web-*
                      allowedNames: pay*
                      allowedAudience: sallyport
                      accessTokenTTL: 600
                """.formatted(
                        cluster.host(),
                        Json.writeString(Map.of("", cluster.caCertificate())).replaceAll("^\\{\"\":|}$", ""),
                        reviewerJwt)));
    }

    private LocalServer start(AddressPolicy addresses, Path identities) {
        Environment environment = new Environment(
                Map.of(),
                clock,
                Environment.system().ids(),
                uri -> {
                    throw new IOException("keys of clusters come by another way");
                },
                log::add);
        return LocalServer.start(
                environment,
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        data,
                        List.of(
                                offline("discovered", Map.of("caCert", cluster.caCertificate())),
                                offline("pasted", Map.of("jwksKeys", cluster.jwksJson()))),
                        Map.of(),
                        Optional.of(identities),
                        Optional.of(addresses)));
    }

    private Identity offline(String id, Map<String, Object> more) {
        Map<String, Object> kubernetes = new HashMap<>(Map.of(
                "tokenReviewMode", "jwks",
                "jwksIssuer", cluster.issuer(),
                "allowedNamespaces", "shop",
                "allowedAudience", "sallyport",
                "accessTokenTTL", 600L));
        kubernetes.putAll(more);
        return Providers.DOCUMENTS.read(new IdentityId(id), Map.of("kubernetesAuth", kubernetes));
    }

    @AfterEach
    void stop() {
        server.close();
        cluster.close();
    }

    @Test
    void isGrantedOnTheApiServersWord() throws Exception {
        HttpResponse<String> response = logIn("reviewed", payments.token("sallyport", HOUR, POD));

        assertThat(response.statusCode()).isEqualTo(200);
        assertGranted(response, "reviewed");
        assertThat(cluster.reviews()).isEqualTo(1);
    }

    @Test
    void isGrantedOnTheWordOfTheIssuersKeys() throws Exception {
        assertGranted(logIn("discovered", payments.token("sallyport", HOUR, POD)), "discovered");
        assertGranted(logIn("discovered", payments.token("sallyport", HOUR, POD)), "discovered");
        assertGranted(logIn("pasted", payments.token("sallyport", HOUR, POD)), "pasted");
        assertThat(cluster.reviews()).isZero();
        assertThat(cluster.keyRequests())
                .as("one for discovery, one for the keys")
                .isEqualTo(2);
    }

    @Test
    void isDeniedInTheSameWordsWhateverIsWrong() throws Exception {
        String right = payments.token("sallyport", HOUR, POD);
        Stream<HttpResponse<String>> denied = Stream.of(
                logIn("reviewed", payments.token("vault", HOUR)),
                logIn("reviewed", right.substring(0, right.lastIndexOf('.')) + ".AAAA"),
                logIn("reviewed", cluster.serviceAccount("other", "payments").token("sallyport", HOUR)),
                logIn("reviewed", cluster.serviceAccount("shop", "web").token("sallyport", HOUR)),
                logIn("discovered", payments.token("vault", HOUR)),
                logIn("pasted", cluster.serviceAccount("other", "payments").token("sallyport", HOUR)),
                logIn("no-such-id", right));
        assertThat(denied.map(KubernetesLoginTest::withoutRequestId).distinct()).hasSize(1);
        assertThat(log.stream()
                        .filter(line -> line.contains("\"route\""))
                        .map(line -> line.replaceFirst(".*\"reason\":\"([a-z_]+)\".*", "$1")))
                .containsExactly(
                        "wrong_audience",
                        "not_authenticated",
                        "namespace_not_allowed",
                        "service_account_not_allowed",
                        "wrong_audience",
                        "namespace_not_allowed",
                        "unknown_identity");
    }

    @Test
    void isUndecidedWhileTheReviewerIsRefused() throws Exception {
        cluster.deleteServiceAccount("sallyport", "reviewer");
        HttpResponse<String> response = logIn("reviewed", payments.token("sallyport", HOUR));
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(log).last().asString().contains("\"reason\":\"reviewer_refused\"", "\"outcome\":\"undecided\"");
    }

    /** As in a deployed function: loopback is never a cluster, whatever the settings say. */
    @Test
    void reachesNoLoopbackWhereItIsNotSimulated(@TempDir Path folder) throws Exception {
        server.close();
        server = start(AddressPolicy.privateToo(), Files.writeString(folder.resolve("none.yaml"), "identities: []"));
        HttpResponse<String> response = logIn("reviewed", payments.token("sallyport", HOUR));
        assertThat(response.statusCode()).isEqualTo(503);
        // It stays so until an operator changes the configuration.
        assertThat(response.headers().firstValue("Retry-After")).isEmpty();
        assertThat(response.body()).doesNotContain("try again");
        assertThat(logIn("discovered", payments.token("sallyport", HOUR)).statusCode())
                .isEqualTo(503);
        assertThat(log)
                .filteredOn(line -> line.contains("\"reason\":\"host_not_allowed\""))
                .hasSize(2);
        assertThat(cluster.reviews() + cluster.keyRequests()).isZero();
    }

    /** A canary: neither the reviewer's token nor the workload's appears anywhere but where it must. */
    @Test
    void keepsTheReviewersTokenToItself() throws Exception {
        String token = payments.token("sallyport", HOUR, POD);
        StringBuilder said = new StringBuilder(logIn("reviewed", token).body());
        for (int status : new int[] {401, 403, 500}) {
            cluster.behaviour().fail(status);
            said.append(logIn("reviewed", token).body());
        }
        cluster.behaviour().recover();
        cluster.behaviour().truncate();
        said.append(logIn("reviewed", token).body());
        cluster.behaviour().recover();
        cluster.presentCertificateFor("kube.example");
        said.append(logIn("reviewed", token).body());
        log.forEach(said::append);
        server.close();
        assertThat(said.toString()).doesNotContain(parts(reviewerJwt)).doesNotContain(parts(token));
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(parts(reviewerJwt));
            }
        }
        server = start(AddressPolicy.forSimulatedClusters(), data.resolveSibling("identities.yaml"));
    }

    @Test
    void decryptsAfterARestartWhatItEncryptedBefore(@TempDir Path folder) throws Exception {
        server.close();
        server = start(
                AddressPolicy.forSimulatedClusters(), Files.writeString(folder.resolve("none.yaml"), "identities: []"));
        assertGranted(logIn("reviewed", payments.token("sallyport", HOUR, POD)), "reviewed");
        Path key = data.resolve("encryption-key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        server.close();
        Files.delete(key);
        server = start(AddressPolicy.forSimulatedClusters(), folder.resolve("none.yaml"));
        assertThat(logIn("reviewed", payments.token("sallyport", HOUR)).statusCode())
                .isEqualTo(503);
        assertThat(log).last().asString().contains("\"reason\":\"secret_unreadable\"");
    }

    /** An attacker who can write to the store but has no key: the token goes only to the host that it was set for. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"host", "host and CA", "CA", "no CA"})
    void sendsNothingWhereTheStoreNamesAnother(String moved) throws Exception {
        server.close();
        try (SimulatedCluster thief = SimulatedCluster.start(clock);
                SqliteDatabase database = SqliteDatabase.open(data.resolve("sallyport.db"))) {
            SqliteIdentityStore store = new SqliteIdentityStore(database, Providers.DOCUMENTS);
            IdentityId id = new IdentityId("reviewed");
            Map<String, Object> document =
                    Providers.DOCUMENTS.write(store.findRecord(id).orElseThrow());
            Map<String, Object> kubernetes = new HashMap<>();
            ((Map<?, ?>) document.get("kubernetesAuth")).forEach((name, value) -> kubernetes.put((String) name, value));
            assertThat(kubernetes).containsKey("tokenReviewerJwtSealed");
            if (moved.contains("host")) {
                kubernetes.put("kubernetesHost", thief.host());
            }
            if (moved.equals("no CA")) {
                kubernetes.remove("caCert");
            } else if (moved.contains("CA")) {
                kubernetes.put("caCert", thief.caCertificate());
            }
            document.put("kubernetesAuth", kubernetes);
            store.saveDocument(id, Json.writeString(document));
            server = start(AddressPolicy.forSimulatedClusters(), data.resolveSibling("none.yaml"));

            HttpResponse<String> response = logIn("reviewed", payments.token("sallyport", HOUR, POD));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(log).last().asString().contains("\"reason\":\"secret_unreadable\"");
            assertThat(thief.reviews() + thief.keyRequests() + cluster.reviews())
                    .isZero();
        }
    }

    private static String[] parts(String token) {
        return token.substring(token.indexOf('.') + 1).split("\\.");
    }

    private void assertGranted(HttpResponse<String> response, String identity) throws Exception {
        assertThat(response.statusCode()).as(response.body() + log).isEqualTo(200);
        String token = (String) Json.parseObject(response.body()).get("accessToken");
        Map<String, Object> claims = Json.parseObject(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        assertThat(claims).containsEntry("sub", identity).containsEntry("auth_method", "kubernetes");
        Map<?, ?> attestation = new HashMap<>((Map<?, ?>) claims.get("attestation"));
        assertThat(attestation.remove("trust_thumbprint")).asString().matches("[A-Za-z0-9_-]{22}");
        assertThat(attestation)
                .isEqualTo(Map.of(
                        "namespace",
                        "shop",
                        "service_account",
                        "payments",
                        "service_account_uid",
                        payments.uid(),
                        "node_name",
                        "node-1",
                        "pod_name",
                        POD.name(),
                        "pod_uid",
                        POD.uid()));
    }

    private static String withoutRequestId(HttpResponse<String> response) {
        return response.statusCode() + response.body().replaceFirst("req-[A-Za-z0-9_-]+", "");
    }

    private HttpResponse<String> logIn(String identity, String jwt) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.port() + "/api/v1/auth/kubernetes-auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                Json.writeString(Map.of("identityId", identity, "jwt", jwt))))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
