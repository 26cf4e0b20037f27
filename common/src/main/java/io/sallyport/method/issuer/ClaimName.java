package io.sallyport.method.issuer;

import io.sallyport.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names a claim, or a value inside one.
 *
 * @param text as configured
 * @param path the members that lead to the value, from the outermost
 */
public record ClaimName(String text, List<String> path) {
    private static final int MAX_LENGTH = 500;
    private static final int MAX_DEPTH = 16;

    private static final int MAX_INDEX_DIGITS = 5;

    public ClaimName {
        path = List.copyOf(path);
    }

    /**
     * The claim of that name; a JSON Pointer (RFC 6901) if it begins with a slash.
     *
     * @throws IllegalArgumentException if it begins with a slash and is no JSON Pointer
     */
    public static ClaimName of(String text) {
        return text.startsWith("/") ? pointer(text) : new ClaimName(text, List.of(text));
    }

    /**
     * A path of names with points between them, as Infisical writes it; a JSON Pointer (RFC 6901) if it begins with a
     * slash, for names with a point in them.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static ClaimName dotted(String text) {
        if (text.startsWith("/")) {
            return pointer(text);
        }
        return new ClaimName(text, split(text, text, '.'));
    }

    private static ClaimName pointer(String text) {
        List<String> path = new ArrayList<>();
        for (String token : split(text, text.substring(1), '/')) {
            path.add(unescaped(text, token));
        }
        return new ClaimName(text, path);
    }

    private static List<String> split(String text, String path, char separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int to = path.indexOf(separator); to >= 0; to = path.indexOf(separator, from)) {
            parts.add(path.substring(from, to));
            from = to + 1;
        }
        parts.add(path.substring(from));
        if (parts.contains("") || parts.size() > MAX_DEPTH || text.length() > MAX_LENGTH) {
            throw malformed(text);
        }
        return parts;
    }

    /** RFC 6901 §4: {@code ~1} is a slash, {@code ~0} a tilde, and a tilde stands before nothing else. */
    private static String unescaped(String text, String token) {
        for (int at = token.indexOf('~'); at >= 0; at = token.indexOf('~', at + 1)) {
            if (at + 1 == token.length() || (token.charAt(at + 1) != '0' && token.charAt(at + 1) != '1')) {
                throw malformed(text);
            }
        }
        return token.replace("~1", "/").replace("~0", "~");
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("the claim name " + Quoted.quote(text)
                + " must be names between points, or a JSON Pointer (RFC 6901), of at most " + MAX_DEPTH
                + " parts, none of them empty");
    }

    /** Whether it names the whole claim of that name. */
    boolean isClaim(String name) {
        return path.size() == 1 && path.get(0).equals(name);
    }

    /** The value in these claims; null if there is none. */
    @Nullable
    Object in(Map<String, @Nullable Object> claims) {
        Object value = claims;
        for (String part : path) {
            if (value instanceof Map<?, ?> object) {
                value = object.get(part);
            } else if (value instanceof List<?> array && text.startsWith("/")) {
                value = element(array, part);
            } else {
                return null;
            }
        }
        return value;
    }

    /** An index has no sign, and no zero before another digit (RFC 6901 §4). */
    private static @Nullable Object element(List<?> array, String index) {
        if (index.length() > MAX_INDEX_DIGITS || (index.length() > 1 && index.charAt(0) == '0')) {
            return null;
        }
        int at = 0;
        for (int i = 0; i < index.length(); i++) {
            if (index.charAt(i) < '0' || index.charAt(i) > '9') {
                return null;
            }
            at = at * 10 + index.charAt(i) - '0';
        }
        return at < array.size() ? array.get(at) : null;
    }

    @Override
    public String toString() {
        return Quoted.quote(text);
    }
}
