package io.sallyport.runtime.adapter;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** As Azure's worker calls: each header once, and the body as a string. */
final class AzureFrontEnd {
    private AzureFrontEnd() {}

    static Answer answer(HttpResponseMessage message) {
        Response response = (Response) message;
        return new Answer(
                response.status().value(), Cloud.lowerCase(response.headers()), String.valueOf(response.body()));
    }

    record Request(Call call) implements HttpRequestMessage<Optional<String>> {
        @Override
        public URI getUri() {
            return URI.create("https://functions.example" + call.path() + "?query=ignored");
        }

        @Override
        public HttpMethod getHttpMethod() {
            return HttpMethod.value(call.method());
        }

        @Override
        public Map<String, String> getHeaders() {
            return Cloud.joined(call.headers());
        }

        @Override
        public Map<String, String> getQueryParameters() {
            return Map.of("query", "ignored");
        }

        @Override
        public Optional<String> getBody() {
            return Optional.of(call.body()).filter(body -> !body.isEmpty());
        }

        @Override
        public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
            return new Builder().status(status);
        }

        @Override
        public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
            return new Builder().status(status);
        }
    }

    private static final class Builder implements HttpResponseMessage.Builder {
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpStatusType status = HttpStatus.OK;
        private Object body = "";

        @Override
        public HttpResponseMessage.Builder status(HttpStatusType code) {
            status = code;
            return this;
        }

        @Override
        public HttpResponseMessage.Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        @Override
        public HttpResponseMessage.Builder body(Object content) {
            body = content;
            return this;
        }

        @Override
        public HttpResponseMessage build() {
            return new Response(status, Map.copyOf(headers), body);
        }
    }

    private record Response(HttpStatusType status, Map<String, String> headers, Object body)
            implements HttpResponseMessage {
        @Override
        public HttpStatusType getStatus() {
            return status;
        }

        @Override
        @SuppressWarnings("NullAway") // Azure's interface says null for a header that is not there.
        public String getHeader(String name) {
            return headers.get(name);
        }

        @Override
        public Object getBody() {
            return body;
        }
    }
}
