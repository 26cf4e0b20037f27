package io.sallyport.admin;

import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.method.azure.AzureAuth;
import io.sallyport.method.clientkey.ClientKeyAuth;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.kubernetes.KubernetesAuth;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kinds of auth methods, of which an identity has one each at most. */
public enum MethodKind {
    GCP("gcp-auth", "gcpAuth", "identityGcpAuth", GcpAuth.class),
    AZURE("azure-auth", "azureAuth", "identityAzureAuth", AzureAuth.class),
    KUBERNETES("kubernetes-auth", "kubernetesAuth", "identityKubernetesAuth", KubernetesAuth.class),
    JWT_BEARER("jwt-bearer-auth", "jwtBearerAuth", "identityJwtBearerAuth", JwtBearerAuth.class, "trustedIssuers"),
    CLIENT_KEY("client-key-auth", "clientKeyAuth", "identityClientKeyAuth", ClientKeyAuth.class, "jwks", "algorithm"),
    CLIENT_SECRET(
            "client-secret-auth", "clientSecretAuth", "identityClientSecretAuth", ClientSecretAuth.class, "secrets");

    private final String id;
    private final String field;
    private final String answer;
    private final Class<? extends AuthMethod<?>> type;

    @SuppressWarnings("ImmutableEnumChecker") // A copy that never changes.
    private final List<String> credentialFields;

    MethodKind(
            String id, String field, String answer, Class<? extends AuthMethod<?>> type, String... credentialFields) {
        this.id = id;
        this.field = field;
        this.answer = answer;
        this.type = type;
        this.credentialFields = List.of(credentialFields);
    }

    /** As paths and people call it, such as {@code gcp-auth}. */
    public String id() {
        return id;
    }

    /** The field of the identity's document that holds it. */
    public String field() {
        return field;
    }

    /** The field of an answer that shows it. */
    public String answer() {
        return answer;
    }

    /** The fields of it that make up {@link AuthMethod#credentials()}; the first has them. */
    List<String> credentialFields() {
        return credentialFields;
    }

    public Optional<? extends AuthMethod<?>> of(Identity identity) {
        return identity.method(type);
    }

    public static Optional<MethodKind> of(String id) {
        return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
    }
}
