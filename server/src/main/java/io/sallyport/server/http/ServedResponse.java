package io.sallyport.server.http;

import com.google.cloud.functions.HttpResponse;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

/** An answer as functions give it: sent in one piece when its body is closed. */
final class ServedResponse extends ByteArrayOutputStream implements HttpResponse {
    private final Response response;
    private boolean sent;

    ServedResponse(Response response) {
        super(1024);
        this.response = response;
    }

    @Override
    public void setStatusCode(int code) {
        response.setStatus(code);
    }

    @Override
    public void setStatusCode(int code, String message) {
        response.setStatus(code);
    }

    @Override
    public void setContentType(String contentType) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    }

    @Override
    public Optional<String> getContentType() {
        return Optional.ofNullable(response.getHeaders().get(HttpHeader.CONTENT_TYPE));
    }

    @Override
    public void appendHeader(String header, String value) {
        response.getHeaders().add(header, value);
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        throw new UnsupportedOperationException();
    }

    @Override
    public OutputStream getOutputStream() {
        return this;
    }

    @Override
    public BufferedWriter getWriter() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() throws IOException {
        if (!sent) {
            sent = true;
            Content.Sink.write(response, true, ByteBuffer.wrap(buf, 0, count));
        }
    }
}
