package io.sallyport.cli.command;

import io.sallyport.Quoted;
import io.sallyport.settings.InvalidConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects the faults in the values of a command's options, so that all are reported at once. */
public final class OptionFaults {
    /** Google's libraries split a command at spaces and support no quotes. */
    private static final Pattern PLAIN_PATH = Pattern.compile("/[A-Za-z0-9_./@+:,=-]{0,4000}");

    private final List<String> faults = new ArrayList<>();

    public void add(String fault) {
        faults.add(fault);
    }

    /** @param form what the value must be, for people */
    public void require(boolean holds, String option, String form, String value) {
        if (!holds) {
            faults.add(option
                    + (value.isEmpty() ? " is missing; it must be " : " must be ")
                    + form
                    + (value.isEmpty() ? "" : ", not " + Quoted.quote(value)));
        }
    }

    public void requireMatch(Pattern pattern, String option, String form, String value) {
        require(pattern.matcher(value).matches(), option, form, value);
    }

    public void requirePlainPath(String option, Path value) {
        requireMatch(PLAIN_PATH, option, "an absolute path without spaces or quotes", value.toString());
    }

    public void throwIfAny() {
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
    }
}
