package io.sallyport.simulated.kubernetes;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service account of a cluster, and the tokens that the cluster issues for it. */
public final class ClusterServiceAccount {
    private final SimulatedCluster cluster;
    private final String namespace;
    private final String name;
    private final String uid;

    ClusterServiceAccount(SimulatedCluster cluster, String namespace, String name, String uid) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.name = name;
        this.uid = uid;
    }

    public String namespace() {
        return namespace;
    }

    public String name() {
        return name;
    }

    /** A uid that is the same for a name in every run, but differs for an account recreated under it. */
    public String uid() {
        return uid;
    }

    /** {@code system:serviceaccount:NAMESPACE:NAME}. */
    public String username() {
        return "system:serviceaccount:" + namespace + ":" + name;
    }

    /** For the API server itself, for an hour: what a pod finds mounted if nothing else is said. */
    public String token() {
        return token(cluster.apiAudience(), Duration.ofHours(1));
    }

    /** What {@code kubectl create token --audience --duration} prints. */
    public String token(String audience, Duration lifetime) {
        return cluster.sign(claims(List.of(audience), lifetime, Optional.empty()));
    }

    /** A projected token, as the kubelet mounts it into a pod. */
    public String token(String audience, Duration lifetime, Pod pod) {
        return cluster.sign(claims(List.of(audience), lifetime, Optional.of(pod)));
    }

    /** Kubernetes documentation, "Managing Service Accounts", schema for service account private claims. */
    public Map<String, Object> claims(List<String> audiences, Duration lifetime, Optional<Pod> pod) {
        Instant now = cluster.now();
        Map<String, Object> kubernetes = new LinkedHashMap<>();
        kubernetes.put("namespace", namespace);
        pod.ifPresent(bound -> {
            kubernetes.put("node", Map.of("name", bound.node()));
            kubernetes.put("pod", Map.of("name", bound.name(), "uid", bound.uid()));
        });
        kubernetes.put("serviceaccount", Map.of("name", name, "uid", uid));
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("aud", audiences);
        claims.put("exp", now.plus(lifetime).getEpochSecond());
        claims.put("iat", now.getEpochSecond());
        claims.put("iss", cluster.issuer());
        claims.put("jti", cluster.nextId());
        claims.put("kubernetes.io", kubernetes);
        claims.put("nbf", now.getEpochSecond());
        claims.put("sub", username());
        return claims;
    }

    /** The token of a Secret of type {@code kubernetes.io/service-account-token}: for no audience, and without an end. */
    public String legacyToken() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", "kubernetes/serviceaccount");
        claims.put("kubernetes.io/serviceaccount/namespace", namespace);
        claims.put("kubernetes.io/serviceaccount/secret.name", name + "-token");
        claims.put("kubernetes.io/serviceaccount/service-account.name", name);
        claims.put("kubernetes.io/serviceaccount/service-account.uid", uid);
        claims.put("sub", username());
        return cluster.sign(claims);
    }

    @Override
    public String toString() {
        return JSONObjectUtils.toJSONString(Map.of("username", username(), "uid", uid));
    }
}
