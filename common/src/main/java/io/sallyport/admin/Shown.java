package io.sallyport.admin;

import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.Provider;
import io.sallyport.method.provider.Providers;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Identities as people and the account of changes see them: everything but what is secret. */
public final class Shown {
    private static final Set<String> MILLISECONDS = Set.of("createdAt", "updatedAt");

    private Shown() {}

    public static Map<String, @Nullable Object> document(IdentityRecord record) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("id", record.id().value());
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
            } else if (!name.equals("methodTimes")) {
                shown.put(name, redacted(value));
            }
        });
        return shown;
    }

    /** An auth method of it, if it has that one. */
    public static Optional<Map<String, @Nullable Object>> method(IdentityRecord record, Provider<?> kind) {
        return document(record).get(kind.field()) instanceof Map<?, ?> method
                ? Optional.of(members(method))
                : Optional.empty();
    }

    /** Whether a secret is there stays visible; a hash of one is of use to nobody but who guesses. */
    private static @Nullable Object redacted(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Shown::redacted).toList();
        }
        return value instanceof Map<?, ?> map ? members(map) : value;
    }

    private static Map<String, @Nullable Object> members(Map<?, ?> map) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        map.forEach((name, member) -> {
            switch (String.valueOf(name)) {
                case "tokenReviewerJwtSealed" -> shown.put("tokenReviewerJwtSet", true);
                case "sha256" -> {}
                default -> shown.put(String.valueOf(name), redacted(member));
            }
        });
        return shown;
    }
}
