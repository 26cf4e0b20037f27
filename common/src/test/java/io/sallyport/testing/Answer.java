package io.sallyport.testing;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.util.Map;

/**
 * What the caller gets from a cloud.
 *
 * @param headers by their names in lower case
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
