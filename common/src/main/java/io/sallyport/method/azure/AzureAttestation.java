package io.sallyport.method.azure;

import io.sallyport.identity.Attestation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Entra vouches for about a workload.
 *
 * @param servicePrincipalId the object id of its service principal in the tenant: {@code oid}
 * @param clientId the application id of that principal: {@code appid} or {@code azp}; empty if the token does not have
 *     it
 * @param resourceId the Azure resource that the managed identity belongs to, if the token has it: {@code xms_mirid}
 */
public record AzureAttestation(Guid tenantId, Guid servicePrincipalId, String clientId, Optional<String> resourceId)
        implements Attestation {
    static final String METHOD = "azure";
    static final String TENANT_ID = "tenant_id";

    @Override
    public String method() {
        return METHOD;
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(TENANT_ID, tenantId.value());
        facts.put("service_principal_id", servicePrincipalId.value());
        facts.put("client_id", clientId);
        facts.put("resource_id", resourceId.orElse(""));
        facts.values().removeIf(String::isEmpty);
        return facts;
    }
}
