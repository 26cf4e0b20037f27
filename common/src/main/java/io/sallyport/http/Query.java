package io.sallyport.http;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The query string of a URL, for lists only: it ends up in logs, so no credential is ever read from it. */
public record Query(String text) {
    public static final Query NONE = new Query("");

    private static final int MAX_LENGTH = 4096;

    /** @throws Refused {@link Reason#MALFORMED_REQUEST} if it is broken, too long, or names a parameter twice */
    public Optional<String> get(String name) throws Refused {
        if (text.length() > MAX_LENGTH) {
            throw new Refused(Reason.MALFORMED_REQUEST, "the query is longer than " + MAX_LENGTH + " characters");
        }
        Map<String, @Nullable Object> fields = Fields.parseQuery(text);
        return fields.get(name) instanceof String value && !value.isBlank() ? Optional.of(value) : Optional.empty();
    }

    /** Shows only its length: callers can put anything there. */
    @Override
    public String toString() {
        return "Query[" + text.length() + " characters]";
    }
}
