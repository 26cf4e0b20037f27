package io.sallyport.method.provider;

import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.ProviderList;
import io.sallyport.method.Verifier;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.aws.AwsAuthProvider;
import io.sallyport.method.aws.AwsVerifier;
import io.sallyport.method.azure.AzureProvider;
import io.sallyport.method.azure.AzureVerifier;
import io.sallyport.method.clientkey.ClientKeyProvider;
import io.sallyport.method.clientsecret.ClientSecretProvider;
import io.sallyport.method.gcp.GcpProvider;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.jwt.JwtAuthVerifier;
import io.sallyport.method.jwt.JwtProvider;
import io.sallyport.method.jwtbearer.JwtBearerProvider;
import io.sallyport.method.jwtbearer.JwtBearerVerifier;
import io.sallyport.method.kubernetes.KubernetesProvider;
import io.sallyport.method.kubernetes.KubernetesVerifier;
import io.sallyport.method.oidc.OidcProvider;
import io.sallyport.method.oidc.OidcVerifier;
import io.sallyport.method.spiffe.SpiffeProvider;
import io.sallyport.method.spiffe.SpiffeVerifier;
import java.util.List;

/** Every provider. To add one, add it here, in each list. */
public final class Providers implements ProviderList {
    /** Reads and writes identities with the auth methods of all providers. */
    public static final IdentityDocument DOCUMENTS = new IdentityDocument(new Providers());

    private static final List<String> FIELDS = List.of(
            GcpProvider.FIELD,
            AzureProvider.FIELD,
            KubernetesProvider.FIELD,
            AwsAuthProvider.FIELD,
            OidcProvider.FIELD,
            JwtProvider.FIELD,
            SpiffeProvider.FIELD,
            JwtBearerProvider.FIELD,
            ClientKeyProvider.FIELD,
            ClientSecretProvider.FIELD);

    private Providers() {}

    /**
     * The verifiers of all methods that take assertions; of two that an assertion fits equally, the first verifies it.
     */
    public static List<Verifier<?, ?>> verifiers(VerifierContext context) {
        return List.of(
                GcpVerifier.of(context),
                AzureVerifier.of(context),
                KubernetesVerifier.of(context),
                AwsVerifier.of(context),
                OidcVerifier.of(context),
                JwtAuthVerifier.of(context),
                SpiffeVerifier.of(context),
                JwtBearerVerifier.of(context));
    }

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
            case AwsAuthProvider.FIELD -> new AwsAuthProvider();
            case OidcProvider.FIELD -> new OidcProvider();
            case JwtProvider.FIELD -> new JwtProvider();
            case SpiffeProvider.FIELD -> new SpiffeProvider();
            case JwtBearerProvider.FIELD -> new JwtBearerProvider();
            case ClientKeyProvider.FIELD -> new ClientKeyProvider();
            case ClientSecretProvider.FIELD -> new ClientSecretProvider();
            default -> throw new IllegalArgumentException("there is no auth method " + field);
        };
    }
}
