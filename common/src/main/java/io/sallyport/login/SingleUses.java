package io.sallyport.login;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.method.Verified;
import io.sallyport.token.TokenStore;
import java.time.Duration;
import java.time.Instant;

/**
 * Ensures that a single-use assertion is used once, and a credential with a limit no more often than that.
 *
 * @param lastLogins notes the uses of client secrets
 */
public record SingleUses(TokenStore tokens, LastLogins lastLogins) {
    /** How far the clocks of two of our instances may differ: a mark outlives its assertion on both. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

    /**
     * Marks a single-use assertion as used, or counts and notes the use of a client secret; does nothing for others.
     *
     * @throws Refused {@link Verified.SingleUse#reuse()} if it was used before; {@link Reason#CLIENT_SECRET_USED_UP}
     */
    public void claim(Verified<?> verified, Instant now) throws Refused {
        count(verified, now);
        claimOnce(verified, now);
    }

    /**
     * Marks a single-use assertion as used; does nothing for others.
     *
     * @throws Refused {@link Verified.SingleUse#reuse()} if it was used before
     */
    public void claimOnce(Verified<?> verified, Instant now) throws Refused {
        if (verified.singleUse().isEmpty()) {
            return;
        }
        Verified.SingleUse once = verified.singleUse().get();
        if (!tokens.claim(once.digest(), now, once.validUntil().plus(CLOCKS_APART))) {
            throw new Refused(once.reuse(), "the assertion " + once.digest() + " was used before");
        }
    }

    /**
     * Counts and notes the use of a client secret; does nothing for others.
     *
     * @throws Refused {@link Reason#CLIENT_SECRET_USED_UP}
     */
    public void count(Verified<?> verified, Instant now) throws Refused {
        if (verified.countedUse().isEmpty()) {
            return;
        }
        Verified.CountedUse use = verified.countedUse().get();
        if (use.limit() > 0) {
            new SecretUses(tokens).take(use, now);
        }
        lastLogins.note(use.credential(), now);
    }
}
