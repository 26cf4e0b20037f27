package io.sallyport.method.gcp;

import io.sallyport.identity.Attestation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Google vouches for about a workload.
 *
 * @param serviceAccount its e-mail address
 * @param serviceAccountId its unique id; empty if the token does not have it
 * @param instance the Compute Engine instance, if the token names it
 */
public record GcpAttestation(
        GcpAuth.Type type, String serviceAccount, String serviceAccountId, Optional<Instance> instance)
        implements Attestation {

    /** A Compute Engine instance: the claim {@code google.compute_engine}. */
    public record Instance(String projectId, String zone, String instanceId, String instanceName) {}

    @Override
    public String method() {
        return type.sessionMethod();
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        put("service_account", serviceAccount, facts);
        put("service_account_id", serviceAccountId, facts);
        if (instance.isPresent()) {
            put("project_id", instance.get().projectId(), facts);
            put("zone", instance.get().zone(), facts);
            put("instance_id", instance.get().instanceId(), facts);
            put("instance_name", instance.get().instanceName(), facts);
        }
        return facts;
    }

    private static void put(String name, String value, Map<String, String> facts) {
        if (!value.isEmpty()) {
            facts.put(name, value);
        }
    }
}
