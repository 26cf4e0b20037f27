package io.sallyport.adminapi;

import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.SchemaField;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Shows the stored fields of auth methods as the API does, following their schemas. A field that no schema describes is
 * hidden, since it may be secret.
 */
final class MethodViews {
    private MethodViews() {}

    /** @param stored the method as a document */
    static Map<String, Object> of(Provider<?> provider, Map<String, Object> stored) {
        MethodSchema schema = MethodSchema.of(provider);
        Map<String, Object> view = of(schema.allFields(), stored);
        for (SchemaField field : schema.fields()) {
            // Whether a secret is set, such as hasTokenReviewerJwt.
            field.encrypts().ifPresent(plain -> view.put(has(plain), stored.containsKey(field.name())));
            // A list that is not set, even if documents omit it.
            if (field.kind() == SchemaField.Kind.COMMA_LIST) {
                view.putIfAbsent(field.name(), "");
            }
        }
        return view;
    }

    private static Map<String, Object> of(List<SchemaField> fields, Map<?, ?> stored) {
        Map<String, Object> view = new LinkedHashMap<>();
        stored.forEach((name, value) -> SchemaField.named(String.valueOf(name), fields)
                .filter(field -> !field.isSensitive())
                .ifPresent(field -> view.put(field.name(), shown(field, value))));
        return view;
    }

    private static Object shown(SchemaField field, Object value) {
        if (value instanceof Collection<?> values) {
            return switch (field.kind()) {
                // Lists that Infisical writes as one comma-separated text.
                case COMMA_LIST -> values.stream().map(String::valueOf).collect(Collectors.joining(","));
                case ENTRIES ->
                    values.stream()
                            .map(entry ->
                                    entry instanceof Map<?, ?> members ? of(field.entryFields(), members) : Map.of())
                            .toList();
                case LIST -> inObjects(field, values);
                default -> value;
            };
        }
        // As every other time in this API.
        return field.isTime() && value instanceof Long seconds
                ? Instant.ofEpochSecond(seconds).toString()
                : value;
    }

    /**
     * Wraps each value in an object with one member, such as {@code ipAddress}, if the schema has such a form beside
     * the text.
     */
    private static List<?> inObjects(SchemaField field, Collection<?> values) {
        Optional<String> member = field.entryMember();
        return member.isPresent()
                ? values.stream().map(value -> Map.of(member.get(), value)).toList()
                : List.copyOf(values);
    }

    private static String has(String secret) {
        return "has" + Character.toUpperCase(secret.charAt(0)) + secret.substring(1);
    }
}
