package io.sallyport.runtime.adapter;

import io.sallyport.json.Json;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.io.IOException;
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

    static Map<String, String> lowerCase(Map<String, ?> headers) {
        Map<String, String> lowerCase = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (lowerCase.put(name.toLowerCase(Locale.ROOT), String.valueOf(value)) != null) {
                throw new AssertionError("sent twice: " + name);
            }
        });
        return lowerCase;
    }

    /** Azure and API Gateway pass each header once, its lines joined (RFC 9110 §5.3). */
    static Map<String, String> joined(Map<String, List<String>> headers) {
        Map<String, String> joined = new LinkedHashMap<>();
        headers.forEach((name, lines) -> joined.put(name.toLowerCase(Locale.ROOT), String.join(",", lines)));
        return joined;
    }
}
