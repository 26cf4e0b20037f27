package io.sallyport.admin;

import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.ProviderList;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.Providers;
import io.sallyport.method.provider.SchemaField;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Identities without their secrets, as the API, the command line and the change log show them. */
public final class RedactedIdentity {
    private static final Set<String> MILLISECONDS = Set.of("createdAt", "updatedAt");

    private RedactedIdentity() {}

    public static Map<String, @Nullable Object> document(IdentityRecord record) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("id", record.id().value());
        ProviderList methods = Providers.DOCUMENTS.providers();
        Providers.DOCUMENTS.write(record).forEach((name, value) -> {
            if (name.equals("notBefore")) {
                if (!value.equals(0L)) {
                    // In whole seconds where it covers its entire second, else to the millisecond.
                    shown.put(
                            name,
                            value instanceof Long at ? Instant.ofEpochSecond(at).toString() : value);
                }
            } else if (MILLISECONDS.contains(name)) {
                shown.put(name, Instant.ofEpochMilli((Long) value).toString());
            } else if (methods.fields().contains(name)) {
                method(record, methods.of(name)).ifPresent(method -> shown.put(name, method));
            } else if (!name.equals("methodTimes")) {
                shown.put(name, value);
            }
        });
        return shown;
    }

    /** The identity's auth method of this kind, if it has one. */
    public static Optional<Map<String, @Nullable Object>> method(IdentityRecord record, Provider<?> kind) {
        MethodSchema schema = MethodSchema.of(kind);
        return kind.documentOf(record.identity()).map(stored -> members(schema.allFields(), stored));
    }

    /**
     * Shows whether a secret is set, but not its hash, which is useful only for guessing. Fields that no schema
     * describes are hidden, since they may be secret.
     */
    private static Map<String, @Nullable Object> members(List<SchemaField> fields, Map<?, ?> stored) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        stored.forEach((name, value) -> SchemaField.named(String.valueOf(name), fields)
                .ifPresent(field -> {
                    if (field.encrypts().isPresent()) {
                        shown.put(field.encrypts().get() + "Set", true);
                    } else if (!field.isSensitive()) {
                        shown.put(field.name(), shown(field, value));
                    }
                }));
        return shown;
    }

    private static @Nullable Object shown(SchemaField field, @Nullable Object value) {
        if (field.kind() != SchemaField.Kind.ENTRIES || !(value instanceof List<?> entries)) {
            return value;
        }
        List<Map<String, @Nullable Object>> shown = new ArrayList<>();
        for (Object entry : entries) {
            shown.add(entry instanceof Map<?, ?> members ? members(field.entryFields(), members) : Map.of());
        }
        return shown;
    }
}
