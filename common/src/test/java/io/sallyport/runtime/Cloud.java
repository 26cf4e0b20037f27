package io.sallyport.runtime;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The three clouds, as their front ends call a function. */
enum Cloud {
    GOOGLE {
        @Override
        Answer send(Call call, Endpoint endpoint) throws IOException {
            GoogleFrontEnd.Response response = new GoogleFrontEnd.Response();
            new Function(endpoint).service(new GoogleFrontEnd.Request(call), response);
            return response.answer();
        }
    },

    AZURE {
        @Override
        Answer send(Call call, Endpoint endpoint) {
            return AzureFrontEnd.answer(new Function(endpoint).azure(new AzureFrontEnd.Request(call)));
        }
    },

    LAMBDA {
        @Override
        Answer send(Call call, Endpoint endpoint) throws IOException {
            return LambdaFrontEnd.answer(LambdaFrontEnd.invoke(Json.write(LambdaFrontEnd.event(call)), endpoint));
        }
    };

    abstract Answer send(Call call, Endpoint endpoint) throws IOException;

    private static final class Function extends CloudFunction {
        Function(Endpoint endpoint) {
            super(endpoint);
        }
    }

    /**
     * What a caller sends.
     *
     * @param headers each with its values, one for each line
     * @param peer the address that the platform sees
     */
    record Call(String method, String path, Map<String, List<String>> headers, String body, String peer) {
        static Call post(String path, String contentType, String body) {
            return new Call("POST", path, Map.of("Content-Type", List.of(contentType)), body, "192.0.2.1");
        }

        static Call bodiless(String method, String path) {
            return new Call(method, path, Map.of(), "", "192.0.2.1");
        }

        Call with(String header, String... lines) {
            Map<String, List<String>> more = new LinkedHashMap<>(headers);
            more.put(header, List.of(lines));
            return new Call(method, path, more, body, peer);
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.UTF_8);
        }

        Call from(String address) {
            return new Call(method, path, headers, body, address);
        }
    }

    /**
     * What the caller gets.
     *
     * @param headers by their names in lower case
     */
    record Answer(int status, Map<String, String> headers, String body) {
        Map<String, Object> json() {
            try {
                return Json.parseObject(body);
            } catch (MalformedJsonException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }
    }

    static Map<String, String> lowerCase(Map<String, ?> headers) {
        Map<String, String> lowerCase = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (lowerCase.put(name.toLowerCase(Locale.ROOT), String.valueOf(value)) != null) {
                throw new AssertionError("sent twice: " + name);
            }
        });
        return lowerCase;
    }

    /** Azure and API Gateway give each header once, its lines joined (RFC 9110 §5.3). */
    static Map<String, String> joined(Map<String, List<String>> headers) {
        Map<String, String> joined = new LinkedHashMap<>();
        headers.forEach((name, lines) -> joined.put(name.toLowerCase(Locale.ROOT), String.join(",", lines)));
        return joined;
    }
}
