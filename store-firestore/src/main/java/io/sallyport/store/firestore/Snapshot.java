package io.sallyport.store.firestore;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A document as it was read.
 *
 * @param fields empty if there is no such document; each value is a {@code String}, {@code Long}, {@code Double},
 *     {@code Boolean}, {@code Instant}, {@code List}, {@code Map} or null, or of a type that none of ours is
 * @param state identifies this state of the document to the database that it was read from
 */
record Snapshot(DocumentPath path, Optional<Map<String, @Nullable Object>> fields, Object state) {
    boolean exists() {
        return fields.isPresent();
    }

    /** The field's value; null if there is no such document or field. */
    @Nullable
    Object get(String field) {
        return fields.isPresent() ? fields.get().get(field) : null;
    }
}
