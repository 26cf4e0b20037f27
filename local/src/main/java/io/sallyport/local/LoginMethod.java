package io.sallyport.local;

import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.AzureAuth;
import io.sallyport.identity.GcpAuth;
import io.sallyport.identity.JwtBearerAuth;
import io.sallyport.identity.KubernetesAuth;
import java.util.Arrays;

/** What identities prove themselves with by an assertion. Spelt as on the command line. */
enum LoginMethod {
    gcp(GcpAuth.class),
    azure(AzureAuth.class),
    kubernetes(KubernetesAuth.class),
    jwt_bearer(JwtBearerAuth.class);

    private final Class<? extends AuthMethod<?>> type;

    LoginMethod(Class<? extends AuthMethod<?>> type) {
        this.type = type;
    }

    Class<? extends AuthMethod<?>> type() {
        return type;
    }

    /** @throws java.util.NoSuchElementException if it takes no assertion */
    static LoginMethod of(AuthMethod<?> method) {
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
