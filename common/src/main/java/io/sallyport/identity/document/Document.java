package io.sallyport.identity.document;

import io.sallyport.Quoted;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.Globs;
import io.sallyport.jwt.Algorithm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a stored object one by one. A value of the wrong type is refused, and so is a field that was
 * never read: a typo must not silently drop a constraint.
 *
 * <p>Uses loops rather than streams, as everything on the path of a first login does: each lambda is another class to
 * load.
 */
public final class Document {
    /** The end of the year 9999: beyond it, arithmetic on times is no longer safe. */
    private static final long LATEST = 253_402_300_799L;

    private final String where;
    private final Map<String, ? extends @Nullable Object> fields;
    private final Set<String> read = new HashSet<>();

    public Document(String where, Map<String, ? extends @Nullable Object> fields) {
        this.where = where;
        this.fields = fields;
    }

    public Optional<String> text(String name) {
        return field(name, String.class, "text");
    }

    public boolean flag(String name) {
        return flag(name, false);
    }

    public boolean flag(String name, boolean unlessNamed) {
        return field(name, Boolean.class, "true or false").orElse(unlessNamed);
    }

    public Optional<Long> number(String name) {
        Optional<Number> number = field(name, Number.class, "a whole number");
        if (number.isEmpty()) {
            return Optional.empty();
        }
        if (number.get() instanceof Long || number.get() instanceof Integer) {
            return Optional.of(number.get().longValue());
        }
        throw wrong(name, "a whole number");
    }

    /** An instant in whole seconds since the epoch (RFC 7519 §2, NumericDate), up to the year 9999. */
    public Optional<Instant> time(String name) {
        Optional<Long> seconds = number(name);
        if (seconds.isEmpty()) {
            return Optional.empty();
        }
        if (seconds.get() < 0 || seconds.get() > LATEST) {
            throw wrong(name, "seconds since 1970, up to " + LATEST);
        }
        return Optional.of(Instant.ofEpochSecond(seconds.get()));
    }

    /**
     * A revocation mark: a time to the millisecond, as {@link MarkTime} writes it. One in whole seconds, as a number or as a
     * text, covers its entire second; the number 0 is no mark.
     */
    public Optional<Instant> mark(String name) {
        if (fields.get(name) instanceof String text) {
            read.add(name);
            return Optional.of(MarkTime.parse(text)
                    .orElseThrow(() -> wrong(name, "seconds since 1970, or a time such as 2026-11-30T16:29:31.123Z")));
        }
        Optional<Instant> second = time(name);
        return second.isPresent() ? Optional.of(MarkTime.endOf(second.get())) : second;
    }

    /** A whole number of seconds. */
    public Duration seconds(String name, Duration otherwise) {
        Optional<Long> seconds = number(name);
        return seconds.isPresent() ? Duration.ofSeconds(seconds.get()) : otherwise;
    }

    /** A list of texts, or one comma-separated text. */
    public Allowlist allowlist(String name) {
        Object value = value(name);
        if (value == null) {
            return Allowlist.NONE;
        }
        return value instanceof String text ? Allowlist.parse(text) : Allowlist.of(texts(name, value));
    }

    /** A list of names and patterns, or one comma-separated text. */
    public Globs globs(String name) {
        Object value = value(name);
        if (value == null) {
            return Globs.NONE;
        }
        return value instanceof String text ? Globs.parse(text) : Globs.of(texts(name, value));
    }

