package io.sallyport.runtime.adapter;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The example of payload format 2.0 ("Working with AWS Lambda proxy integrations for HTTP APIs"). */
public final class LambdaFrontEnd {
    private LambdaFrontEnd() {}

    public static Map<String, Object> event(Call call) {
        boolean text = call.headers().getOrDefault("Content-Type", List.of()).stream()
                .allMatch(type -> type.startsWith("application/json") || type.startsWith("text/"));
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("version", "2.0");
        event.put("routeKey", "$default");
        event.put("rawPath", path(call));
        event.put("rawQueryString", query(call));
        event.put("cookies", List.of("cookie1", "cookie2"));
        event.put("headers", Cloud.joined(call.headers()));
        event.put("queryStringParameters", Map.of("query", "ignored"));
        event.put("requestContext", context(call));
        if (!call.body().isEmpty()) {
            event.put("body", text ? call.body() : Base64.getEncoder().encodeToString(call.bytes()));
        }
        event.put("isBase64Encoded", !call.body().isEmpty() && !text);
        return event;
    }

    private static String path(Call call) {
        return call.path().split("\\?", 2)[0];
    }

    private static String query(Call call) {
        String[] parts = call.path().split("\\?", 2);
        return parts.length == 2 ? parts[1] : "query=ignored";
    }

    private static Map<String, Object> context(Call call) {
        Map<String, Object> http = new LinkedHashMap<>();
        http.put("method", call.method());
        http.put("path", path(call));
        http.put("protocol", "HTTP/1.1");
        http.put("sourceIp", call.peer());
        http.put("userAgent", "agent");
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("accountId", "123456789012");
        context.put("apiId", "api-id");
        context.put("domainName", "id.execute-api.us-east-1.amazonaws.com");
        context.put("domainPrefix", "id");
        context.put("http", http);
        context.put("requestId", "JKJaXmPLvHcESHA=");
        context.put("routeKey", "$default");
        context.put("stage", "$default");
        context.put("time", "12/Mar/2020:19:03:58 +0000");
        context.put("timeEpoch", 1583348638390L);
        return context;
    }

    @SuppressWarnings("NullAway") // Nothing asks for the context, and a function gets none in a test.
    static byte[] invoke(byte[] event, Endpoint endpoint) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        new CloudFunction(endpoint) {}.handleRequest(new ByteArrayInputStream(event), answer, null);
        return answer.toByteArray();
    }

    public static Answer answer(byte[] bytes) {
        Map<String, Object> answer = parse(bytes);
        if (answer.get("statusCode") instanceof Long status
                && answer.get("headers") instanceof Map<?, ?> headers
                && answer.get("body") instanceof String body
                && Boolean.FALSE.equals(answer.get("isBase64Encoded"))) {
            Map<String, String> texts = new LinkedHashMap<>();
            headers.forEach((name, value) -> texts.put(String.valueOf(name), (String) value));
            return new Answer(status.intValue(), Cloud.lowerCase(texts), body);
        }
        throw new AssertionError("not an answer as API Gateway takes it: " + answer.keySet());
    }

    private static Map<String, Object> parse(byte[] bytes) {
        try {
            return Json.parseObject(bytes);
        } catch (MalformedJsonException e) {
            throw new AssertionError("the answer is not JSON", e);
        }
    }
}
