package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** A POST request, already encoded, so that sending it again costs nothing. */
final class HttpMessage {
    /** The absence of a request; never sent. */
    static final HttpMessage NONE = new HttpMessage(new byte[0]);

    private final byte[] bytes;

    private HttpMessage(byte[] bytes) {
        this.bytes = bytes;
    }

    static HttpMessage json(String path, String body) {
        return post(path, "application/json", Map.of(), body);
    }

    static HttpMessage post(String path, String contentType, Map<String, String> headers, String body) {
        StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Type: " + contentType + "\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n");
        return new HttpMessage((head + body).getBytes(UTF_8));
    }

    void writeTo(OutputStream stream) throws IOException {
        stream.write(bytes);
    }
}
