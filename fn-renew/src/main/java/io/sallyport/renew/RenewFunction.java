package io.sallyport.renew;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import io.sallyport.http.Routes;
import io.sallyport.login.TokenIssuer;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.session.Renewal;
import io.sallyport.session.Revocation;
import io.sallyport.session.Sessions;
import java.util.Optional;

/** {@code POST /api/v1/auth/token/renew} and {@code /api/v1/auth/token/revoke}. */
public final class RenewFunction extends CloudFunction {
    private static final String RENEW = "api/v1/auth/token/renew";
    private static final String REVOKE = "api/v1/auth/token/revoke";

    public RenewFunction() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forIssuing(environment.variables());
        Stores stores = Stores.of(settings, environment);
        return new Endpoint(environment, settings.forwardedHops(), routes(environment, settings, stores));
    }

    /** The function's routes, wherever they are served from. */
    public static Routes routes(Environment environment, Settings settings, Stores stores) {
        Sessions sessions = stores.sessions(environment, settings);
        LogLine log = new LogLine(environment);
        TokenIssuer newSessions = stores.forLogin(environment, settings).sessions();
        Renewal renewal = new Renewal(sessions, newSessions, environment.clock());
        Revocation revocation = new Revocation(sessions, stores.tokens(), environment.clock());
        return new Routes()
                .add("POST", "/" + RENEW, renewal.writingTo(log, "renewal"))
                .add("POST", "/" + REVOKE, revocation.writingTo(log, "revocation"));
    }

    @FunctionName("tokenRenew")
    public HttpResponseMessage renew(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE},
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = RENEW)
                    HttpRequestMessage<Optional<String>> request) {
        return azure(request);
    }

    @FunctionName("tokenRevoke")
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
