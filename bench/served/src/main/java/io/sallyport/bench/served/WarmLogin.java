package io.sallyport.bench.served;

import io.sallyport.Lazy;
import io.sallyport.http.Response;
import io.sallyport.http.Routes;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import java.util.Map;

/** {@link GcpLogin} and two references in the same process. */
public final class WarmLogin extends CloudFunction {
    /** Answers immediately. */
    public static final String HELLO = "/hello";

    /** Does the {@link BareCryptography} of {@value #CRYPTOGRAPHY_LOGINS} logins in one request. */
    public static final String CRYPTOGRAPHY = "/cryptography";

    /** Does what {@link #CRYPTOGRAPHY} does, by Conscrypt. */
    public static final String NATIVE_CRYPTOGRAPHY = "/native-cryptography";

    public static final int CRYPTOGRAPHY_LOGINS = 100;

    private static final BareCryptography BARE = BareCryptography.byJdk();
    private static final Lazy<BareCryptography> NATIVE = new Lazy<>(BareCryptography::byConscrypt);

    /** For the invoker. */
    public WarmLogin() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forIssuing(environment.variables());
        Routes routes = GcpLogin.routes(environment, settings)
                .add("POST", HELLO, request -> Response.json(200, Map.of()))
                .add("POST", CRYPTOGRAPHY, request -> cryptography(BARE))
                .add("POST", NATIVE_CRYPTOGRAPHY, request -> cryptography(NATIVE.get()));
        return new Endpoint(environment, settings.forwardedHops(), routes);
    }

    private static Response cryptography(BareCryptography bare) {
        bare.ofLogins(CRYPTOGRAPHY_LOGINS);
        return Response.json(200, Map.of());
    }
}
