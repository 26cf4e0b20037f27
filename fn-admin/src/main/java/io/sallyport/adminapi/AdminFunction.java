package io.sallyport.adminapi;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.IdentityId;
import io.sallyport.admin.Registry;
import io.sallyport.http.Routes;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.login.SecretUses;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.SecretCiphers;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.secret.SecretCipher;
import java.util.Base64;
import java.util.Optional;

/** The admin API. It verifies its callers' tokens and signs none, so it needs public keys only. */
public final class AdminFunction extends CloudFunction {
    public AdminFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forVerifying(environment.variables());
        Stores stores = Stores.of(settings, environment);
        SecretCipher cipher = SecretCiphers.with(settings.encryptionKey(), environment);
        return new Endpoint(environment, settings.forwardedHops(), routes(environment, settings, stores, cipher));
    }

    /** The function's routes, wherever they are served from. */
    public static Routes routes(Environment environment, Settings settings, Stores stores, SecretCipher cipher) {
        IdentityDocument documents = Providers.DOCUMENTS;
        Views views = new Views(documents);
        Registry registry = new Registry(
                stores.identities(), documents, cipher, environment.clock(), () -> randomSecret(environment));
        AdminRoutes routes =
                new AdminRoutes(stores.sessions(environment, settings), environment.clock(), new LogLine(environment));
        new IdentityRoutes(
                        registry,
                        documents.providers(),
                        views,
                        () -> new IdentityId("id-" + environment.ids().get()))
                .addTo(routes);
        new MethodRoutes(registry, documents.providers(), views).addTo(routes);
        new UniversalRoutes(
                        registry,
                        new UniversalViews(views, registry, new SecretUses(stores.tokens()), environment.clock()),
                        () -> randomSecret(environment))
                .addTo(routes);
        new SigningKeyRoutes(settings, stores.keys(), environment.clock()).addTo(routes);
        return routes.routes();
    }

    /** A secret takes two ids: each has 128 random bits. */
    private static byte[] randomSecret(Environment environment) {
        byte[] secret = new byte[32];
        for (int half = 0; half < 2; half++) {
            byte[] bits = Base64.getUrlDecoder().decode(environment.ids().get());
            System.arraycopy(bits, 0, secret, half * 16, 16);
        }
        return secret;
    }

    @FunctionName("identities")
    public HttpResponseMessage identities(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = "api/v1/identities/{id?}/{action?}/{item?}")
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }

    @FunctionName("identityAuth")
    public HttpResponseMessage methods(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = "api/v1/auth/{method}/identities/{id}/{collection?}/{item?}/{action?}")
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }

    @FunctionName("signingKeys")
    public HttpResponseMessage signingKeys(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = "api/v1/signing-keys")
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }
}
