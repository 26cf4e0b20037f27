package io.sallyport.method;

import io.sallyport.Reason;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.Credential;
import io.sallyport.token.AssertionDigest;
import java.time.Instant;
import java.util.Optional;

/** A verified credential. Only a {@link CredentialVerifier} makes one. */
public final class Verified<A extends Attestation> {
    private final A attestation;
    private final Optional<SingleUse> singleUse;
    private final Optional<CountedUse> countedUse;

    Verified(A attestation, Optional<SingleUse> singleUse, Optional<CountedUse> countedUse) {
        this.attestation = attestation;
        this.singleUse = singleUse;
        this.countedUse = countedUse;
    }

    /** The verified facts. */
    public A attestation() {
        return attestation;
    }

    /** Set if the assertion may be used only once. */
    public Optional<SingleUse> singleUse() {
        return singleUse;
    }

    /** Set if the uses of the credential are noted, and counted where they are limited. */
    public Optional<CountedUse> countedUse() {
        return countedUse;
    }

    /**
     * A use of a credential of ours.
     *
     * @param limit how often the credential may be used; zero: without limit
     */
    public record CountedUse(Credential credential, long limit) {}

    /**
     * @param validUntil the assertion is refused after this instant anyway
     * @param reuse the reason to refuse it after its first use
     */
    public record SingleUse(AssertionDigest digest, Instant validUntil, Reason reuse) {
        /** Reuse is {@link Reason#ASSERTION_REUSED}. */
        public SingleUse(AssertionDigest digest, Instant validUntil) {
            this(digest, validUntil, Reason.ASSERTION_REUSED);
        }
    }
}
