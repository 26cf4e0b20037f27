package io.sallyport.method.provider;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A field of an auth method, or of an entry of one.
 *
 * @param schema its JSON Schema
 * @param required whether a method without it is refused
 */
public record SchemaField(String name, Map<String, @Nullable Object> schema, boolean required) {
    /** What values the field takes. */
    public enum Kind {
        TEXT,
        CHOICE,
        NUMBER,
        FLAG,
        /** A list of texts, or one comma-separated text. */
        COMMA_LIST,
        /** A list of texts. */
        LIST,
        /** A map of texts. */
        MAP,
        /** A list of objects: {@link #entryFields()}. */
        ENTRIES
    }

    static List<SchemaField> of(Map<String, @Nullable Object> object) {
        List<String> required = texts(object.get("required"));
        List<SchemaField> fields = new ArrayList<>();
        members(object.get("properties"))
                .forEach((name, schema) -> fields.add(new SchemaField(name, members(schema), required.contains(name))));
        return List.copyOf(fields);
    }

    /** Finds a field by name. */
    public static Optional<SchemaField> named(String name, List<SchemaField> fields) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    public Kind kind() {
        if (schema.containsKey("enum")) {
            return Kind.CHOICE;
        }
        Object type = schema.get("type");
        if (type instanceof Collection<?>) {
            return Kind.COMMA_LIST;
        }
        return switch (String.valueOf(type)) {
            case "string" -> Kind.TEXT;
            case "integer" -> Kind.NUMBER;
            case "boolean" -> Kind.FLAG;
            case "object" -> Kind.MAP;
            case "array" -> members(schema.get("items")).containsKey("properties") ? Kind.ENTRIES : Kind.LIST;
            default -> throw new IllegalStateException(name + " is of no known type: " + type);
        };
    }

    /**
     * Whether a client that sends this value means that the field is not set: null, or the empty text, list or map that
     * Infisical's clients send. An empty list counts as a value if the schema refuses it by {@code minItems}: without
     * the field there might be no limit. So does every value of a field that only Sallyport sets.
     */
    public boolean isUnset(@Nullable Object value) {
        if (value == null || encrypts().isPresent() || schema.containsKey("minItems")) {
            return value == null;
        }
        return switch (kind()) {
            case TEXT -> isBlank(value);
            case COMMA_LIST -> isBlank(value) || value.equals(List.of());
            case LIST -> value.equals(List.of());
            case MAP -> value.equals(Map.of());
            default -> false;
        };
    }

    private static boolean isBlank(Object value) {
        return value instanceof String text && text.isBlank();
    }

    /** The description, in Markdown. */
    public String description() {
        return String.valueOf(schema.getOrDefault("description", ""));
    }

    /** The description, as plain text. */
    public String plainDescription() {
        return plain(description());
    }

    /** Strips Markdown's syntax for code and links. */
    static String plain(String markdown) {
        return markdown.replace("`", "").replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
    }

    public Optional<Object> defaultValue() {
        return Optional.ofNullable(schema.get("default"));
    }

    /** The allowed values, if the schema lists them. */
    public List<String> choices() {
        return texts(schema.get("enum"));
    }

    /** The fields of each entry. */
    public List<SchemaField> entryFields() {
        return of(members(schema.get("items")));
    }

    /** For a list of texts that also accepts objects with one member: that member. */
    public Optional<String> entryMember() {
        if (members(schema.get("items")).get("anyOf") instanceof Collection<?> forms) {
            for (Object form : forms) {
                Map<String, @Nullable Object> members = members(members(form).get("properties"));
                if (members.size() == 1) {
                    return members.keySet().stream().findFirst();
                }
            }
        }
        return Optional.empty();
    }

    /** {@code x-key}: the fields that identify an entry. */
    public List<String> entryKey() {
        return texts(schema.get("x-key"));
    }

    /** {@code x-sensitive}: whether it must not be shown. */
    public boolean isSensitive() {
        return Boolean.TRUE.equals(schema.get("x-sensitive"));
    }

    /** {@code x-encrypted}: the field whose secret it holds, encrypted; only Sallyport sets it. */
    public Optional<String> encrypts() {
        return text("x-encrypted");
    }

    /** {@code x-time}: whether the number is a time in seconds since 1970. */
    public boolean isTime() {
        return schema.containsKey("x-time");
    }

    /** {@code x-file}: whether the command line reads it from a file rather than from an argument. */
    public boolean isFile() {
        return Boolean.TRUE.equals(schema.get("x-file"));
    }

    /** {@code x-api-only}: whether it has no option on the command line, since other fields say the same. */
    public boolean isApiOnly() {
        return Boolean.TRUE.equals(schema.get("x-api-only"));
    }

    /** {@code x-option}: its option on the command line, by default its name in words. */
    public String option() {
        String words = "--" + name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
        return text("x-option").orElse(isFile() ? words + "-file" : words);
    }

    /** {@code x-label}: the placeholder of its value on the command line. */
    public Optional<String> label() {
        return text("x-label");
    }

    /** {@code x-suggested}: the value for a new method if the caller sets none, although there is no default. */
    public Optional<String> suggested() {
        return text("x-suggested");
    }

    /** {@code x-replaces}: the fields that are removed when it is set. */
    public List<String> replaces() {
        return texts(schema.get("x-replaces"));
    }

    /** {@code x-replaces-when-changed}: the fields that are removed when it is set to a different value. */
    public List<String> replacesWhenChanged() {
        return texts(schema.get("x-replaces-when-changed"));
    }

    private Optional<String> text(String keyword) {
        return schema.get(keyword) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof Collection<?> elements) {
            for (Object element : elements) {
                texts.add(String.valueOf(element));
            }
        }
        return texts;
    }

    static Map<String, @Nullable Object> members(@Nullable Object value) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> members.put(String.valueOf(name), member));
        }
        return members;
    }
}
