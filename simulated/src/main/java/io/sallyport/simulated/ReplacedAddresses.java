package io.sallyport.simulated;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** The replacements for addresses that platforms publish, where several platforms are simulated. */
public final class ReplacedAddresses {
    private ReplacedAddresses() {}

    /** @param platforms each with its addresses by the published ones */
    @SafeVarargs
    public static Map<URI, URI> of(Map<URI, URI>... platforms) {
        Map<URI, URI> all = new HashMap<>();
        for (Map<URI, URI> platform : platforms) {
            all.putAll(platform);
        }
        return Map.copyOf(all);
    }
}
