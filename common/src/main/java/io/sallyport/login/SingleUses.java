package io.sallyport.login;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.method.Verified;
import io.sallyport.token.TokenStore;
import java.time.Duration;
import java.time.Instant;

/** Sees to it that an assertion which is good for one use has one. */
public record SingleUses(TokenStore tokens) {
    /** How far the clocks of two of our own instances may be apart: a mark outlives its assertion on both. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

    /**
     * Marks an assertion as used, where it is good for one use only.
     *
     * @throws Refused {@link Reason#ASSERTION_REUSED} if it was used before
     */
    public void claim(Verified<?> verified, Instant now) throws Refused {
        if (verified.singleUse().isEmpty()) {
            return;
        }
        Verified.SingleUse once = verified.singleUse().get();
        if (!tokens.claim(once.digest(), now, once.validUntil().plus(CLOCKS_APART))) {
            throw new Refused(Reason.ASSERTION_REUSED, "the assertion " + once.digest() + " was used before");
        }
    }
}
