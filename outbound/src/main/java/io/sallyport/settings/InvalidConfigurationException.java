package io.sallyport.settings;

import java.io.Serial;
import java.util.List;

/** Thrown for a configuration that cannot work; the message lists all its faults. */
public final class InvalidConfigurationException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    public InvalidConfigurationException(List<String> faults) {
        super("the configuration has " + faults.size() + " fault(s):\n  " + String.join("\n  ", faults));
        this.faults = List.copyOf(faults);
    }

    /** The faults; each begins with the name of a variable. */
    public List<String> faults() {
        return faults;
    }
}
