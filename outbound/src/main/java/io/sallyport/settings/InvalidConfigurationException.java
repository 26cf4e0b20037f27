package io.sallyport.settings;

import java.io.Serial;
import java.util.List;

/** A configuration that cannot be run with; the message names all its faults at once. */
public final class InvalidConfigurationException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    public InvalidConfigurationException(List<String> faults) {
        super("the configuration has " + faults.size() + " fault(s):\n  " + String.join("\n  ", faults));
        this.faults = List.copyOf(faults);
    }

    /** Each begins with the name of a variable. */
    public List<String> faults() {
        return faults;
    }
}
