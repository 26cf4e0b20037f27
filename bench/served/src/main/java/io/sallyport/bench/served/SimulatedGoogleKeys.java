package io.sallyport.bench.served;

import io.sallyport.method.gcp.GcpVerifier;
import java.net.URI;
import java.util.Map;

/** Where a simulated Google publishes its keys; deployed functions have no setting for this. */
public final class SimulatedGoogleKeys {
    /** The address of the keys that sign ID tokens. */
    public static final String ID_TOKENS = "BENCH_GOOGLE_ID_TOKEN_KEYS";

    /** The address to which a service account's address is appended. */
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
