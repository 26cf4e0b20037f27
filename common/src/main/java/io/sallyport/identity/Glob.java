package io.sallyport.identity;

import io.sallyport.Quoted;
import java.util.regex.Pattern;

/**
 * A name, or a pattern of names in which {@code *} stands for any text, the empty one included. There is no other
 * wildcard, and a text must match as a whole.
 */
public record Glob(String pattern) {
    /** The characters of namespace and service account names (Kubernetes, "Object Names and IDs"), and the star. */
    private static final Pattern FORM = Pattern.compile("[a-z0-9.*-]{1,253}");

    /** @throws IllegalArgumentException if it holds anything but the characters of Kubernetes names and single stars */
    public Glob {
        if (!FORM.matcher(pattern).matches() || pattern.contains("**")) {
            throw new IllegalArgumentException("the pattern " + Quoted.quote(pattern)
                    + " must consist of a-z 0-9 . - and of * for any text, and nothing else");
        }
    }

    /** Whether it allows any name, on purpose. */
    boolean isAny() {
        return pattern.equals("*");
    }

    /** Whether the whole text matches. */
    public boolean matches(String text) {
        return matches(pattern, text);
    }

    /**
     * Whether the whole text matches. A star first stands for nothing, and takes one character more whenever the rest
     * does not match; only the last star is ever tried again, so matching takes at most the text's length times the
     * pattern's.
     */
    public static boolean matches(String pattern, String text) {
        int at = 0;
        int sign = 0;
        int lastStar = -1;
        int takenByLastStar = 0;
        while (at < text.length()) {
            if (sign < pattern.length() && pattern.charAt(sign) == '*') {
                lastStar = sign++;
                takenByLastStar = at;
            } else if (sign < pattern.length() && pattern.charAt(sign) == text.charAt(at)) {
                sign++;
                at++;
            } else if (lastStar >= 0) {
                sign = lastStar + 1;
                at = ++takenByLastStar;
            } else {
                return false;
            }
        }
        while (sign < pattern.length() && pattern.charAt(sign) == '*') {
            sign++;
        }
        return sign == pattern.length();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
