package io.sallyport.http;

import io.sallyport.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response.
 *
 * @param headers in the order they are sent; each at most once
 * @param body UTF-8 text; empty for none
 */
public record Response(int status, Map<String, String> headers, String body) {
    /** The length of a response with a token. */
    private static final int USUAL_LENGTH = 1536;

    public Response {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** A JSON response that must not be cached. */
    public static Response json(int status, Map<String, ? extends @Nullable Object> object) {
        return new Response(
                status,
                Map.of(
                        "Content-Type", "application/json; charset=utf-8",
                        "Cache-Control", "no-store",
                        "X-Content-Type-Options", "nosniff"),
                Json.writeString(object, USUAL_LENGTH));
    }

    public Response with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Response(status, more, body);
    }

    /** Omits the body, which may hold an access token. */
    @Override
    public String toString() {
        return "Response[" + status + ", " + body.length() + " characters]";
    }
}
