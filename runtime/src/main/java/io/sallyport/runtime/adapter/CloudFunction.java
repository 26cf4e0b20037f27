package io.sallyport.runtime.adapter;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.google.cloud.functions.HttpFunction;
import com.google.cloud.functions.HttpRequest;
import com.google.cloud.functions.HttpResponse;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatusType;
import io.sallyport.http.Body;
import io.sallyport.http.Headers;
import io.sallyport.http.Query;
import io.sallyport.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Headers headers = Headers.of(request.getHeaders());
        RequestBody body = new RequestBody(request, headers, System::nanoTime);
        Response answer = endpoint.answer(
                request.getMethod(),
                request.getPath(),
                new Query(request.getQuery().orElse("")),
                headers,
                body::whole,
                // The interface does not provide the peer address; Google's front end appends it to X-Forwarded-For.
                "");
        boolean reusable = body.drain();
        response.setStatusCode(answer.status());
        for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            if (header.getKey().equals("Content-Type")) {
                response.setContentType(header.getValue());
            } else {
                response.appendHeader(header.getKey(), header.getValue());
            }
        }
        if (!reusable) {
            response.appendHeader("Connection", "close");
        }
        try (OutputStream stream = response.getOutputStream()) {
            stream.write(answer.body().getBytes(StandardCharsets.UTF_8));
        }
        if (!reusable) {
            body.linger();
        }
    }

    @Override
    public final void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        output.write(new LambdaEvent(endpoint).answer(input));
    }

    /** The body of the subclass's method that carries Azure's annotations. */
    protected final HttpResponseMessage azure(HttpRequestMessage<Optional<String>> request) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        request.getHeaders().forEach((name, value) -> headers.put(name, List.of(value)));
        Response answer = endpoint.answer(
                request.getHttpMethod().name(),
                request.getUri().getPath(),
                new Query(Optional.ofNullable(request.getUri().getRawQuery()).orElse("")),
                Headers.of(headers),
                () -> Body.of(request.getBody().orElse("")),
                // This interface does not provide it either; Azure's front end appends it to X-Forwarded-For.
                "");
        HttpResponseMessage.Builder response =
                request.createResponseBuilder(new Status(answer.status())).body(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }

    /** Any status: Azure's enum has only a few. */
    private record Status(int value) implements HttpStatusType {}
}
