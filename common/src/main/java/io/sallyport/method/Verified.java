package io.sallyport.method;

import io.sallyport.identity.Attestation;
import io.sallyport.token.AssertionDigest;
import java.time.Instant;
import java.util.Optional;

/** A verified credential. Only a {@link CredentialVerifier} makes one. */
public final class Verified<A extends Attestation> {
    private final A attestation;
    private final Optional<SingleUse> singleUse;

    Verified(A attestation, Optional<SingleUse> singleUse) {
        this.attestation = attestation;
        this.singleUse = singleUse;
    }

    /** The verified facts. */
    public A attestation() {
        return attestation;
    }

    /** Set if the assertion may be used only once. */
    public Optional<SingleUse> singleUse() {
        return singleUse;
    }

    /** @param validUntil the assertion is refused after this instant anyway */
    public record SingleUse(AssertionDigest digest, Instant validUntil) {}
}
