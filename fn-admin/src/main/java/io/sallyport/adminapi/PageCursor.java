package io.sallyport.adminapi;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Refused;
import io.sallyport.identity.IdentityStore;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a page ended, as an opaque cursor that callers send back: base64url of JSON. */
final class PageCursor {
    private PageCursor() {}

    static String write(IdentityStore.Cursor cursor) {
        byte[] json = Json.write(Map.of("name", cursor.name(), "id", cursor.id().value()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    static Optional<IdentityStore.Cursor> parse(Optional<String> text) throws Refused {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Map<String, @Nullable Object> json =
                    Json.parseObject(Base64.getUrlDecoder().decode(text.get()));
            if (json.get("name") instanceof String name
                    && json.get("id") instanceof String id
                    && IdentityId.isValid(id)) {
                return Optional.of(new IdentityStore.Cursor(name, new IdentityId(id)));
            }
        } catch (IllegalArgumentException | MalformedJsonException e) {
            // Refused below.
        }
        throw Refused.fields(List.of(new InvalidField("cursor", "must be the nextCursor of an earlier answer")));
    }
}
