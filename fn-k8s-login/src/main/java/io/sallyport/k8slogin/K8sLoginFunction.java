package io.sallyport.k8slogin;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.login.Login;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.kubernetes.KubernetesVerifier;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.SecretCiphers;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import java.util.Optional;

/** {@code POST /api/v1/auth/kubernetes-auth/login}. */
public final class K8sLoginFunction extends CloudFunction {
    private static final String ROUTE = "api/v1/auth/kubernetes-auth/login";

    public K8sLoginFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forIssuing(environment.variables());
        Stores stores = Stores.of(settings, environment);
        Routes routes = routes(
                stores.forLogin(environment, settings),
                new KubernetesVerifier(
                        new HttpsGuardedHosts(settings.addresses()),
                        SecretCiphers.with(settings.encryptionKey(), environment)));
        return new Endpoint(environment, settings.forwardedHops(), routes);
    }

    /** The function's only route, wherever it is served from. */
    public static Routes routes(Login.Services services, VerifierContext context) {
        return routes(services, KubernetesVerifier.of(context));
    }

    private static Routes routes(Login.Services services, KubernetesVerifier verifier) {
        return new Routes().add("POST", "/" + ROUTE, new Login<>(KubernetesAuth.class, verifier, services).audited());
    }

    @FunctionName("k8sLogin")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = ROUTE)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }
}
