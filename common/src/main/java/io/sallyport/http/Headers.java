package io.sallyport.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** HTTP header fields; names in any case (RFC 9110 §5.1). */
public final class Headers {
    public static final Headers NONE = new Headers(Map.of());

    private final Map<String, List<String>> byLowerCaseName;

    private Headers(Map<String, List<String>> byLowerCaseName) {
        this.byLowerCaseName = byLowerCaseName;
    }

    public static Headers of(Map<String, List<String>> headers) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        headers.forEach((name, values) -> copy.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                .addAll(values));
        return new Headers(copy);
    }

    /** The field's values in the order received; empty if there is none. */
    public List<String> all(String name) {
        return List.copyOf(byLowerCaseName.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** The field names only: values may be credentials. */
    @Override
    public String toString() {
        return byLowerCaseName.keySet().toString();
    }
}
