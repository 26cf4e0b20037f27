package io.sallyport.tokenservice;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.login.LastLogins;
import io.sallyport.login.SingleUses;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.provider.Providers;
import io.sallyport.oauth.CallerAuthenticator;
import io.sallyport.oauth.Introspection;
import io.sallyport.oauth.TokenRevocation;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.Platforms;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.session.Revocation;
import io.sallyport.session.Sessions;
import java.util.Optional;

/**
 * {@code POST /v1/introspect} and {@code POST /v1/revoke}: a separate function, which verifies tokens and counts their
 * uses, so it needs public keys only.
 */
public final class IntrospectionFunction extends CloudFunction {
    private static final String INTROSPECT = "v1/introspect";
    private static final String REVOKE = "v1/revoke";

    public IntrospectionFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forVerifying(environment.variables());
        Stores stores = Stores.of(settings, environment);
        return new Endpoint(
                environment,
                settings.forwardedHops(),
                routes(environment, settings, stores, Platforms.real(environment, settings)));
    }

    /** The function's routes, wherever they are served from. */
    public static Routes routes(Environment environment, Settings settings, Stores stores, VerifierContext context) {
        CachedIdentities identities = stores.cached(environment, settings);
        Sessions sessions = stores.sessions(identities, settings);
        CallerAuthenticator callers = new CallerAuthenticator(
                sessions,
                Clients.authenticator(
                        identities, new AssertionAuthenticator(identities, Providers.verifiers(context)), settings),
                new SingleUses(stores.tokens(), new LastLogins(stores.identities())));
        LogLine log = new LogLine(environment);
        return new Routes()
                .add(
                        "POST",
                        "/" + INTROSPECT,
                        new Introspection(callers, sessions, environment.clock()).writingTo(log, "introspection"))
                .add(
                        "POST",
                        "/" + REVOKE,
                        new TokenRevocation(
                                        callers,
                                        sessions,
                                        new Revocation(sessions, stores.tokens(), environment.clock()),
                                        environment.clock())
                                .writingTo(log, "revocation"));
    }

    @FunctionName("introspect")
    public HttpResponseMessage introspect(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = INTROSPECT)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }

    @FunctionName("revoke")
    public HttpResponseMessage revoke(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = REVOKE)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }
}
