package io.sallyport.method;

import io.sallyport.identity.Attestation;
import io.sallyport.token.AssertionDigest;
import java.time.Instant;
import java.util.Optional;

/**
 * A proven assertion.
 *
 * @param singleUse set where the assertion may be used once only
 */
public record Verified<A extends Attestation>(A attestation, Optional<SingleUse> singleUse) {
    /**
     * @param validUntil after this instant the assertion is refused anyway
     */
    public record SingleUse(AssertionDigest digest, Instant validUntil) {}
}
