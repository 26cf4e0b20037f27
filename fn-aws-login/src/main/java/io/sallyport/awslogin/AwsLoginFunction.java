package io.sallyport.awslogin;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.login.Login;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.aws.AwsAuth;
import io.sallyport.method.aws.AwsVerifier;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import java.util.Optional;

/** {@code POST /api/v1/auth/aws-auth/login}. */
public final class AwsLoginFunction extends CloudFunction {
    private static final String ROUTE = "api/v1/auth/aws-auth/login";

    public AwsLoginFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forIssuing(environment.variables());
        Stores stores = Stores.of(settings, environment);
        Routes routes = routes(
                stores.forLogin(environment, settings),
                new AwsVerifier(
                        AwsVerifier.Endpoints.AWS,
                        environment.fetcher(),
                        settings.issuer().url()));
        return new Endpoint(environment, settings.forwardedHops(), routes);
    }

    /** The function's only route, wherever it is served from. */
    public static Routes routes(Login.Services services, VerifierContext context) {
        return routes(services, AwsVerifier.of(context));
    }

    private static Routes routes(Login.Services services, AwsVerifier verifier) {
        return new Routes().add("POST", "/" + ROUTE, new Login<>(AwsAuth.class, verifier, services).audited());
    }

    @FunctionName("awsLogin")
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
