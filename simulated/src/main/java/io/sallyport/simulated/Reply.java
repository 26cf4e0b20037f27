package io.sallyport.simulated;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a server answers. */
public record Reply(int status, Map<String, String> headers, String body, Manner manner) {
    /** How the body is sent. */
    public enum Manner {
        WHOLE,
        /** Declared longer than it is, and broken off. */
        TRUNCATED,
        /** After an endless stream of white space in large pieces. */
        ENDLESS,
        /** After an endless stream of white space, byte by byte. */
        TRICKLING
    }

    public static Reply text(int status, String contentType, String body) {
        return new Reply(status, Map.of("Content-Type", contentType), body, Manner.WHOLE);
    }

    public static Reply json(int status, String body) {
        return text(status, "application/json; charset=UTF-8", body);
    }

    public static Reply json(int status, Map<String, ?> body) {
        return json(status, JSONObjectUtils.toJSONString(body));
    }

    /** An error in the JSON of Google's APIs (google.aip.dev/193, "HTTP/1.1+JSON representation"). */
    public static Reply error(int status, String message) {
        String code = switch (status) {
            case 400 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 500 -> "INTERNAL";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "UNKNOWN";
        };
        return json(status, Map.of("error", Map.of("code", status, "message", message, "status", code)));
    }

    public Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, body, manner);
    }

    /** A copy that declares a longer body than it sends. */
    public Reply truncate() {
        return sent(Manner.TRUNCATED);
    }

    public Reply sent(Manner how) {
        return new Reply(status, headers, body, how);
    }

    void send(HttpExchange exchange) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        headers.forEach(exchange.getResponseHeaders()::set);
        if (manner == Manner.ENDLESS || manner == Manner.TRICKLING) {
            exchange.sendResponseHeaders(status, 0);
            sendWhiteSpace(exchange.getResponseBody(), manner == Manner.ENDLESS ? 4096 : 1);
        }
        // The server reads a length of 0 as "chunked" and -1 as "no body".
        long declared = bytes.length + (manner == Manner.TRUNCATED ? 100L : 0);
        exchange.sendResponseHeaders(status, declared == 0 ? -1 : declared);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Until the client has had enough. */
    private static void sendWhiteSpace(OutputStream stream, int size) throws IOException {
        byte[] piece = " ".repeat(size).getBytes(UTF_8);
        while (!Thread.currentThread().isInterrupted()) {
            stream.write(piece);
            stream.flush();
        }
        throw new InterruptedIOException();
    }
}
