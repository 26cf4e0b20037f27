package io.sallyport.method.provider;

import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.Provider;
import io.sallyport.identity.ProviderList;
import io.sallyport.method.azure.AzureProvider;
import io.sallyport.method.clientkey.ClientKeyProvider;
import io.sallyport.method.clientsecret.ClientSecretProvider;
import io.sallyport.method.gcp.GcpProvider;
import io.sallyport.method.jwtbearer.JwtBearerProvider;
import io.sallyport.method.kubernetes.KubernetesProvider;
import java.util.List;

/** Every provider. To add one, add it here, in both lists. */
public final class Providers implements ProviderList {
    /** Identities with the auth methods of all of them. */
    public static final IdentityDocument DOCUMENTS = new IdentityDocument(new Providers());

    private static final List<String> FIELDS = List.of(
            GcpProvider.FIELD,
            AzureProvider.FIELD,
            KubernetesProvider.FIELD,
            JwtBearerProvider.FIELD,
            ClientKeyProvider.FIELD,
            ClientSecretProvider.FIELD);

    private Providers() {}

    @Override
    public List<String> fields() {
        return FIELDS;
    }

    // The fields are constants, so that comparing with them loads no provider.
    @Override
    public Provider<?> of(String field) {
        return switch (field) {
            case GcpProvider.FIELD -> new GcpProvider();
            case AzureProvider.FIELD -> new AzureProvider();
            case KubernetesProvider.FIELD -> new KubernetesProvider();
            case JwtBearerProvider.FIELD -> new JwtBearerProvider();
            case ClientKeyProvider.FIELD -> new ClientKeyProvider();
            case ClientSecretProvider.FIELD -> new ClientSecretProvider();
            default -> throw new IllegalArgumentException("there is no auth method " + field);
        };
    }
}
