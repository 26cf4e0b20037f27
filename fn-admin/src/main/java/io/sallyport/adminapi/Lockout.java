package io.sallyport.adminapi;

import io.sallyport.InvalidField;
import io.sallyport.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Infisical's fields that lock a client out after wrong secrets. Clients send them, so they are accepted, but nothing is
 * locked: a secret has 256 random bits, so a lockout would only let strangers lock workloads out.
 */
final class Lockout {
    private static final String ENABLED = "lockoutEnabled";

    /** With Infisical's defaults. */
    private static final Map<String, Long> NUMBERS =
            Map.of("lockoutThreshold", 3L, "lockoutDurationSeconds", 300L, "lockoutCounterResetSeconds", 30L);

    private Lockout() {}

    /** Shows that it is off. */
    static void addTo(Map<String, Object> view) {
        view.put(ENABLED, false);
        view.putAll(NUMBERS);
    }

    /** Removes the fields from a body, once they are of the right type. */
    static void removeFrom(Map<String, @Nullable Object> fields) throws Refused {
        List<InvalidField> invalid = new ArrayList<>();
        Object enabled = fields.remove(ENABLED);
        if (enabled != null && !(enabled instanceof Boolean)) {
            invalid.add(new InvalidField(ENABLED, "must be true or false"));
        }
        for (String name : NUMBERS.keySet()) {
            Object number = fields.remove(name);
            if (number != null && !(number instanceof Long value && value >= 0)) {
                invalid.add(new InvalidField(name, "must be a whole number from 0"));
            }
        }
        if (!invalid.isEmpty()) {
            throw Refused.fields(invalid);
        }
    }
}
