package io.sallyport.method.issuer;

import io.sallyport.Quoted;
import io.sallyport.identity.document.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules for claims, as documents have them: a pattern by name, or {@code {all: [patterns]}}. */
public final class ClaimRules {
    private static final int MAX_COUNT = 50;

    private ClaimRules() {}

    /**
     * Reads rules by the name of a claim, or by a JSON Pointer.
     *
     * @throws IllegalArgumentException if a name or a rule is malformed
     */
    public static Map<ClaimName, ClaimRule> read(Document document, String field) {
        Map<ClaimName, ClaimRule> rules = new LinkedHashMap<>();
        for (Map.Entry<String, @Nullable Object> rule : document.members(field).entrySet()) {
            List<ClaimPattern> one =
                    rule.getValue() instanceof String text ? List.of(new ClaimPattern(text)) : List.of();
            rules.put(ClaimName.of(rule.getKey()), rule(document, field, one, rule.getValue()));
        }
        return rules;
    }

    /**
     * Reads rules as Infisical writes them: by a path with points, or a JSON Pointer; in a text, a comma and a space
     * separate alternatives.
     *
     * @throws IllegalArgumentException if a name or a rule is malformed
     */
    public static Map<ClaimName, ClaimRule> readDotted(Document document, String field) {
        Map<ClaimName, ClaimRule> rules = new LinkedHashMap<>();
        Map<String, @Nullable Object> members = document.members(field);
        if (members.size() > MAX_COUNT) {
            throw document.wrong(field, "an object of at most " + MAX_COUNT + " claims");
        }
        for (Map.Entry<String, @Nullable Object> rule : members.entrySet()) {
            List<ClaimPattern> alternatives =
                    rule.getValue() instanceof String text ? patterns(List.of(text.split(", ", -1))) : List.of();
            rules.put(ClaimName.dotted(rule.getKey()), rule(document, field, alternatives, rule.getValue()));
        }
        return rules;
    }

    private static ClaimRule rule(
            Document document, String field, List<ClaimPattern> alternatives, @Nullable Object value) {
        if (!alternatives.isEmpty()) {
            return new ClaimRule(alternatives, false);
        }
        if (value instanceof Map<?, ?> object
                && object.keySet().equals(Set.of("all"))
                && object.get("all") instanceof Collection<?> texts) {
            return new ClaimRule(patterns(texts), true);
        }
        throw document.wrong(field, "an object of patterns, or of {all: [patterns]}");
    }

    private static List<ClaimPattern> patterns(Collection<?> texts) {
        List<ClaimPattern> patterns = new ArrayList<>();
        for (Object text : texts) {
            if (!(text instanceof String pattern)) {
                throw new IllegalArgumentException(
                        "a pattern must be text and is " + Quoted.quote(String.valueOf(text)));
            }
            patterns.add(new ClaimPattern(pattern));
        }
        return patterns;
    }

    /** The rules as a document has them. */
    public static Map<String, Object> document(Map<ClaimName, ClaimRule> rules) {
        Map<String, Object> fields = new LinkedHashMap<>();
        rules.forEach((name, rule) -> fields.put(name.text(), rule.document()));
        return fields;
    }
}
