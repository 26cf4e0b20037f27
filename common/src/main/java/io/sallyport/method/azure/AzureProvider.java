package io.sallyport.method.azure;

import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.TokenPolicyDocument;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link AzureAuth}: managed identities of Azure. */
public final class AzureProvider implements Provider<AzureAuth> {
    public static final String FIELD = "azureAuth";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "azure-auth";
    }

    @Override
    public Class<AzureAuth> type() {
        return AzureAuth.class;
    }

    @Override
    public AzureAuth read(Document document) {
        Optional<String> named = document.text("cloud");
        AzureCloud cloud = named.isPresent() ? AzureCloud.of(named.get()) : AzureCloud.PUBLIC;
        AzureAuth azure = new AzureAuth(
                cloud,
                tenantId(document.text("tenantId").orElse("")),
                document.text("resource").orElse(cloud.resourceManager()),
                document.allowlist("allowedServicePrincipalIds"),
                document.allowlist("allowedResources"),
                TokenPolicyDocument.read(document));
        document.requireNothingElse();
        return azure;
    }

    private static Guid tenantId(String text) {
        if (!Guid.isValid(text)) {
            throw new IllegalArgumentException("azureAuth.tenantId must be a GUID");
        }
        return new Guid(text);
    }

    @Override
    public Map<String, Object> write(AzureAuth azure) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cloud", azure.cloud().id());
        fields.put("tenantId", azure.tenantId().value());
        fields.put("resource", azure.resource());
        fields.put(
                "allowedServicePrincipalIds",
                List.copyOf(azure.servicePrincipals().values()));
        fields.put("allowedResources", List.copyOf(azure.resources().values()));
        TokenPolicyDocument.write(azure.policy(), fields);
        return fields;
    }

    @Override
    public Optional<Remedy> remedy(Reason reason) {
        return switch (reason) {
            case WRONG_TENANT ->
                Optional.of(new Remedy(
                        AzureVerifier.TENANT,
                        "The token is from another Entra tenant.",
                        "Compare tenantId with the tenant of the managed identity."));
            case SERVICE_PRINCIPAL_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        AzureAuth.SERVICE_PRINCIPAL,
                        "The service principal is not on the identity's list, or the token is a user's.",
                        "Add its object id, which is not the client id; people cannot log in."));
            case AZURE_RESOURCE_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        AzureAuth.AZURE_RESOURCE,
                        "The Azure resource is not on the identity's list, or the token names none.",
                        "Add its id, or that of its group or subscription. Only the tokens of managed identities "
                                + "name a resource."));
            default -> Optional.empty();
        };
    }
}
