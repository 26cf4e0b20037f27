package io.sallyport.testing;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a caller sends to a cloud.
 *
 * @param path with its query, if any
 * @param headers each with its values, one per line
 * @param peer the address that the platform sees
 */
public record Call(String method, String path, Map<String, List<String>> headers, String body, String peer) {
    public static Call post(String path, String contentType, String body) {
        return new Call("POST", path, Map.of("Content-Type", List.of(contentType)), body, "192.0.2.1");
    }

    public static Call bodiless(String method, String path) {
        return new Call(method, path, Map.of(), "", "192.0.2.1");
    }

    public Call with(String header, String... lines) {
        Map<String, List<String>> more = new LinkedHashMap<>(headers);
        more.put(header, List.of(lines));
        return new Call(method, path, more, body, peer);
    }

    public byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    public Call from(String address) {
        return new Call(method, path, headers, body, address);
    }
}
