package io.sallyport.cli.command;

import io.sallyport.Redaction;
import io.sallyport.settings.InvalidConfigurationException;
import java.util.stream.Collectors;

/**
 * Makes text that may quote a credential safe for a terminal: without the credential and without control characters.
 */
public final class Redacted {
    private Redacted() {}

    public static String text(String text) {
        return Printable.text(Redaction.of(text, Integer.MAX_VALUE));
    }

    /** The message of a failure; several faults on a line each. */
    public static String message(Throwable thrown) {
        return thrown instanceof InvalidConfigurationException configuration
                ? "the configuration has " + configuration.faults().size() + " fault(s):\n  "
                        + configuration.faults().stream().map(Redacted::text).collect(Collectors.joining("\n  "))
                : text(String.valueOf(thrown.getMessage()));
    }
}
