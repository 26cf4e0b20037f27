package io.sallyport.cli.command;

import io.sallyport.Redaction;
import io.sallyport.settings.InvalidConfigurationException;
import java.util.stream.Collectors;

/** Text for a terminal that may quote a credential: without it, and without what steers the terminal. */
public final class Redacted {
    private Redacted() {}

    public static String text(String text) {
        return Printable.text(Redaction.of(text, Integer.MAX_VALUE));
    }

    /** What a failure says; several faults in a line each. */
    public static String message(Throwable thrown) {
        return thrown instanceof InvalidConfigurationException configuration
                ? "the configuration has " + configuration.faults().size() + " fault(s):\n  "
                        + configuration.faults().stream().map(Redacted::text).collect(Collectors.joining("\n  "))
                : text(String.valueOf(thrown.getMessage()));
    }
}
