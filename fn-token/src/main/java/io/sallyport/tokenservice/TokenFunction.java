package io.sallyport.tokenservice;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.login.TokenIssuer;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.provider.Providers;
import io.sallyport.oauth.GrantPolicy;
import io.sallyport.oauth.TokenEndpoint;
import io.sallyport.oauth.TokenExchange;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.Platforms;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import java.util.Optional;

/** {@code POST /v1/token}. */
public final class TokenFunction extends CloudFunction {
    private static final String TOKEN = "v1/token";

    public TokenFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forIssuing(environment.variables());
        Stores stores = Stores.of(settings, environment);
        return new Endpoint(
                environment,
                settings.forwardedHops(),
                routes(environment, settings, stores, Platforms.real(environment, settings)));
    }

    /** The function's only route, wherever it is served from. */
    public static Routes routes(Environment environment, Settings settings, Stores stores, VerifierContext context) {
        CachedIdentities identities = stores.cached(environment, settings);
        AssertionAuthenticator assertions = new AssertionAuthenticator(identities, Providers.verifiers(context));
        TokenIssuer sessions = stores.forLogin(environment, settings).sessions();
        GrantPolicy targets = new GrantPolicy(identities, sessions.own());
        TokenEndpoint endpoint = new TokenEndpoint(
                Clients.authenticator(identities, assertions, settings),
                assertions,
                targets,
                new TokenExchange(stores.sessions(identities, settings), sessions, targets),
                sessions,
                environment.clock());
        return new Routes().add("POST", "/" + TOKEN, endpoint.writingTo(new LogLine(environment), "token"));
    }

    @FunctionName("token")
    public HttpResponseMessage token(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = TOKEN)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }
}
