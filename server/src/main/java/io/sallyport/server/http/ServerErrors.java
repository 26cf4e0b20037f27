package io.sallyport.server.http;

import io.sallyport.http.ErrorResponse;
import io.sallyport.runtime.Environment;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers requests that the server itself refuses, before any handler sees them, in the common error format. */
final class ServerErrors extends ErrorHandler {
    private final Environment environment;

    ServerErrors(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    /** Omits the server's message, which may quote the request. */
    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        io.sallyport.http.Response answer =
                ErrorResponse.ofServer(code, "req-" + environment.ids().get());
        answer.headers().forEach(response.getHeaders()::put);
        // What follows on the connection may be a part of the refused request (RFC 9112 §9.6).
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        Content.Sink.write(response, true, answer.body(), callback);
    }
}
