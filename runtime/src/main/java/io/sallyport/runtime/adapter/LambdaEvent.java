package io.sallyport.runtime.adapter;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Body;
import io.sallyport.http.Headers;
import io.sallyport.http.Query;
import io.sallyport.http.Response;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An API Gateway HTTP API event as Lambda receives it, and its answer ("Working with AWS Lambda proxy integrations for
 * HTTP APIs", payload format version 2.0).
 */
record LambdaEvent(Endpoint endpoint) {
    /** Lambda accepts no larger synchronous event. */
    private static final int MAX_SIZE = 6 * 1024 * 1024;

    byte[] answer(InputStream input) throws IOException {
        byte[] bytes = input.readNBytes(MAX_SIZE);
        try {
            return Json.write(response(answer(Json.parseObject(bytes))));
        } catch (MalformedJsonException e) {
            throw new IOException("not an event of an HTTP API: " + e.getMessage());
        }
    }

    private Response answer(Map<String, @Nullable Object> event) throws IOException {
        if (!"2.0".equals(event.get("version"))) {
            throw new IOException("not an event of an HTTP API with payload format version 2.0");
        }
        Map<?, ?> context = object(event.get("requestContext"));
        Map<?, ?> http = object(context.get("http"));
        return endpoint.answer(
                text(http.get("method")),
                path(text(event.get("rawPath")), text(context.get("stage"))),
                new Query(text(event.get("rawQueryString"))),
                headers(object(event.get("headers"))),
                () -> body(text(event.get("body")), Boolean.TRUE.equals(event.get("isBase64Encoded"))),
                text(http.get("sourceIp")));
    }

    /** Removes the stage, which precedes the path unless it is {@code $default}. */
    private static String path(String rawPath, String stage) {
        String prefix = "/" + stage;
        return !stage.equals("$default") && rawPath.startsWith(prefix + "/")
                ? rawPath.substring(prefix.length())
                : rawPath;
    }

    private static Headers headers(Map<?, ?> headers) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        headers.forEach((name, value) -> lists.put(String.valueOf(name), List.of(text(value))));
        return Headers.of(lists);
    }

    private static Body body(String text, boolean base64) throws Refused {
        if (!base64) {
            return Body.of(text);
        }
        if (text.length() > Body.MAX_COUNT * 2) {
            throw new Refused(Reason.BODY_TOO_LARGE, "the body is larger than " + Body.MAX_COUNT + " bytes");
        }
        try {
            return Body.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new Refused(Reason.MALFORMED_REQUEST, "the event's body is not base64");
        }
    }

    private static Map<?, ?> object(@Nullable Object value) {
        return value instanceof Map<?, ?> object ? object : Map.of();
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }

    private static Map<String, Object> response(Response answer) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("statusCode", answer.status());
        event.put("headers", answer.headers());
        event.put("body", answer.body());
        event.put("isBase64Encoded", false);
        return event;
    }
}
