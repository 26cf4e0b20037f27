package io.sallyport.server;

import io.sallyport.http.ErrorResponse;
import io.sallyport.runtime.Environment;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the server itself refuses, before any handler sees it, is answered in the form of every other error. */
final class ServerErrors extends ErrorHandler {
    private final Environment environment;

    ServerErrors(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    /** Without the server's own message, which may quote the request. */
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
        // What follows on the connection may be a part of what was refused (RFC 9112 §9.6).
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        Content.Sink.write(response, true, answer.body(), callback);
    }
}
