package io.sallyport.simulated.federation;

import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.OpaqueToken;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Google's Security Token Service with its workload identity pools, over HTTP on loopback. It takes issuers on http of the
 * loopback too; Google's takes https alone, under a name that the public can reach.
 */
public final class SimulatedSts implements AutoCloseable {

    private final InstantSource clock;
    private final Map<String, PoolProvider> providers = new ConcurrentHashMap<>();
    private final Map<String, FederatedIdentity> issued = new ConcurrentHashMap<>();
    private final IssuerKeys keys = new IssuerKeys();
    private final StsEndpoint endpoint;
    private final Loopback server;

    private SimulatedSts(InstantSource clock) {
        this.clock = clock;
        this.endpoint =
                new StsEndpoint(audience -> Optional.ofNullable(providers.get(audience)), this::issue, keys, clock);
        this.server = Loopback.start(Map.of("/", endpoint));
    }

    /** @param clock of tokens */
    public static SimulatedSts start(InstantSource clock) {
        return new SimulatedSts(clock);
    }

    /** Without a path; {@code https://sts.googleapis.com}. */
    public URI uri() {
        return server.uri("");
    }

    /** Where tokens are exchanged. */
    public URI token() {
        return server.uri(StsEndpoint.PATH);
    }

    /** Creates a provider, or puts it in place of the one of its name. */
    public void register(PoolProvider provider) {
        providers.put(provider.name().audience(), provider);
    }

    /** Leads discovery of an issuer that is simulated elsewhere than at its own address. */
    public void discover(String issuer, URI configuration) {
        keys.discover(issuer, configuration);
    }

    /** How often a token was asked for, answered or not. */
    public int requests() {
        return endpoint.requests();
    }

    /** What the endpoint does. */
    public Behaviour behaviour() {
        return endpoint.behaviour();
    }

    /** The identity of an access token; empty if it is none of ours or has expired. */
    public Optional<FederatedIdentity> identity(String accessToken) {
        return Optional.ofNullable(issued.get(accessToken))
                .filter(identity -> clock.instant().isBefore(identity.expires()));
    }

    @Override
    public void close() {
        behaviour().release();
        server.close();
    }

    private String issue(FederatedIdentity identity) {
        String token = OpaqueToken.withPrefix("ya29.d.");
        issued.put(token, identity);
        return token;
    }
}
