package io.sallyport.simulated.google;

import io.sallyport.simulated.Loopback;
import java.net.URI;
import java.util.Map;

/** The metadata server that one workload sees, on a separate port. */
public final class MetadataServer implements AutoCloseable {
    private final Loopback server;

    private MetadataServer(Loopback server) {
        this.server = server;
    }

    static MetadataServer start(MetadataEndpoint endpoint) {
        return new MetadataServer(Loopback.start(Map.of("/", endpoint)));
    }

    /** Without a path. */
    public URI uri() {
        return server.uri("");
    }

    /** Where the workload gets its ID token; append {@code ?audience=…&format=full}. */
    public URI identity() {
        return server.uri(MetadataEndpoint.ACCOUNTS + "default/identity");
    }

    @Override
    public void close() {
        server.close();
    }
}
