package io.sallyport.runtime.adapter;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** As the Functions Framework calls: a body that can be read once, and -1 if no length was declared. */
final class GoogleFrontEnd {
    private GoogleFrontEnd() {}

    static final class Request implements HttpRequest {
        private final Call call;
        private final InputStream body;
        private final long declaredLength;

        Request(Call call) {
            this(call, new ByteArrayInputStream(call.bytes()), call.bytes().length);
        }

        Request(Call call, InputStream body, long declaredLength) {
            this.call = call;
            this.body = body;
            this.declaredLength = declaredLength;
        }

        @Override
        public String getMethod() {
            return call.method();
        }

        @Override
        public String getUri() {
            return "https://functions.example" + call.path() + "?query=ignored";
        }

        @Override
        public String getPath() {
            return call.path();
        }

        @Override
        public Optional<String> getQuery() {
            return Optional.of("query=ignored");
        }

        @Override
        public Map<String, List<String>> getQueryParameters() {
            return Map.of("query", List.of("ignored"));
        }

        @Override
        public Map<String, HttpPart> getParts() {
            throw new IllegalStateException("not multipart");
        }

        @Override
        public Optional<String> getContentType() {
            return getFirstHeader("Content-Type");
        }

        @Override
        public long getContentLength() {
            return declaredLength;
        }

        @Override
        public Optional<String> getCharacterEncoding() {
            return Optional.empty();
        }

        @Override
        public InputStream getInputStream() {
            return body;
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return call.headers();
        }
    }

    static final class Response implements HttpResponse {
        private final Map<String, List<String>> headers = new LinkedHashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int status = 200;

        @Override
        public void setStatusCode(int code) {
            status = code;
        }

        @Override
        public void setStatusCode(int code, String message) {
            status = code;
        }

        @Override
        public void setContentType(String contentType) {
            headers.put("Content-Type", new ArrayList<>(List.of(contentType)));
        }

        @Override
        public Optional<String> getContentType() {
            return Optional.ofNullable(headers.get("Content-Type")).map(lines -> lines.get(0));
        }

        @Override
        public void appendHeader(String header, String value) {
            headers.computeIfAbsent(header, name -> new ArrayList<>()).add(value);
        }

        @Override
        public Map<String, List<String>> getHeaders() {
            return headers;
        }

        @Override
        public OutputStream getOutputStream() {
            return body;
        }

        @Override
        public BufferedWriter getWriter() {
            return new BufferedWriter(new OutputStreamWriter(body, StandardCharsets.UTF_8));
        }

        Answer answer() {
            return new Answer(status, Cloud.lowerCase(Cloud.joined(headers)), body.toString(StandardCharsets.UTF_8));
        }
    }
}
