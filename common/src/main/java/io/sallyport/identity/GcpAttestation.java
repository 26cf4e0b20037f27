package io.sallyport.identity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Google vouches for about a workload.
 *
 * @param serviceAccount its e-mail address
 * @param serviceAccountId its unique id; empty if the token does not tell it
 * @param instance the Compute Engine instance, if the token tells it
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
        facts.put("service_account", serviceAccount);
        facts.put("service_account_id", serviceAccountId);
        instance.ifPresent(known -> {
            facts.put("project_id", known.projectId());
            facts.put("zone", known.zone());
            facts.put("instance_id", known.instanceId());
            facts.put("instance_name", known.instanceName());
        });
        facts.values().removeIf(String::isEmpty);
        return facts;
    }
}
