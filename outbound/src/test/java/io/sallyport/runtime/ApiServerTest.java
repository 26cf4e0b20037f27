package io.sallyport.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.Globs;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.method.Assertion;
import io.sallyport.method.kubernetes.KubernetesAttestation;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.kubernetes.KubernetesVerifier;
import io.sallyport.method.kubernetes.Placement;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.token.TokenPolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real API server; see {@link ApiServer} for its requirements. Skipped without it. */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ApiServerTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final EncryptedSecret ENCRYPTED = new EncryptedSecret("v1.encrypted-reviewer-token");
    private static final String DEFAULT_ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final Map<String, String> ANYONE =
            Map.of("apiGroup", "rbac.authorization.k8s.io", "kind", "Group", "name", "system:unauthenticated");

    @TempDir
    private static Path folder;

    private static ApiServer server;
    private static String reviewer;

    @BeforeAll
    static void start() throws Exception {
        server = new ApiServer(folder.resolve("default"), Optional.of(DEFAULT_ISSUER));
        server.create("/api/v1/namespaces", Map.of("metadata", Map.of("name", "shop")));
        server.createServiceAccount("shop", "payments");
        server.createServiceAccount("shop", "delegator");
        server.createServiceAccount("default", "reviewer");
        server.bind("reviewer", "system:auth-delegator", account("default", "reviewer"));
        server.bind("delegator", "system:auth-delegator", account("shop", "delegator"));
        reviewer = server.token("default", "reviewer", List.of(), 3600, Optional.empty());
        // The authorizer sees a binding a moment later.
        while (server.send("POST", REVIEWS, json(reviewer), "{}").statusCode() == 403
                || server.send("POST", REVIEWS, json(own()), "{}").statusCode() == 403) {
            Thread.onSpinWait();
        }
    }

    private static String own() throws Exception {
        return server.token("shop", "delegator", List.of(), 3600, Optional.empty());
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    @Order(1)
    void reviewsWithTheReviewersToken() throws Exception {
        assertThat(verify(token("sallyport"), reviewed(Optional.of("sallyport")))
                        .serviceAccount())
                .isEqualTo("payments");
        assertRefused(Reason.NOT_AUTHENTICATED, forged(token("sallyport")), reviewed(Optional.of("sallyport")));
        assertRefused(Reason.WRONG_AUDIENCE, token("vault"), reviewed(Optional.of("sallyport")));
    }

    @Test
    @Order(2)
    void reviewsWithTheWorkloadsOwnToken() throws Exception {
        KubernetesAuth method = method(
                new KubernetesAuth.ByApi(server.host(), Optional.of(server.authorities()), Optional.empty()),
                Optional.empty());
        assertThat(verify(own(), method).serviceAccount()).isEqualTo("delegator");
        String payments = server.token("shop", "payments", List.of(), 3600, Optional.empty());
        assertRefused(Reason.REVIEWER_REFUSED, payments, method);
        assertRefused(Reason.NOT_AUTHENTICATED, forged(payments), method);
    }

    /** It is for the API server and valid for a year: accepted by a review, never by the keys. */
    @Test
    @Order(3)
    void takesAPodsDefaultTokenForAReviewAlone() throws Exception {
        Map<String, ?> pod = server.create(
                "/api/v1/namespaces/shop/pods",
                Map.of(
                        "metadata",
                        Map.of("name", "payments-0"),
                        "spec",
                        Map.of(
                                "serviceAccountName",
                                "payments",
                                "containers",
                                List.of(Map.of("name", "main", "image", "none")))));
        String uid = String.valueOf(((Map<?, ?>) pod.get("metadata")).get("uid"));
        Optional<Map<String, ?>> bound =
                Optional.of(Map.of("apiVersion", "v1", "kind", "Pod", "name", "payments-0", "uid", uid));
        String mounted = server.token("shop", "payments", List.of(), 3607, bound);
        assertThat(verify(mounted, reviewed(Optional.empty())).pod())
                .contains(new KubernetesAttestation.Pod("payments-0", uid));
        assertRefused(Reason.LIFETIME_TOO_LONG, mounted, addressed(DEFAULT_ISSUER));
        String day = server.token("shop", "payments", List.of("sallyport"), 86_400, bound);
        assertThat(verify(day, pasted()).pod()).contains(new KubernetesAttestation.Pod("payments-0", uid));
    }

    /** Behaves like the simulated cluster, on which all other tests rely. */
    @Test
    @Order(4)
    void answersAsTheSimulatedClusterDoes() throws Exception {
        try (SimulatedCluster simulated = SimulatedCluster.start(InstantSource.system())) {
            simulated.allowReviewsBy(simulated.serviceAccount("default", "reviewer"));
            String simulatedReviewer =
                    simulated.serviceAccount("default", "reviewer").token();
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(ApiServer.trusting(simulated.caCertificate()))
                    .build();
            for (Probe probe : probes()) {
                HttpResponse<String> expected =
                        server.send(probe.method(), probe.path(), probe.headers(reviewer), probe.body());
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(simulated.host() + probe.path()))
                        .method(probe.method(), BodyPublishers.ofString(probe.body()));
                probe.headers(simulatedReviewer).forEach(request::header);
                HttpResponse<String> found = client.send(request.build(), BodyHandlers.ofString());
                String which = probe.toString();
                assertThat(found.statusCode()).as(which).isEqualTo(expected.statusCode());
                assertThat(contentType(found)).as(which).isEqualTo(contentType(expected));
                if (expected.statusCode() >= 400) {
                    assertThat(status(found)).as(which).isEqualTo(status(expected));
                }
            }
        }
    }

    /**
     * A request to an API server.
     *
     * @param bearer empty for none; {@code REVIEWER} for the reviewer's token
     * @param accept empty for none, as contentType
     */
    private record Probe(String method, String path, String bearer, String accept, String contentType) {
        Map<String, String> headers(String reviewersToken) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Accept", accept);
            headers.put("Content-Type", contentType);
            headers.put(
                    "Authorization",
                    bearer.isEmpty() ? "" : "Bearer " + (bearer.equals("REVIEWER") ? reviewersToken : bearer));
            headers.values().removeIf(String::isEmpty);
            return headers;
        }

        String body() {
            return method.equals("GET")
                    ? ""
                    : Json.writeString(Map.of(
                            "apiVersion",
                            "authentication.k8s.io/v1",
                            "kind",
                            "TokenReview",
                            "spec",
                            Map.of("token", "a.b.c")));
        }
    }

    private static List<Probe> probes() {
        List<Probe> probes = new ArrayList<>();
        List<String> paths = List.of("/.well-known/openid-configuration", "/openid/v1/jwks", REVIEWS, "/nothing");
        List<String> accepted = List.of(
                "",
                "application/json",
                "application/jwk-set+json",
                HttpFetcher.ACCEPT,
                "application/*",
                "*/*",
                "text/html");
        for (String path : paths) {
            for (String bearer : List.of("", "garbage", "REVIEWER")) {
                for (String accept : accepted) {
                    probes.add(new Probe("GET", path, bearer, accept, ""));
                    probes.add(new Probe("POST", path, bearer, accept, "application/json"));
                    probes.add(new Probe("POST", path, bearer, accept, "text/plain"));
                }
            }
        }
        probes.add(new Probe("PUT", REVIEWS, "REVIEWER", "application/json", "application/json"));
        probes.add(new Probe("POST", REVIEWS, "REVIEWER", "application/json", ""));
        probes.add(new Probe("POST", REVIEWS, "REVIEWER", "application/json", "application/json; charset=utf-8"));
        return probes;
    }

    @Test
    @Order(5)
    void readsNoKeysOfAClusterThatDoesNotLetAnyoneReadThem() throws Exception {
        String token = token("sallyport");
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(token, addressed(DEFAULT_ISSUER)))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason)
                .satisfies(refused -> assertThat(refused.detail()).contains("HTTP status 403"));
    }

    @Test
    @Order(6)
    void provesByTheKeysAtTheServersAddressWhateverTheIssuerIs() throws Exception {
        openDiscovery(server);
        assertThat(verify(token("sallyport"), addressed(DEFAULT_ISSUER)).serviceAccount())
                .isEqualTo("payments");
        assertRefused(Reason.BAD_SIGNATURE, forged(token("sallyport")), addressed(DEFAULT_ISSUER));
        assertRefused(Reason.WRONG_ISSUER, token("sallyport"), addressed("https://kubernetes.default.svc"));
        assertRefused(Reason.WRONG_AUDIENCE, token("vault"), addressed(DEFAULT_ISSUER));
    }

    @Test
    @Order(7)
    void findsTheKeysByDiscoveryWhereTheIssuerIsTheServer() throws Exception {
        try (ApiServer own = new ApiServer(folder.resolve("own"), Optional.empty())) {
            own.createServiceAccount("default", "payments");
            openDiscovery(own);
            KubernetesAuth method = new KubernetesAuth(
                    new KubernetesAuth.ByDiscovery(
                            new IssuerUrl(own.issuer()), Algorithm.RS256, Optional.of(own.authorities())),
                    Globs.parse("default"),
                    Globs.NONE,
                    Allowlist.NONE,
                    Placement.ANY,
                    Optional.of("sallyport"),
                    TokenPolicy.DEFAULT);
            String token = own.token("default", "payments", List.of("sallyport"), 3600, Optional.empty());
            KubernetesVerifier verifier = new KubernetesVerifier(own.clusters(), new Opening());
            assertThat(verifier.verify(new Assertion(token).parse(), ID, method, Instant.now())
                            .attestation()
                            .serviceAccount())
                    .isEqualTo("payments");
            // One cluster's token means nothing to another.
            assertRefused(Reason.WRONG_ISSUER, token, addressed(DEFAULT_ISSUER));
        }
    }

    private static void openDiscovery(ApiServer cluster) throws Exception {
        cluster.bind("discovery", "system:service-account-issuer-discovery", ANYONE);
        while (cluster.send("GET", "/openid/v1/jwks", Map.of(), "").statusCode() == 403) {
            Thread.onSpinWait();
        }
    }

    private static Map<String, String> account(String namespace, String name) {
        return Map.of("kind", "ServiceAccount", "namespace", namespace, "name", name);
    }

    private static Map<String, String> json(String bearer) {
        return Map.of("Authorization", "Bearer " + bearer, "Content-Type", "application/json");
    }

    private static String contentType(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
    }

    /** Without the details, which the simulated cluster omits. */
    private static Map<String, Object> status(HttpResponse<String> response) throws Exception {
        Map<String, Object> status = new LinkedHashMap<>(Json.parseObject(response.body()));
        status.remove("details");
        return status;
    }

    private static String token(String audience) throws Exception {
        return server.token("shop", "payments", List.of(audience), 3600, Optional.empty());
    }

    /** With the first character of the signature changed. */
    private static String forged(String token) {
        int at = token.lastIndexOf('.') + 1;
        return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
    }

    private static KubernetesAuth reviewed(Optional<String> audience) {
        return method(
                new KubernetesAuth.ByApi(server.host(), Optional.of(server.authorities()), Optional.of(ENCRYPTED)),
                audience);
    }

    private static KubernetesAuth addressed(String issuer) {
        return method(
                new KubernetesAuth.ByAddress(
                        issuer, new IssuerUrl(server.keys()), Algorithm.RS256, Optional.of(server.authorities())),
                Optional.of("sallyport"));
    }

    /** As {@code kubectl get --raw /openid/v1/jwks} prints them. */
    private static KubernetesAuth pasted() throws Exception {
        String keys = server.send("GET", "/openid/v1/jwks", Map.of("Authorization", "Bearer " + reviewer), "")
                .body();
        return method(
                new KubernetesAuth.ByPastedKeys(DEFAULT_ISSUER, PastedKeys.parse(keys, Algorithm.RS256)),
                Optional.of("sallyport"));
    }

    private static KubernetesAuth method(KubernetesAuth.Review review, Optional<String> audience) {
        return new KubernetesAuth(
                review, Globs.parse("shop"), Globs.NONE, Allowlist.NONE, Placement.ANY, audience, TokenPolicy.DEFAULT);
    }

    private static KubernetesAttestation verify(String token, KubernetesAuth method) throws Refused {
        KubernetesVerifier verifier = new KubernetesVerifier(server.clusters(), new Opening());
        KubernetesAttestation attestation = verifier.verify(new Assertion(token).parse(), ID, method, Instant.now())
                .attestation();
        method.admit(attestation);
        return attestation;
    }

    private static void assertRefused(Reason reason, String token, KubernetesAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(token, method))
                .satisfies(refused ->
                        assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason));
    }

    private static final class Opening implements SecretCipher {
        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) {
            return new Secret(reviewer);
        }
    }
}
