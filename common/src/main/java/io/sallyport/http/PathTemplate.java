package io.sallyport.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A path in which a segment in braces matches any text without a slash: {@code /api/v1/identities/{id}}. */
public record PathTemplate(String text) {
    /** Whether it has any such segment. */
    public boolean isPlain() {
        return text.indexOf('{') < 0;
    }

    /** The values of the segments in braces, by name; empty if the path does not match. */
    public Optional<Map<String, String>> match(String path) {
        String[] expected = text.split("/", -1);
        String[] found = path.split("/", -1);
        if (expected.length != found.length) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < expected.length; i++) {
            if (expected[i].startsWith("{") && !found[i].isEmpty()) {
                parameters.put(expected[i].substring(1, expected[i].length() - 1), found[i]);
            } else if (!expected[i].equals(found[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }
}
