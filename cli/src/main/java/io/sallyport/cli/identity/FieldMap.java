package io.sallyport.cli.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fields of a document from the options of a command: an option that is not given leaves its field unchanged. */
final class FieldMap {
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    FieldMap put(String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
        return this;
    }

    /** Sets a list; an empty text clears it. */
    FieldMap texts(String name, @Nullable List<String> values) {
        if (values != null) {
            fields.put(
                    name,
                    values.stream()
                            .map(String::trim)
                            .filter(value -> !value.isEmpty())
                            .toList());
        }
        return this;
    }

    Map<String, @Nullable Object> map() {
        return new LinkedHashMap<>(fields);
    }
}
