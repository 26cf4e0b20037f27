package io.sallyport.bench.served;

import io.sallyport.method.gcp.GcpVerifier;
import java.net.URI;
import java.util.Map;

/** Where a simulated Google publishes its keys: what deployed functions have no setting for. */
public final class SimulatedGoogleKeys {
    /** The address of the keys of ID tokens. */
    public static final String ID_TOKENS = "BENCH_GOOGLE_ID_TOKEN_KEYS";

    /** The address that a service account's is appended to. */
    public static final String SERVICE_ACCOUNTS = "BENCH_GOOGLE_SERVICE_ACCOUNT_KEYS";

    private SimulatedGoogleKeys() {}

    static GcpVerifier.Endpoints of(Map<String, String> variables) {
        return new GcpVerifier.Endpoints(address(variables, ID_TOKENS), address(variables, SERVICE_ACCOUNTS));
    }

    private static URI address(Map<String, String> variables, String name) {
        String address = variables.get(name);
        if (address == null) {
            throw new IllegalStateException(name + " is not set");
        }
        return URI.create(address);
    }
}
