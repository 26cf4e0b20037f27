package io.sallyport.testing;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.util.Map;

/**
 * What a cloud returns to the caller.
 *
 * @param headers by their lower-case names
 */
public record Answer(int status, Map<String, String> headers, String body) {
    public Map<String, Object> json() {
        try {
            return Json.parseObject(body);
        } catch (MalformedJsonException e) {
            throw new AssertionError("not JSON: " + body, e);
        }
    }
}
