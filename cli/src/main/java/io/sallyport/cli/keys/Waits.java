package io.sallyport.cli.keys;

import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import io.sallyport.token.SigningKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a key must wait for its next step, so that no verifier meets a token by a key that it does not know.
 *
 * @param rollout what a changed file takes until every instance has it, after which all of them publish and sign alike
 * @param longestToken how long the longest token lives
 */
record Waits(Duration rollout, Duration longestToken) {
    /** From being added to signing: the last instance publishes it, and what was cached a moment before has to age. */
    Duration beforeSigning() {
        return rollout.plus(SigningKeys.CACHE_TIME);
    }

    /** From being retired to being removed: the last instance signs with it, and that token has to expire. */
    Duration beforeRemoval() {
        return rollout.plus(longestToken);
    }

    /** When the key may take its next step: sign, or be removed; empty if since when it waits is not known. */
    Optional<Instant> over(SigningKey key) {
        return key.since().map(since -> since.plus(key.state() == KeyState.NEXT ? beforeSigning() : beforeRemoval()));
    }

    boolean isOver(SigningKey key, Instant now) {
        return over(key).filter(end -> !now.isBefore(end)).isPresent();
    }

    /** The two largest units, such as {@code 9 min 30 s}. */
    static String text(Duration duration) {
        // Rounded up: whoever waits so long has waited long enough.
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
