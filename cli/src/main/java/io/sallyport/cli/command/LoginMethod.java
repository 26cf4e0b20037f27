package io.sallyport.cli.command;

import io.sallyport.identity.AuthMethod;
import io.sallyport.method.azure.AzureAuth;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.kubernetes.KubernetesAuth;
import java.util.Arrays;

/** What identities prove themselves with by an assertion. Spelt as on the command line. */
public enum LoginMethod {
    gcp(GcpAuth.class),
    azure(AzureAuth.class),
    kubernetes(KubernetesAuth.class),
    jwt_bearer(JwtBearerAuth.class);

    private final Class<? extends AuthMethod<?>> type;

    LoginMethod(Class<? extends AuthMethod<?>> type) {
        this.type = type;
    }

    public Class<? extends AuthMethod<?>> type() {
        return type;
    }

    /** @throws java.util.NoSuchElementException if it takes no assertion */
    public static LoginMethod of(AuthMethod<?> method) {
        return Arrays.stream(values())
                .filter(known -> known.type.isInstance(method))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public String toString() {
        return name().replace('_', '-');
    }
}
