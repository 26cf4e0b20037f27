package io.sallyport.identity;

import io.sallyport.Quoted;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The exact, case-sensitive values that are allowed for one fact. An empty list sets no constraint; {@code *} alone
 * allows any value, on purpose.
 */
public record Allowlist(Set<String> values) {
    /** No constraint. */
    public static final Allowlist NONE = new Allowlist(Set.of());

    private static final String ANY = "*";

    /** @throws IllegalArgumentException if {@code *} stands beside other values: the intention is unclear */
    public Allowlist {
        Set<String> trimmed = new LinkedHashSet<>();
        for (String value : values) {
            String text = value.trim();
            if (!text.isEmpty()) {
                trimmed.add(text);
            }
        }
        values = Collections.unmodifiableSet(trimmed);
        if (values.contains(ANY) && values.size() > 1) {
            throw new IllegalArgumentException("* allows any value, so it must stand alone in an allowlist; beside it: "
                    + Quoted.quote(String.join(",", values)));
        }
    }

    public static Allowlist of(String... values) {
        return of(Arrays.asList(values));
    }

    public static Allowlist of(Collection<String> values) {
        return new Allowlist(new LinkedHashSet<>(values));
    }

    /** Parses comma-separated text; trims each value and drops empty ones. */
    public static Allowlist parse(String commaSeparated) {
        return of(commaSeparated.split(",", -1));
    }

    /** Whether there is a constraint at all, {@code *} included. */
    public boolean isSet() {
        return !values.isEmpty();
    }

    /** Whether the value is on the list; true for every value when no constraint is set. */
    public boolean allows(String value) {
        return values.isEmpty() || values.contains(ANY) || values.contains(value);
    }

    /** A copy of this list with each value but {@code *} converted. */
    public Allowlist map(UnaryOperator<String> form) {
        return of(values.stream()
                .map(value -> value.equals(ANY) ? value : form.apply(value))
                .toList());
    }

    @Override
    public String toString() {
        return values.size() <= 10 ? values.toString() : values.size() + " values";
    }
}
