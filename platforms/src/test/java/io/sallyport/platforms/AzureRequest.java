package io.sallyport.platforms;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** A request as the worker passes it to a function ({@code binding.RpcHttpRequestDataSource}). */
record AzureRequest(String method, URI uri, Map<String, String> headers, Optional<String> body)
        implements HttpRequestMessage<Optional<String>> {

    @Override
    public URI getUri() {
        return uri;
    }

    @Override
    public HttpMethod getHttpMethod() {
        return HttpMethod.value(method);
    }

    @Override
    public Map<String, String> getHeaders() {
        return headers;
    }

    /** Our code does not use them: the URI has them. */
    @Override
    public Map<String, String> getQueryParameters() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> getBody() {
        return body;
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
        return new AzureResponse().status(status);
    }

    @Override
    public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
        return new AzureResponse().status(status);
    }
}
