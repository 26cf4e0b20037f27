package io.sallyport.simulated.azure;

import io.sallyport.simulated.Loopback;
import java.net.URI;
import java.util.Map;

/** The Instance Metadata Service that one virtual machine sees, on a separate port. */
public final class Imds implements AutoCloseable {
    private final Loopback server;

    private Imds(Loopback server) {
        this.server = server;
    }

    static Imds start(ImdsEndpoint endpoint) {
        return new Imds(Loopback.start(Map.of("/", endpoint)));
    }

    /** Without a path; {@code http://169.254.169.254}. */
    public URI uri() {
        return server.uri("");
    }

    /** Where the machine gets its token; append {@code ?api-version=2018-02-01&resource=…}. */
    public URI token() {
        return server.uri(ImdsEndpoint.PATH);
    }

    @Override
    public void close() {
        server.close();
    }
}
