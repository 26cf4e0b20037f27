package io.sallyport.platforms;

import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer as a function builds it for the worker: each header once ({@code binding.RpcHttpDataTarget}). */
final class AzureResponse implements HttpResponseMessage, HttpResponseMessage.Builder {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private HttpStatusType status = HttpStatus.OK;
    private Object body = "";

    @Override
    public AzureResponse status(HttpStatusType code) {
        status = code;
        return this;
    }

    @Override
    public AzureResponse header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    @Override
    public AzureResponse body(Object content) {
        body = content;
        return this;
    }

    @Override
    public HttpResponseMessage build() {
        return this;
    }

    Map<String, String> headers() {
        return headers;
    }

    @Override
    public HttpStatusType getStatus() {
        return status;
    }

    @Override
    public @Nullable String getHeader(String name) {
        return headers.get(name);
    }

    @Override
    public Object getBody() {
        return body;
    }
}
