package io.sallyport.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** HTTP header fields; names are case-insensitive (RFC 9110 §5.1). */
public final class Headers {
    public static final Headers NONE = new Headers(Map.of());

    private final Map<String, List<String>> byLowerCaseName;

    private Headers(Map<String, List<String>> byLowerCaseName) {
        this.byLowerCaseName = byLowerCaseName;
    }

    public static Headers of(Map<String, List<String>> headers) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            List<String> values = new ArrayList<>(copy.getOrDefault(name, List.of()));
            values.addAll(header.getValue());
            copy.put(name, Collections.unmodifiableList(values));
        }
        return new Headers(copy);
    }

    /** The field's values in the order received; empty if there is none. */
    public List<String> all(String name) {
        return byLowerCaseName.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    public Optional<String> first(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** Shows only the field names: values may be credentials. */
    @Override
    public String toString() {
        return byLowerCaseName.keySet().toString();
    }
}
