package io.sallyport.token;

import io.sallyport.Quoted;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** What a token allows at its audience: scope tokens (RFC 6749 §3.3), each once, in the order given. */
public record Scopes(Set<String> values) {
    public static final Scopes NONE = new Scopes(Set.of());

    private static final int MAX_COUNT = 100;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:/-]{1,100}");

    /** @throws IllegalArgumentException if a scope is malformed, or there are too many */
    public Scopes {
        for (String scope : values) {
            if (!FORM.matcher(scope).matches()) {
                throw new IllegalArgumentException("the scope " + Quoted.quote(scope)
                        + " must be 1 to 100 of the characters A-Z a-z 0-9 . _ : / -");
            }
        }
        if (values.size() > MAX_COUNT) {
            throw new IllegalArgumentException("more than " + MAX_COUNT + " scopes");
        }
        values = Collections.unmodifiableSet(new LinkedHashSet<>(values));
    }

    public static Scopes of(Collection<String> values) {
        return new Scopes(new LinkedHashSet<>(values));
    }

    /** Parses a list separated by single spaces, as in requests and tokens. */
    public static Scopes parse(String spaceSeparated) {
        return spaceSeparated.isEmpty() ? NONE : of(Arrays.asList(spaceSeparated.split(" ", -1)));
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public boolean containsAll(Scopes others) {
        return values.containsAll(others.values);
    }

    /** The scopes that are also in the other list. */
    public Scopes intersect(Scopes others) {
        return of(values.stream().filter(others.values::contains).toList());
    }

    /** The scopes, separated by single spaces. */
    @Override
    public String toString() {
        return String.join(" ", values);
    }
}
