package io.sallyport.token.managed;

import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenPolicy;
import java.time.Duration;

/**
 * When a managed key does what.
 *
 * @param rotation how long a key signs before the next one takes over
 */
public record KeySchedule(Duration rotation) {
    /** How far clocks may be apart. */
    static final Duration SKEW = Duration.ofMinutes(10);

    /** How long an instance may use keys that it read, while their store does not answer. */
    static final Duration MAX_STALE = Duration.ofHours(1);

    /**
     * From being stored to signing: until the last instance publishes the key ({@link #MAX_STALE}), the last verifier
     * has fetched it ({@link SigningKeys#CACHE_TIME}), and all clocks agree on that ({@link #SKEW}, twice), rounded up.
     */
    public static final Duration LEAD = Duration.ofHours(2);

    public static final Duration DEFAULT_ROTATION = Duration.ofDays(7);
    public static final Duration MIN_ROTATION = Duration.ofDays(1);
    public static final Duration MAX_ROTATION = Duration.ofDays(90);

    /** @throws IllegalArgumentException if it is out of bounds */
    public KeySchedule {
        if (rotation.compareTo(MIN_ROTATION) < 0 || rotation.compareTo(MAX_ROTATION) > 0) {
            throw new IllegalArgumentException("keys rotate every 1 to 90 days, not " + rotation);
        }
    }

    /** How long a key may sign: twice the period, so that a rotation may fail for a whole period before logins do. */
    Duration signing() {
        return rotation.multipliedBy(2);
    }

    /** How long a key stays published after it may no longer sign: until its last token has expired. */
    static Duration retiring() {
        return TokenPolicy.MAX_TOKEN_TTL.plus(SKEW);
    }
}
