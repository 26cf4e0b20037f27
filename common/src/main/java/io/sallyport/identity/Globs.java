package io.sallyport.identity;

import io.sallyport.Quoted;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The names that are allowed, exact or as {@linkplain Glob patterns}. An empty list sets no constraint; {@code *} alone
 * allows any name, on purpose.
 */
public record Globs(List<Glob> patterns) {
    /** No constraint. */
    public static final Globs NONE = new Globs(List.of());

    /** @throws IllegalArgumentException if {@code *} stands beside others: the intention is unclear */
    public Globs {
        patterns = patterns.stream().distinct().toList();
        if (patterns.size() > 1 && patterns.stream().anyMatch(Glob::isAny)) {
            throw new IllegalArgumentException("* allows any name, so it must stand alone; beside it: "
                    + Quoted.quote(String.join(",", texts(patterns))));
        }
    }

    /** Parses patterns; trims each and drops empty ones. */
    public static Globs of(Collection<String> patterns) {
        return new Globs(patterns.stream()
                .map(String::trim)
                .filter(pattern -> !pattern.isEmpty())
                .map(Glob::new)
                .toList());
    }

    /** Parses comma-separated patterns. */
    public static Globs parse(String commaSeparated) {
        return of(Arrays.asList(commaSeparated.split(",", -1)));
    }

    /** Whether there is a constraint at all, {@code *} included. */
    public boolean isSet() {
        return !patterns.isEmpty();
    }

    /** Whether the name is allowed; true for every name when no constraint is set. */
    public boolean allows(String name) {
        return patterns.isEmpty() || patterns.stream().anyMatch(glob -> glob.matches(name));
    }

    public List<String> texts() {
        return texts(patterns);
    }

    private static List<String> texts(List<Glob> patterns) {
        return patterns.stream().map(Glob::pattern).toList();
    }

    @Override
    public String toString() {
        return patterns.size() <= 10 ? patterns.toString() : patterns.size() + " patterns";
    }
}
