package io.sallyport.method;

import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.jwt.Fetcher;
import io.sallyport.secret.SecretCipher;
import java.net.URI;
import java.util.Map;

/**
 * What verifiers are built from: how they reach those that vouch for workloads.
 *
 * @param replacedAddresses what is asked in place of an address that a platform publishes: for simulated clouds
 * @param fetcher to addresses that platforms publish
 * @param hosts to what identities name: clusters and issuers
 * @param cipher opens the secrets that identities hold
 * @param ownIssuer our own issuer, whose tokens are no assertions
 */
public record VerifierContext(
        Map<URI, URI> replacedAddresses, Fetcher fetcher, GuardedHosts hosts, SecretCipher cipher, String ownIssuer) {
    public VerifierContext {
        replacedAddresses = Map.copyOf(replacedAddresses);
    }

    /** What is asked in place of an address that a platform publishes: the address itself unless it is replaced. */
    public URI address(URI published) {
        return replacedAddresses.getOrDefault(published, published);
    }
}
