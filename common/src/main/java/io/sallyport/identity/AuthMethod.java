package io.sallyport.identity;

import io.sallyport.Refused;
import io.sallyport.token.TokenPolicy;
import java.util.Map;
import java.util.Set;

/**
 * An identity's configuration for one platform: whom it admits, and what tokens they get. One that would admit everybody
 * cannot be made, nor one whose constraints unrelated organizations could meet with resources of their own.
 *
 * @param <A> what the platform's verifier vouches for
 */
public sealed interface AuthMethod<A extends Attestation>
        permits GcpAuth, AzureAuth, KubernetesAuth, JwtBearerAuth, ClientKeyAuth, ClientSecretAuth {
    /** Is it allowed? @throws Refused saying which constraint the attestation does not meet */
    void admit(A attestation) throws Refused;

    /**
     * Whether it still has the credential that a session began with: a secret, a key or an issuer that was taken away takes
     * its sessions along.
     *
     * @param facts of the session: {@link Attestation#facts()}
     */
    default boolean has(Map<String, String> facts) {
        return true;
    }

    /** How stores find its identity by what an assertion says, where it takes no {@code client_id}; empty if they cannot. */
    default Set<Lookup> lookups() {
        return Set.of();
    }

    /** How its sessions say that they were proven: {@link Attestation#method()}. */
    String sessionMethod();

    TokenPolicy policy();
}
