package io.sallyport.method.azure;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Fit;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Trust;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.jwt.Claims;
import io.sallyport.token.TokenPolicy;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Admits Azure workloads by the access token of their managed identity.
 *
 * @param resource the resource that the tokens are for: their {@code aud}, ignoring one trailing slash
 * @param servicePrincipals by object id, in lower case
 * @param resources the Azure resources whose identities are admitted, in lower case: a subscription or a resource group
 *     admits everything within it, a resource only itself
 */
public record AzureAuth(
        AzureCloud cloud,
        Guid tenantId,
        String resource,
        Allowlist servicePrincipals,
        Allowlist resources,
        TokenPolicy policy)
        implements AuthMethod<AzureAttestation> {

    public static final Check SERVICE_PRINCIPAL = new Check("service_principal", "the service principal is allowed");
    public static final Check AZURE_RESOURCE = new Check("azure_resource", "the Azure resource is allowed");

    static final CheckSequence CHECKS = CheckSequence.of(SERVICE_PRINCIPAL, AZURE_RESOURCE);

    /** An application id or an application id URI: printable ASCII. */
    private static final Pattern RESOURCE = Pattern.compile("[!-~]{1,500}");

    /**
     * @throws IllegalArgumentException saying what is malformed; an {@link UnconstrainedException} if it would admit
     *     the whole tenant
     */
    public AzureAuth {
        if (!RESOURCE.matcher(resource).matches() || withoutSlash(resource).isEmpty()) {
            throw new IllegalArgumentException("azureAuth.resource must be an application id or its URI");
        }
        servicePrincipals = servicePrincipals.map(AzureAuth::servicePrincipal);
        resources = resources.map(AzureAuth::scope);
        if (!servicePrincipals.isSet() && !resources.isSet()) {
            throw new UnconstrainedException("azureAuth would admit every service principal of the tenant; set"
                    + " allowedServicePrincipalIds or allowedResources, or * for any");
        }
    }

    private static String servicePrincipal(String id) {
        if (!Guid.isValid(id)) {
            throw new IllegalArgumentException(
                    "azureAuth.allowedServicePrincipalIds must be GUIDs; it has " + Quoted.quote(id));
        }
        return new Guid(id).value();
    }

    private static String scope(String text) {
        return ArmId.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("azureAuth.allowedResources must be ids of"
                        + " subscriptions, resource groups or resources; it has " + Quoted.quote(text)))
                .toString();
    }

    @Override
    public CheckSequence checks() {
        return CHECKS;
    }

    @Override
    public void admit(AzureAttestation workload, CheckTrace trace) throws Refused {
        trace.at(SERVICE_PRINCIPAL);
        if (!servicePrincipals.allows(workload.servicePrincipalId().value())) {
            throw new Refused(
                    Reason.SERVICE_PRINCIPAL_NOT_ALLOWED,
                    "service principal " + workload.servicePrincipalId() + " is not in " + servicePrincipals);
        }
        trace.at(AZURE_RESOURCE);
        if (resources.isSet()) {
            admitResource(workload);
        }
    }

    private void admitResource(AzureAttestation workload) throws Refused {
        String told = workload.resourceId()
                .orElseThrow(() -> new Refused(
                        Reason.AZURE_RESOURCE_NOT_ALLOWED,
                        "allowedResources is set and the token has no xms_mirid: it is not a managed identity's"));
        ArmId resource = ArmId.parse(told)
                .filter(ArmId::isResource)
                .orElseThrow(() -> new Refused(
                        Reason.AZURE_RESOURCE_NOT_ALLOWED,
                        "xms_mirid is " + Quoted.quote(told) + ", which is not the id of a resource"));
        if (resource.path().stream().map(ArmId::toString).noneMatch(resources::allows)) {
            throw new Refused(
                    Reason.AZURE_RESOURCE_NOT_ALLOWED,
                    "resource " + Quoted.quote(resource.toString()) + " is not in " + resources);
        }
    }

    /** Whether a token with that {@code aud} is for the resource: Azure's clients use both spellings. */
    boolean isFor(String audience) {
        return withoutSlash(audience).equals(withoutSlash(resource));
    }

    private static String withoutSlash(String uri) {
        return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    }

    /** By the object id, which is also the {@code sub} of a service principal's own tokens. */
    @Override
    public Set<Lookup> lookups() {
        return servicePrincipals.values().stream()
                .filter(Guid::isValid)
                .flatMap(principal -> cloud.issuers(tenantId).stream().map(issuer -> Lookup.subject(issuer, principal)))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Trust trust() {
        return new Trust(cloud.id() + " " + tenantId, Set.of());
    }

    /** A session of another tenant does not belong to this configuration. */
    @Override
    public boolean has(Map<String, String> facts) {
        return tenantId.value().equals(facts.get(AzureAttestation.TENANT_ID));
    }

    /** By the tenant's issuers. */
    @Override
    public Fit fit(Claims unverified) throws Refused {
        String issuer = unverified.optionalText("iss").orElse("");
        return cloud.issuers(tenantId).contains(issuer) ? Fit.OWN_PLATFORM : Fit.NONE;
    }

    @Override
    public String sessionMethod() {
        return AzureAttestation.METHOD;
    }
}
