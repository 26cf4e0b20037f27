package io.sallyport.identity;

import io.sallyport.Refused;
import io.sallyport.token.TokenPolicy;

/**
 * An identity's configuration for one platform: whom it admits, and what tokens they get. One that would admit everybody
 * cannot be made.
 *
 * @param <A> what the platform's verifier vouches for
 */
public sealed interface AuthMethod<A extends Attestation> permits GcpAuth, AzureAuth, KubernetesAuth {
    /** Is it allowed? @throws Refused saying which constraint the attestation does not meet */
    void admit(A attestation) throws Refused;

    /** How its sessions say that they were proven: {@link Attestation#method()}. */
    String sessionMethod();

    TokenPolicy policy();
}
