package io.sallyport.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads variables one by one and collects their faults, so that all are reported together. */
public final class Variables {
    private final Map<String, String> variables;
    private final List<String> faults = new ArrayList<>();

    public Variables(Map<String, String> variables) {
        this.variables = variables;
    }

    /** The value as {@code parse} returns it; empty, with the fault recorded, if it is not set or not valid. */
    public <T> Optional<T> required(String name, String form, Function<String, T> parse) {
        Optional<String> value = value(name);
        if (value.isEmpty()) {
            faults.add(name + " is not set; it must be " + form);
            return Optional.empty();
        }
        return parsed(name, form, value.get(), parse);
    }

    public <T> T optional(String name, String form, T otherwise, Function<String, T> parse) {
        Optional<String> value = value(name);
        return value.isPresent() ? parsed(name, form, value.get(), parse).orElse(otherwise) : otherwise;
    }

    /** A required secret: in the variable itself, or in the file that the variable {@code NAME_FILE} names. */
    public <T> Optional<T> requiredSecret(String name, String form, Function<String, T> parse) {
        if (value(name).isEmpty() && value(name + "_FILE").isEmpty()) {
            faults.add("either " + name + " or " + name + "_FILE must be set; it must hold " + form);
            return Optional.empty();
        }
        return optionalSecret(name, form, parse);
    }

    /**
     * An optional secret: in the variable itself, or in the file that the variable {@code NAME_FILE} names; empty if
     * neither is set.
     */
    public <T> Optional<T> optionalSecret(String name, String form, Function<String, T> parse) {
        String fileName = name + "_FILE";
        Optional<String> direct = value(name);
        Optional<String> file = value(fileName);
        if (direct.isPresent() && file.isPresent()) {
            faults.add("either " + name + " or " + fileName + " must be set, not both");
            return Optional.empty();
        }
        if (file.isEmpty()) {
            return direct.isPresent() ? parsed(name, form, direct.get(), parse) : Optional.empty();
        }
        try {
            String text = Files.readString(Path.of(file.get()));
            return parsed(fileName, form, text, parse);
        } catch (IOException | IllegalArgumentException e) {
            faults.add(fileName + " names a file that cannot be read");
            return Optional.empty();
        }
    }

    private <T> Optional<T> parsed(String name, String form, String text, Function<String, T> parse) {
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            faults.add(name + " must be " + form + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    public boolean isSet(String name) {
        return value(name).isPresent();
    }

    /** Whether the secret, in the variable or in the file that {@code NAME_FILE} names, begins with that text. */
    public boolean begins(String name, String prefix) {
        Optional<String> direct = value(name);
        Optional<String> file = value(name + "_FILE");
        if (direct.isPresent() || file.isEmpty()) {
            return direct.isPresent() && direct.get().startsWith(prefix);
        }
        try {
            return Files.readString(Path.of(file.get())).startsWith(prefix);
        } catch (IOException | IllegalArgumentException e) {
            // Reading it as a secret records the fault.
            return false;
        }
    }

    /** Records a fault of several variables together; the text begins with the name of one. */
    public void fault(String fault) {
        faults.add(fault);
    }

    private Optional<String> value(String name) {
        String text = variables.getOrDefault(name, "").trim();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** @throws InvalidConfigurationException if there was any fault */
    public void check() {
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
    }
}
