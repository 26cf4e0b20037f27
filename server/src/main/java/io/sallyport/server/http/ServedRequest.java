package io.sallyport.server.http;

import com.google.cloud.functions.HttpRequest;
import java.io.BufferedReader;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request as functions get it; {@link io.sallyport.runtime.adapter.Endpoint} uses nothing that throws here. */
final class ServedRequest implements HttpRequest {
    private final Request request;

    ServedRequest(Request request) {
        this.request = request;
    }

    @Override
    public String getMethod() {
        return request.getMethod();
    }

    @Override
    public String getUri() {
        return request.getHttpURI().asString();
    }

    @Override
    public String getPath() {
        return request.getHttpURI().getCanonicalPath();
    }

    @Override
    public Optional<String> getQuery() {
        return Optional.ofNullable(request.getHttpURI().getQuery());
    }

    @Override
    public Map<String, List<String>> getQueryParameters() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, HttpPart> getParts() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> getContentType() {
        return Optional.ofNullable(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
    }

    /** Negative if none is declared. */
    @Override
    public long getContentLength() {
        return request.getHeaders().contains(HttpHeader.CONTENT_LENGTH) ? request.getLength() : -1;
    }

    @Override
    public Optional<String> getCharacterEncoding() {
        return Optional.empty();
    }

    @Override
    public InputStream getInputStream() {
        return Content.Source.asInputStream(request);
    }

    @Override
    public BufferedReader getReader() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        Map<String, List<String>> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            List<String> values = headers.get(field.getLowerCaseName());
            if (values == null) {
                values = new ArrayList<>(1);
                headers.put(field.getLowerCaseName(), values);
            }
            values.add(field.getValue());
        }
        return headers;
    }
}
