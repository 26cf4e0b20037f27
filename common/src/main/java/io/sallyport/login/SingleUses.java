package io.sallyport.login;

import io.sallyport.Refused;
import io.sallyport.method.Verified;
import io.sallyport.token.TokenStore;
import java.time.Duration;
import java.time.Instant;

/** Ensures that a single-use assertion is used once. */
public record SingleUses(TokenStore tokens) {
    /** How far the clocks of two of our instances may differ: a mark outlives its assertion on both. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

    /**
     * Marks a single-use assertion as used; does nothing for others.
     *
     * @throws Refused {@link Verified.SingleUse#reuse()} if it was used before
     */
    public void claim(Verified<?> verified, Instant now) throws Refused {
        if (verified.singleUse().isEmpty()) {
            return;
        }
        Verified.SingleUse once = verified.singleUse().get();
        if (!tokens.claim(once.digest(), now, once.validUntil().plus(CLOCKS_APART))) {
            throw new Refused(once.reuse(), "the assertion " + once.digest() + " was used before");
        }
    }
}
