package io.sallyport.tokenservice;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.ManagedKeyAccess;
import io.sallyport.runtime.ManagedKeySettings;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import java.util.Optional;

/** {@code GET /.well-known/*}: a separate function, which gets public keys only and so cannot sign. */
public final class WellKnownFunction extends CloudFunction {
    public WellKnownFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forPublishing(environment.variables());
        return new Endpoint(environment, settings.forwardedHops(), routes(environment, settings));
    }

    private static Routes routes(Environment environment, Settings settings) {
        Optional<ManagedKeySettings> managed = settings.managedKeys();
        String issuer = settings.issuer().url();
        return managed.isPresent()
                ? Discovery.routes(
                        issuer,
                        ManagedKeyAccess.open(settings.issuer(), managed.get(), environment)
                                .keys(),
                        environment.clock())
                : Discovery.routes(issuer, settings.keys());
    }

    @FunctionName("wellKnown")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = ".well-known/{document}")
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }
}
