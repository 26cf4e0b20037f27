package io.sallyport.store.firestore;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents in JSON: Cloud Firestore API v1, REST resource "Value". */
final class RestValues {
    private RestValues() {}

    /** A value of a type that none of our documents has: bytes, a geographical point, a reference. */
    record Other(String kind) {}

    static Map<String, Object> writeFields(Map<?, ?> fields) {
        Map<String, Object> written = new LinkedHashMap<>();
        fields.forEach((name, value) -> written.put(String.valueOf(name), write(value)));
        return written;
    }

    static Map<String, @Nullable Object> write(@Nullable Object value) {
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        if (value == null) {
            written.put("nullValue", null);
        } else if (value instanceof String) {
            written.put("stringValue", value);
        } else if (value instanceof Long || value instanceof Integer) {
            // As a string, since not every JSON parser supports 64-bit integers.
            written.put("integerValue", value.toString());
        } else if (value instanceof Double) {
            written.put("doubleValue", value);
        } else if (value instanceof Boolean) {
            written.put("booleanValue", value);
        } else if (value instanceof Instant) {
            written.put("timestampValue", value.toString());
        } else if (value instanceof Map<?, ?> map) {
            written.put("mapValue", Map.of("fields", writeFields(map)));
        } else if (value instanceof Iterable<?> list) {
            List<Object> values = new ArrayList<>();
            list.forEach(element -> values.add(write(element)));
            written.put("arrayValue", Map.of("values", values));
        } else {
            throw new IllegalArgumentException("no form in Firestore for " + value.getClass());
        }
        return written;
    }

    /** @param fields null or absent if there are none */
    static Map<String, @Nullable Object> readFields(@Nullable Object fields) throws RestFailure {
        Map<String, @Nullable Object> read = new LinkedHashMap<>();
        if (fields == null) {
            return read;
        }
        for (Map.Entry<?, ?> field : object(fields).entrySet()) {
            read.put(String.valueOf(field.getKey()), read(field.getValue()));
        }
        return read;
    }

    static @Nullable Object read(@Nullable Object value) throws RestFailure {
        Map<?, ?> only = object(value);
        if (only.size() != 1) {
            throw malformed();
        }
        Map.Entry<?, ?> entry = only.entrySet().iterator().next();
        Object content = entry.getValue();
        String kind = String.valueOf(entry.getKey());
        return switch (kind) {
            case "nullValue" -> null;
            case "stringValue" -> text(content);
            case "integerValue" -> integer(text(content));
            case "doubleValue" -> fraction(content);
            case "booleanValue" -> {
                if (!(content instanceof Boolean)) {
                    throw malformed();
                }
                yield content;
            }
            case "timestampValue" -> instant(text(content));
            case "mapValue" -> readFields(object(content).get("fields"));
            case "arrayValue" -> list(object(content).get("values"));
            default -> new Other(kind);
        };
    }

    private static List<@Nullable Object> list(@Nullable Object values) throws RestFailure {
        List<@Nullable Object> read = new ArrayList<>();
        if (values == null) {
            return read;
        }
        if (!(values instanceof List<?> elements)) {
            throw malformed();
        }
        for (Object element : elements) {
            read.add(read(element));
        }
        return read;
    }

    private static Long integer(String digits) throws RestFailure {
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    /** Numbers that JSON cannot express are strings. */
    private static Double fraction(@Nullable Object content) throws RestFailure {
        if (content instanceof Number number) {
            return number.doubleValue();
        }
        return switch (text(content)) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw malformed();
        };
    }

    private static Instant instant(String text) throws RestFailure {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw malformed();
        }
    }

    static String text(@Nullable Object value) throws RestFailure {
        if (value instanceof String text) {
            return text;
        }
        throw malformed();
    }

    static Map<?, ?> object(@Nullable Object value) throws RestFailure {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw malformed();
    }

    static RestFailure malformed() {
        return new RestFailure(RestFailure.MALFORMED);
    }
}
