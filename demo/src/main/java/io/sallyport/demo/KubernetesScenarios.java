package io.sallyport.demo;

import io.sallyport.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.Pod;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Workloads in a Kubernetes cluster: one reviewed by the API server, one verified offline with the cluster's keys. */
final class KubernetesScenarios {
    private static final IdentityId REVIEWED = new IdentityId("checkout");
    private static final IdentityId OFFLINE = new IdentityId("checkout-offline");
    private static final String PLATFORM = "kubernetes-auth";
    private static final String AUDIENCE = "sallyport";

    private final DemoClient client;
    private final Transcript transcript;
    private final SimulatedCluster cluster;

    KubernetesScenarios(DemoClient client, SimulatedCluster cluster) {
        this.client = client;
        this.transcript = client.transcript();
        this.cluster = cluster;
    }

    /** Writes the identities as an operator would: with the reviewer's token in the clear. */
    static Path writeIdentities(SimulatedCluster cluster, Path file) throws IOException {
        ClusterServiceAccount reviewer = cluster.serviceAccount("sallyport", "reviewer");
        cluster.allowReviewsBy(reviewer);
        Map<String, Object> reviewed = allowing("checkout");
        reviewed.put("kubernetesHost", cluster.host());
        reviewed.put("caCert", cluster.caCertificate());
        reviewed.put("tokenReviewerJwt", reviewer.legacyToken());
        Map<String, Object> offline = allowing("checkout-*");
        offline.put("tokenReviewMode", "jwks");
        offline.put("jwksIssuer", cluster.issuer());
        offline.put("jwksKeys", cluster.jwksJson());
        Map<String, Object> identities = Map.of(
                "identities",
                List.of(
                        Map.of("id", REVIEWED.value(), "name", "Checkout", "kubernetesAuth", reviewed),
                        Map.of("id", OFFLINE.value(), "name", "Checkout, offline", "kubernetesAuth", offline)));
        return Files.write(file, Json.write(identities));
    }

    private static Map<String, Object> allowing(String names) {
        Map<String, Object> kubernetes = new LinkedHashMap<>();
        kubernetes.put("allowedNamespaces", "shop");
        kubernetes.put("allowedNames", names);
        kubernetes.put("allowedAudience", AUDIENCE);
        kubernetes.put("accessTokenTTL", 3600);
        return kubernetes;
    }

    void logInFromACluster() throws IOException, InterruptedException, MalformedJsonException {
        transcript.act(
                "A pod logs in with its projected token. Sallyport asks the cluster's API server to review it, over TLS.");
        HttpResponse<String> granted = client.logIn(PLATFORM, REVIEWED, token("checkout"));
        transcript.check("the login is granted", granted.statusCode() == 200);
        transcript.decoded(DemoClient.accessToken(granted));
        transcript.say("A pod of another service account is denied:");
        HttpResponse<String> denied = client.logIn(PLATFORM, REVIEWED, token("web"));
        transcript.check("denied", denied.statusCode() == 401);
        client.explain(denied, "service_account_not_allowed");

        transcript.act(
                "If the API server cannot be reached, the cluster's published keys suffice, with no call into the cluster.");
        int reviews = cluster.reviews();
        transcript.check(
                "the login is granted",
                client.logIn(PLATFORM, OFFLINE, token("checkout-worker")).statusCode() == 200);
        transcript.check("the API server was not asked", cluster.reviews() == reviews);
    }

    private String token(String account) {
        return cluster.serviceAccount("shop", account)
                .token(AUDIENCE, Duration.ofHours(1), Pod.named(account + "-7d9f5c"));
    }
}
