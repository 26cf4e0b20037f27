package io.sallyport.tokenservice;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.runtime.CloudFunction;
import io.sallyport.runtime.Endpoint;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.session.Introspection;
import java.util.Optional;

/** {@code POST /v1/introspect}. It verifies tokens and counts their uses, so public keys are all the keys it needs. */
public final class TokenFunction extends CloudFunction {
    private static final String INTROSPECT = "v1/introspect";

    public TokenFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forVerifying(environment.variables());
        Stores stores = Stores.open(settings.store().orElseThrow(), environment).stores();
        return new Endpoint(environment, settings.forwardedHops(), routes(environment, settings, stores));
    }

    /** The function's routes, wherever they are served from. */
    public static Routes routes(Environment environment, Settings settings, Stores stores) {
        Introspection introspection =
                new Introspection(stores.sessions(environment, settings), stores.tokens(), environment.clock());
        return new Routes()
                .add("POST", "/" + INTROSPECT, introspection.writingTo(new LogLine(environment), "introspection"));
    }

    @FunctionName("token-introspect")
    public HttpResponseMessage introspect(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = INTROSPECT)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }
}
