package io.sallyport.method.issuer;

import io.sallyport.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a claim must be. A claim that is an array matches a pattern if one of its elements does.
 *
 * @param patterns of which one must match; or every one, each by some element
 * @param all whether every one must match
 */
public record ClaimRule(List<ClaimPattern> patterns, boolean all) {
    private static final int MAX_PATTERNS = 20;

    /** Facts are in every token of the session, and a header has limited length. */
    private static final int MAX_TEXT = 1000;

    /** @throws IllegalArgumentException if there is no pattern, or there are too many */
    public ClaimRule {
        patterns = List.copyOf(patterns);
        if (patterns.isEmpty() || patterns.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException("the rule for a claim must have 1 to " + MAX_PATTERNS + " patterns");
        }
    }

    public static ClaimRule of(ClaimPattern pattern) {
        return new ClaimRule(List.of(pattern), false);
    }

    /** Whether it allows any value, on purpose. */
    boolean isAny() {
        for (ClaimPattern pattern : patterns) {
            if (pattern.isAny() != all) {
                return !all;
            }
        }
        return all;
    }

    /** Whether every value that it allows has what that expression finds in its own patterns. */
    boolean requires(Pattern expression) {
        for (ClaimPattern pattern : patterns) {
            if (expression.matcher(pattern.text()).find() == all) {
                return all;
            }
        }
        return !all;
    }

    /** @param value of the claim; null if it is missing */
    boolean matches(@Nullable Object value) {
        List<String> texts = texts(value);
        for (ClaimPattern pattern : patterns) {
            if (matchesOne(pattern, texts) != all) {
                return !all;
            }
        }
        return all;
    }

    private static boolean matchesOne(ClaimPattern pattern, List<String> texts) {
        for (String text : texts) {
            if (pattern.matches(text)) {
                return true;
            }
        }
        return false;
    }

    /** The text of a claim, or of each element of an array; none for what has no text. */
    private static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> elements) {
            for (Object element : elements) {
                add(element, texts);
            }
        } else {
            add(value, texts);
        }
        return texts;
    }

    private static void add(@Nullable Object value, List<String> texts) {
        if (value instanceof String || value instanceof Boolean || value instanceof Long) {
            String text = String.valueOf(value);
            if (text.length() <= MAX_TEXT) {
                texts.add(text);
            }
        }
    }

    /** What a session records of a claim that matched: its text, or the elements that match as a JSON array. */
    String fact(@Nullable Object value) {
        List<String> matching = new ArrayList<>();
        for (String text : texts(value)) {
            for (ClaimPattern pattern : patterns) {
                if (pattern.matches(text)) {
                    matching.add(text);
                    break;
                }
            }
        }
        return fact(value, matching);
    }

    /** What a session records of a claim: its text, or its elements as a JSON array; empty if it has no such text. */
    static String factOf(@Nullable Object value) {
        return fact(value, texts(value));
    }

    private static String fact(@Nullable Object value, List<String> texts) {
        if (texts.isEmpty()) {
            return "";
        }
        // As JSON, since an element may hold any separator.
        String fact = value instanceof List<?> ? Json.writeArray(texts) : texts.get(0);
        return fact.length() <= MAX_TEXT ? fact : "";
    }

    /** The rule as documents have it. */
    public Object document() {
        List<String> texts = new ArrayList<>();
        for (ClaimPattern pattern : patterns) {
            texts.add(pattern.text());
        }
        return all ? Map.of("all", texts) : String.join(", ", texts);
    }

    /** The rule as a part of a credential: no two rules have the same. */
    String text() {
        StringBuilder text = new StringBuilder(all ? "\nall" : patterns.get(0).text());
        // A pattern has no line break.
        for (ClaimPattern pattern : all ? patterns : patterns.subList(1, patterns.size())) {
            text.append('\n').append(pattern.text());
        }
        return text.toString();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (ClaimPattern pattern : patterns) {
            text.append(text.length() == 0 ? "" : all ? " and " : " or ").append(pattern);
        }
        return text.toString();
    }
}
