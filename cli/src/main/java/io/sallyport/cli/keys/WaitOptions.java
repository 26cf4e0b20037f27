package io.sallyport.cli.keys;

import io.sallyport.token.TokenPolicy;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options for the waits of a rotation. */
final class WaitOptions {
    @Option(
            names = "--rollout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long a changed file takes to reach every instance (${DEFAULT-VALUE}).")
    private long rollout;

    @Option(
            names = "--longest-token",
            paramLabel = "SECONDS",
            defaultValue = "7776000",
            description = "Lifetime of the longest-lived token (${DEFAULT-VALUE}: the longest possible).")
    private long longestToken;

    /** @throws KeyFileException if one is out of bounds */
    Waits waits() {
        return new Waits(within("--rollout", rollout), within("--longest-token", longestToken));
    }

    private static Duration within(String option, long seconds) {
        if (seconds < 0 || seconds > TokenPolicy.MAX_TOKEN_TTL.toSeconds()) {
            throw new KeyFileException(
                    option + " must be from 0 to " + TokenPolicy.MAX_TOKEN_TTL.toSeconds() + ", not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }
}
