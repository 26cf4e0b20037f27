package io.sallyport.method.kubernetes;

import io.sallyport.identity.Attestation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster vouches for about a workload.
 *
 * @param serviceAccount its name within the namespace
 * @param serviceAccountUid never reused, not even for an account of the same name; empty if unknown
 * @param pod the pod that the token is bound to, if the cluster reports it
 * @param node the node of that pod, if the cluster reports it
 */
public record KubernetesAttestation(
        String namespace, String serviceAccount, String serviceAccountUid, Optional<Pod> pod, Optional<Node> node)
        implements Attestation {

    static final String METHOD = "kubernetes";

    /** The fact in which a session records its cluster. */
    static final String TRUST = "trust_thumbprint";

    /** @param uid empty if unknown */
    public record Pod(String name, String uid) {}

    /** @param uid empty if unknown */
    public record Node(String name, String uid) {}

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("namespace", namespace);
        facts.put("service_account", serviceAccount);
        facts.put("service_account_uid", serviceAccountUid);
        pod.ifPresent(known -> {
            facts.put("pod_name", known.name());
            facts.put("pod_uid", known.uid());
        });
        node.ifPresent(known -> {
            facts.put("node_name", known.name());
            facts.put("node_uid", known.uid());
        });
        facts.values().removeIf(String::isEmpty);
        return facts;
    }
}
