package io.sallyport.testing;

import io.sallyport.Refused;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Requests as handlers see them. */
public final class TestRequest {
    /** The id of all of them. */
    public static final String ID = "req-test-00000000000000001";

    public static final String PATH = "/api/v1/auth/gcp-auth/login";

    private TestRequest() {}

    public static Request json(String body) {
        return post("application/json", body);
    }

    public static Request form(String body) {
        return post("application/x-www-form-urlencoded", body);
    }

    public static Request post(String contentType, String body) {
        return post(List.of(contentType), body.getBytes(StandardCharsets.UTF_8));
    }

    public static Request post(List<String> contentTypes, byte[] body) {
        try {
            Headers headers = Headers.of(Map.of("Content-Type", contentTypes));
            return new Request(ID, "POST", PATH, headers, Body.of(body), ClientAddress.UNKNOWN);
        } catch (Refused e) {
            throw new IllegalArgumentException("a body that no request may have", e);
        }
    }

    public static Request bodiless(String method, String path) {
        return new Request(ID, method, path, Headers.NONE, Body.EMPTY, ClientAddress.UNKNOWN);
    }
}
