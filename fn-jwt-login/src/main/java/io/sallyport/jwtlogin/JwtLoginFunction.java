package io.sallyport.jwtlogin;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.login.Login;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.jwt.JwtAuth;
import io.sallyport.method.jwt.JwtAuthVerifier;
import io.sallyport.method.oidc.OidcAuth;
import io.sallyport.method.oidc.OidcVerifier;
import io.sallyport.method.spiffe.SpiffeAuth;
import io.sallyport.method.spiffe.SpiffeVerifier;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import java.util.Optional;

/** {@code POST /api/v1/auth/oidc-auth/login}, {@code …/jwt-auth/login} and {@code …/spiffe-auth/login}. */
public final class JwtLoginFunction extends CloudFunction {
    private static final String OIDC = "api/v1/auth/oidc-auth/login";
    private static final String JWT = "api/v1/auth/jwt-auth/login";
    private static final String SPIFFE = "api/v1/auth/spiffe-auth/login";

    public JwtLoginFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forIssuing(environment.variables());
        Stores stores = Stores.of(settings, environment);
        Routes routes = routes(
                stores.forLogin(environment, settings),
                new HttpsGuardedHosts(settings.addresses()),
                settings.issuer().url());
        return new Endpoint(environment, settings.forwardedHops(), routes);
    }

    /** The function's routes, wherever they are served from. */
    public static Routes routes(Login.Services services, VerifierContext context) {
        return routes(services, context.hosts(), context.ownIssuer());
    }

    private static Routes routes(Login.Services services, GuardedHosts hosts, String issuer) {
        return new Routes()
                .add(
                        "POST",
                        "/" + OIDC,
                        new Login<>(OidcAuth.class, new OidcVerifier(hosts, issuer), services).audited())
                .add(
                        "POST",
                        "/" + JWT,
                        new Login<>(JwtAuth.class, new JwtAuthVerifier(hosts, issuer), services).audited())
                .add(
                        "POST",
                        "/" + SPIFFE,
                        new Login<>(SpiffeAuth.class, new SpiffeVerifier(hosts, issuer), services).audited());
    }

    @FunctionName("oidcLogin")
    public HttpResponseMessage oidc(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = OIDC)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }

    @FunctionName("jwtLogin")
    public HttpResponseMessage jwt(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = JWT)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }

    @FunctionName("spiffeLogin")
    public HttpResponseMessage spiffe(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = SPIFFE)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }
}
