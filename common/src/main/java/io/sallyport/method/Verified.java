package io.sallyport.method;

import io.sallyport.identity.Attestation;
import io.sallyport.token.AssertionDigest;
import java.time.Instant;
import java.util.Optional;

/** A proven credential. Only a {@link CredentialVerifier} makes one. */
public final class Verified<A extends Attestation> {
    private final A attestation;
    private final Optional<SingleUse> singleUse;

    Verified(A attestation, Optional<SingleUse> singleUse) {
        this.attestation = attestation;
        this.singleUse = singleUse;
    }

    /** What is vouched for. */
    public A attestation() {
        return attestation;
    }

    /** Set where the assertion may be used once only. */
    public Optional<SingleUse> singleUse() {
        return singleUse;
    }

    /**
     * @param validUntil after this instant the assertion is refused anyway
     */
    public record SingleUse(AssertionDigest digest, Instant validUntil) {}
}
