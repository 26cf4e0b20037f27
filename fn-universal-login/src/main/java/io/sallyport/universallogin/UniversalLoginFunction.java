package io.sallyport.universallogin;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.login.ClientSecretLogin;
import io.sallyport.login.Login;
import io.sallyport.method.clientsecret.ClientSecretAuthenticator;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.secret.Secret;
import java.util.Optional;

/** {@code POST /api/v1/auth/universal-auth/login}. */
public final class UniversalLoginFunction extends CloudFunction {
    private static final String ROUTE = "api/v1/auth/universal-auth/login";

    public UniversalLoginFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forIssuing(environment.variables());
        Stores stores = Stores.of(settings, environment);
        return new Endpoint(environment, settings.forwardedHops(), routes(stores.forLogin(environment, settings)));
    }

    /** The function's only route, wherever it is served from. */
    public static Routes routes(Login.Services services) {
        ClientSecretAuthenticator clients = new ClientSecretAuthenticator(services.identities());
        ClientSecretLogin login = new ClientSecretLogin(
                services, (id, secret, address, now) -> clients.authenticate(id, new Secret(secret), address, now));
        return new Routes().add("POST", "/" + ROUTE, login.audited());
    }

    @FunctionName("universalLogin")
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
