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

    /** @throws IllegalArgumentException if one of them is of another form, or there are more than anybody needs */
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

    /** From a list with one space between any two, as requests and tokens have it. */
    public static Scopes parse(String spaceSeparated) {
        return spaceSeparated.isEmpty() ? NONE : of(Arrays.asList(spaceSeparated.split(" ", -1)));
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public boolean containsAll(Scopes others) {
        return values.containsAll(others.values);
    }

    /** Those of them that are among the others. */
    public Scopes intersect(Scopes others) {
        return of(values.stream().filter(others.values::contains).toList());
    }

    /** With one space between any two. */
    @Override
    public String toString() {
        return String.join(" ", values);
    }
}
