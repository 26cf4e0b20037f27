package io.sallyport.cli.identity;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.SchemaField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A list in a document, whose entries are identified by some of their fields.
 *
 * @param list the field that holds it
 * @param keys the fields that identify its entries
 */
record Entries(String list, List<String> keys) {
    static final Entries GRANTS = new Entries("grants", List.of("audience"));
    static final Entries AUDIENCES = new Entries("audiences", List.of("name"));
    static final Entries METADATA = new Entries("metadata", List.of("key"));

    /** The list of a method whose entries are added and removed one by one, if it has one. */
    static Optional<SchemaField> listOf(MethodSchema schema) {
        return schema.fields().stream()
                .filter(field -> !field.entryKey().isEmpty())
                .findFirst();
    }

    static Entries of(SchemaField list) {
        return new Entries(list.name(), list.entryKey());
    }

    /** All entries, as stored. */
    List<Map<String, @Nullable Object>> of(Map<String, ? extends @Nullable Object> document) {
        List<Map<String, @Nullable Object>> entries = new ArrayList<>();
        if (document.get(list) instanceof List<?> stored) {
            for (Object entry : stored) {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                if (entry instanceof Map<?, ?> map) {
                    map.forEach((name, value) -> fields.put(String.valueOf(name), value));
                }
                entries.add(fields);
            }
        }
        return entries;
    }

    /** The entry with the same key as another; without fields if there is none. */
    Map<String, @Nullable Object> find(
            Map<String, ? extends @Nullable Object> document, Map<String, ? extends @Nullable Object> other) {
        return of(document).stream()
                .filter(entry -> isSame(entry, other))
                .findFirst()
                .orElse(Map.of());
    }

    /** The list with an entry: its fields set in the existing one, or in a new one at the end. */
    List<Map<String, @Nullable Object>> with(
            Map<String, ? extends @Nullable Object> document, Map<String, ? extends @Nullable Object> entry) {
        List<Map<String, @Nullable Object>> entries = of(document);
        for (Map<String, @Nullable Object> stored : entries) {
            if (isSame(stored, entry)) {
                stored.putAll(entry);
                stored.values().removeIf(Objects::isNull);
                return entries;
            }
        }
        Map<String, @Nullable Object> added = new LinkedHashMap<>(entry);
        added.values().removeIf(Objects::isNull);
        entries.add(added);
        return entries;
    }

    /**
     * The list without an entry.
     *
     * @param missing the reason if it does not exist
     */
    List<Map<String, @Nullable Object>> without(
            Map<String, ? extends @Nullable Object> document, Map<String, String> key, Reason missing) throws Refused {
        List<Map<String, @Nullable Object>> entries = of(document);
        if (!entries.removeIf(stored -> isSame(stored, key))) {
            throw Refused.telling(
                    missing,
                    List.of(new InvalidField(list, "the identity has none for " + String.join(" ", key.values()))));
        }
        return entries;
    }

    private boolean isSame(Map<String, ?> one, Map<String, ?> other) {
        return keys.stream().allMatch(key -> Objects.equals(one.get(key), other.get(key)));
    }
}
