package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One call of a function through Google's interface, without a server around it. */
final class InMemoryCall implements HttpRequest, HttpResponse {
    private static final Map<String, List<String>> HEADERS = Map.of("Content-Type", List.of("application/json"));

    private final String path;
    private final byte[] body;
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream(2048);
    private int status;

    /** @param body JSON */
    InMemoryCall(String path, byte[] body) {
        this.path = path;
        this.body = body;
    }

    int status() {
        return status;
    }

    String answer() {
        return answer.toString(UTF_8);
    }

    @Override
    public String getMethod() {
        return "POST";
    }

    @Override
    public String getUri() {
        return "http://127.0.0.1" + path;
    }

    @Override
    public String getPath() {
        return path;
    }

    @Override
    public Optional<String> getQuery() {
        return Optional.empty();
    }

    @Override
    public Map<String, List<String>> getQueryParameters() {
        return Map.of();
    }

    @Override
    public Map<String, HttpPart> getParts() {
        return Map.of();
    }

    @Override
    public Optional<String> getContentType() {
        return Optional.of("application/json");
    }

    @Override
    public long getContentLength() {
        return body.length;
    }

    @Override
    public Optional<String> getCharacterEncoding() {
        return Optional.empty();
    }

    @Override
    public InputStream getInputStream() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(getInputStream(), UTF_8));
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        return HEADERS;
    }

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
        // Not used.
    }

    @Override
    public void appendHeader(String header, String value) {
        // Not used.
    }

    @Override
    public OutputStream getOutputStream() {
        return answer;
    }

    @Override
    public BufferedWriter getWriter() {
        return new BufferedWriter(new OutputStreamWriter(answer, UTF_8));
    }
}
