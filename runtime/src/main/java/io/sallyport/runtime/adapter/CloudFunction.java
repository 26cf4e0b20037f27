package io.sallyport.runtime.adapter;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One function for three clouds: Google Cloud Functions call {@link #service}, AWS Lambda calls {@link #handleRequest}
 * with an API Gateway HTTP API event (payload format 2.0), and Azure Functions call a method of the subclass that carries
 * their annotations and calls {@link #azure}.
 */
public abstract class CloudFunction implements HttpFunction, RequestStreamHandler {
    /**
     * The server of Google's runtime. Held here, since java.util.logging discards the levels of loggers without a
     * strong reference.
     */
    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    static {
        // Its debug log quotes the bytes on the wire, and so the tokens in them.
        JETTY.setLevel(Level.WARNING);
    }

    private final Endpoint endpoint;

    /** Wired once, when the instance starts: an invalid configuration stops it there. */
    protected CloudFunction(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public final void service(HttpRequest request, HttpResponse response) throws IOException {
        endpoint.serve(request, response);
    }

    @Override
    public final void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        output.write(new LambdaEvent(endpoint).answer(input));
    }

    /** The body of the subclass's method that carries Azure's annotations. */
    protected final HttpResponseMessage azure(HttpRequestMessage<Optional<String>> request) {
        return AzureExchange.answer(endpoint, request);
    }
}