    /**
     * A list of texts, or of objects with only that field; empty if it is absent. An empty list is refused: where
     * absence means "any", an empty list must not.
     */
    public List<String> textsOrObjectsWith(String name, String only) {
        Object value = value(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Collection<?> elements) || elements.isEmpty()) {
            throw wrong(name, "a list of at least one element; omit it for the default");
        }
        List<String> texts = new ArrayList<>();
        for (Object element : elements) {
            boolean isObject =
                    element instanceof Map<?, ?> object && object.keySet().equals(Set.of(only));
            texts.add(requireText(name, isObject ? ((Map<?, ?>) element).get(only) : element));
        }
        return texts;
    }

    /** A list of texts; empty if it is absent. */
    public List<String> textList(String name) {
        Object value = value(name);
        return value == null ? List.of() : texts(name, value);
    }

    public Map<String, List<String>> textLists(String name) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        Optional<Map<String, @Nullable Object>> object = object(name);
        if (object.isPresent()) {
            for (Map.Entry<String, @Nullable Object> entry : object.get().entrySet()) {
                lists.put(entry.getKey(), texts(name, entry.getValue()));
            }
        }
        return lists;
    }

    public Optional<Document> document(String name) {
        Optional<Map<String, @Nullable Object>> object = object(name);
        return object.isPresent() ? Optional.of(new Document(where + "." + name, object.get())) : Optional.empty();
    }

    /** A required text. */
    public String required(String name) {
        String text = text(name).orElse("").trim();
        if (text.isEmpty()) {
            throw new IllegalArgumentException(where + "." + name + " is required");
        }
        return text;
    }

    /** The signature algorithm of an issuer or client; RS256 if it is absent. */
    public Algorithm algorithm(String name) {
        Optional<Algorithm> named = Algorithm.named(text(name).orElse(Algorithm.RS256.name()));
        if (named.isEmpty()) {
            throw wrong(name, "RS256, PS256, PS384, ES256 or ES384");
        }
        return named.get();
    }

    /** A list of objects; empty if it is absent or an empty text. */
    public List<Document> documents(String name) {
        List<Document> documents = new ArrayList<>();
        for (Object element : elements(name)) {
            documents.add(element(name, element));
        }
        return documents;
    }

    /**
     * A list of objects, or a comma-separated text; each text stands for an object whose only field is {@code only}.
     * Empty if it is absent.
     */
    public List<Document> documentsOrTexts(String name, String only) {
        List<Document> documents = new ArrayList<>();
        for (Object element : elements(name)) {
            documents.add(element(name, element instanceof String text ? Map.of(only, text) : element));
        }
        return documents;
    }

    private Collection<?> elements(String name) {
        Object value = value(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof Collection<?> elements) {
            return elements;
        }
        if (value instanceof String text) {
            return Allowlist.parse(text).values();
        }
        throw wrong(name, "a list");
    }

    private Document element(String name, @Nullable Object element) {
        return new Document(where + "." + name, object(name, element));
    }

    /** The names of all fields. */
    public Set<String> names() {
        return Set.copyOf(fields.keySet());
    }

    /** A map of values of any type; empty if it is absent. */
    public Map<String, @Nullable Object> members(String name) {
        return object(name).orElse(Map.of());
    }

    /** A map of texts; empty if it is absent. */
    public Map<String, String> textMap(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        Optional<Map<String, @Nullable Object>> object = object(name);
        if (object.isPresent()) {
            for (Map.Entry<String, @Nullable Object> entry : object.get().entrySet()) {
                if (!(entry.getValue() instanceof String text)) {
                    throw wrong(name, "an object of texts");
                }
                texts.put(entry.getKey(), text);
            }
        }
        return texts;
    }

    private Optional<Map<String, @Nullable Object>> object(String name) {
        Object value = value(name);
        return value == null ? Optional.empty() : Optional.of(object(name, value));
    }

    private Map<String, @Nullable Object> object(String name, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(name, "an object");
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (Map.Entry<?, ?> member : map.entrySet()) {
            object.put(String.valueOf(member.getKey()), member.getValue());
        }
        return object;
    }

    /** @throws IllegalArgumentException if a field was not read */
    public void requireNothingElse() {
        for (String name : fields.keySet()) {
            if (!read.contains(name)) {
                throw new IllegalArgumentException(where + " has an unknown field " + Quoted.quote(name));
            }
        }
    }

    private @Nullable Object value(String name) {
        read.add(name);
        return fields.get(name);
    }

    private <T> Optional<T> field(String name, Class<T> type, String form) {
        Object value = value(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw wrong(name, form);
        }
        return Optional.of(type.cast(value));
    }

    private List<String> texts(String name, @Nullable Object value) {
        if (!(value instanceof Collection<?> elements)) {
            throw wrong(name, "a list of texts");
        }
        List<String> texts = new ArrayList<>();
        for (Object element : elements) {
            texts.add(requireText(name, element));
        }
        return texts;
    }

    private String requireText(String name, @Nullable Object element) {
        if (element instanceof String text) {
            return text;
        }
        throw wrong(name, "a list of texts");
    }

    public IllegalArgumentException wrong(String name, String form) {
        return new IllegalArgumentException(where + "." + name + " must be " + form);
    }
}
