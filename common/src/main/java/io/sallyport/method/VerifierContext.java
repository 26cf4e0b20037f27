package io.sallyport.method;

import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.jwt.Fetcher;
import io.sallyport.secret.SecretCipher;
import java.net.URI;
import java.util.Map;

/**
 * What verifiers are built from: how they reach the parties that vouch for workloads.
 *
 * @param replacedAddresses replacements for addresses that platforms publish: for simulated clouds
 * @param fetcher for addresses that platforms publish
 * @param hosts for hosts that identities name: clusters and issuers
 * @param cipher decrypts the secrets that identities hold
 * @param ownIssuer our own issuer, whose tokens are no assertions
 */
public record VerifierContext(
        Map<URI, URI> replacedAddresses, Fetcher fetcher, GuardedHosts hosts, SecretCipher cipher, String ownIssuer) {
    public VerifierContext {
        replacedAddresses = Map.copyOf(replacedAddresses);
    }

    /** The replacement for an address that a platform publishes, or the address itself. */
    public URI address(URI published) {
        return replacedAddresses.getOrDefault(published, published);
    }
}
