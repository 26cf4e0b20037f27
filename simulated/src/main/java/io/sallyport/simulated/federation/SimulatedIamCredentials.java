package io.sallyport.simulated.federation;

import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.OpaqueToken;
import io.sallyport.simulated.google.SimulatedGoogle;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The part of Google's IAM Service Account Credentials API by which a federated identity becomes a service account, over
 * HTTP on loopback. ID tokens are signed with the keys of a simulated Google.
 */
public final class SimulatedIamCredentials implements AutoCloseable {
    private final InstantSource clock;
    private final SimulatedSts sts;
    private final Map<String, Set<String>> users = new ConcurrentHashMap<>();
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();
    private final IamCredentialsEndpoint endpoint;
    private final Loopback server;

    /** An access token of a service account. */
    private record Issued(String account, Instant expires) {}

    private SimulatedIamCredentials(InstantSource clock, SimulatedGoogle google, SimulatedSts sts) {
        this.clock = clock;
        this.sts = sts;
        this.endpoint = new IamCredentialsEndpoint(this, google, clock);
        this.server = Loopback.start(Map.of("/", endpoint));
    }

    /**
     * @param google has the accounts, and the keys of ID tokens
     * @param sts gives out the tokens that are taken here
     */
    public static SimulatedIamCredentials start(InstantSource clock, SimulatedGoogle google, SimulatedSts sts) {
        return new SimulatedIamCredentials(clock, google, sts);
    }

    /** Without a path; {@code https://iamcredentials.googleapis.com}. */
    public URI uri() {
        return server.uri("");
    }

    /**
     * Binds the role {@code roles/iam.workloadIdentityUser} on the service account of that address.
     *
     * @param member such as {@link ProviderName#principal}
     */
    public void allow(String account, String member) {
        users.computeIfAbsent(account, unused -> ConcurrentHashMap.newKeySet()).add(member);
    }

    /** What the endpoint does. */
    public Behaviour behaviour() {
        return endpoint.behaviour();
    }

    /** The address of the service account that an access token is for; empty if it is none of ours or has expired. */
    public Optional<String> account(String accessToken) {
        return Optional.ofNullable(issued.get(accessToken))
                .filter(token -> clock.instant().isBefore(token.expires()))
                .map(Issued::account);
    }

    @Override
    public void close() {
        behaviour().release();
        server.close();
    }

    Optional<FederatedIdentity> caller(String accessToken) {
        return sts.identity(accessToken);
    }

    boolean mayUse(FederatedIdentity caller, String account) {
        return users.getOrDefault(account, Set.of()).stream().anyMatch(caller.members()::contains);
    }

    String issue(String account, Instant expires) {
        String token = OpaqueToken.withPrefix("ya29.c.");
        issued.put(token, new Issued(account, expires));
        return token;
    }
}
