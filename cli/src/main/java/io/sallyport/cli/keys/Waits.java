package io.sallyport.cli.keys;

import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import io.sallyport.token.SigningKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a key must wait for its next step, so that no verifier gets a token signed with a key that it does not know.
 *
 * @param rollout how long a changed file takes to reach every instance, after which all publish and sign alike
 * @param longestToken the longest lifetime of a token
 */
record Waits(Duration rollout, Duration longestToken) {
    /** From being added to signing: until the last instance publishes it and earlier cached key sets have expired. */
    Duration beforeSigning() {
        return rollout.plus(SigningKeys.CACHE_TIME);
    }

    /**
     * From being retired to being removed: until the last instance stops signing with it and that token has expired.
     */
    Duration beforeRemoval() {
        return rollout.plus(longestToken);
    }

    /** When the key may take its next step: sign, or be removed; empty if the start of its wait is unknown. */
    Optional<Instant> over(SigningKey key) {
        return key.since().map(since -> since.plus(key.state() == KeyState.NEXT ? beforeSigning() : beforeRemoval()));
    }

    boolean isOver(SigningKey key, Instant now) {
        return over(key).filter(end -> !now.isBefore(end)).isPresent();
    }

    /** The two largest units, such as {@code 9 min 30 s}. */
    static String text(Duration duration) {
        // Rounded up, so that waiting as long as shown always suffices.
        Duration left = duration.isNegative() ? Duration.ZERO : duration.plusNanos(999_999_999);
        if (left.toDays() > 0) {
            return left.toDays() + " d " + left.toHoursPart() + " h";
        }
        if (left.toHours() > 0) {
            return left.toHours() + " h " + left.toMinutesPart() + " min";
        }
        return left.toMinutes() > 0
                ? left.toMinutes() + " min " + left.toSecondsPart() + " s"
                : left.toSeconds() + " s";
    }
}
