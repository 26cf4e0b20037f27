package io.sallyport.method;

import io.sallyport.http.outbound.Clusters;
import io.sallyport.jwt.Fetcher;
import io.sallyport.secret.Sealer;
import java.net.URI;
import java.util.Map;

/**
 * What verifiers are built from: how they reach those that vouch for workloads.
 *
 * @param replacedAddresses what is asked in place of an address that a platform publishes: for simulated clouds
 * @param fetcher to addresses that platforms publish
 * @param hosts to what identities name: clusters and issuers
 * @param sealer opens the secrets that identities hold
 * @param ownIssuer our own issuer, whose tokens are no assertions
 */
public record VerifierContext(
        Map<URI, URI> replacedAddresses, Fetcher fetcher, Clusters hosts, Sealer sealer, String ownIssuer) {
    public VerifierContext {
        replacedAddresses = Map.copyOf(replacedAddresses);
    }

    /** What is asked in place of an address that a platform publishes: the address itself unless it is replaced. */
    public URI address(URI published) {
        return replacedAddresses.getOrDefault(published, published);
    }
}
