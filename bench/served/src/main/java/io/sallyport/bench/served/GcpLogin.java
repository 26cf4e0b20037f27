package io.sallyport.bench.served;

import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.http.Routes;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;

/**
 * {@link GcpLoginFunction} with its production wiring, except for the addresses of Google's keys and of Firestore. The
 * function's own clients reach both over TLS; the process starts with a trust store that has the simulated Google's
 * authority in addition to the platform's.
 */
public final class GcpLogin extends CloudFunction {
    /** For the invoker. */
    public GcpLogin() {
        super(wire(Environment.system()));
    }

    private static Endpoint wire(Environment environment) {
        Settings settings = Settings.forIssuing(environment.variables());
        return new Endpoint(environment, settings.forwardedHops(), routes(environment, settings));
    }

    static Routes routes(Environment environment, Settings settings) {
        Stores stores = FirestoreByTls.stores(settings.store().orElseThrow(), environment);
        return GcpLoginFunction.routes(
                stores.forLogin(environment, settings),
                new GcpVerifier(SimulatedGoogleKeys.of(environment.variables()), environment.fetcher()));
    }
}
