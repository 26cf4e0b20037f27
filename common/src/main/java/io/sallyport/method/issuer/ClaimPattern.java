package io.sallyport.method.issuer;

import io.sallyport.Quoted;
import io.sallyport.identity.Glob;
import java.util.regex.Pattern;

/**
 * A claim's value, or a pattern of values in which {@code *} stands for any text, the empty one included. There is no
 * other wildcard, and a value must match as a whole.
 */
public record ClaimPattern(String text) {
    private static final Pattern FORM = Pattern.compile("[\\x20-\\x7e]{1,1000}");

    /** @throws IllegalArgumentException if it holds anything but printable ASCII and single stars */
    public ClaimPattern {
        if (!FORM.matcher(text).matches() || text.contains("**")) {
            throw new IllegalArgumentException("the pattern " + Quoted.quote(text)
                    + " must be printable ASCII, with * for any text, and nothing else");
        }
    }

    /** Whether it allows any value, on purpose. */
    boolean isAny() {
        return text.equals("*");
    }

    /** Whether it is a single value rather than a pattern. */
    boolean isExact() {
        return text.indexOf('*') < 0;
    }

    boolean matches(String value) {
        return Glob.matches(text, value);
    }

    @Override
    public String toString() {
        return Quoted.quote(text);
    }
}
