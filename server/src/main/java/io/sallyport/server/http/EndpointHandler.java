package io.sallyport.server.http;

import io.sallyport.runtime.adapter.Endpoint;
import java.io.IOException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Hands every request to an endpoint, on the thread that Jetty gives it, unless a proxy could take it for another. */
final class EndpointHandler extends Handler.Abstract {
    private final Endpoint endpoint;

    EndpointHandler(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException {
        if (hasChunksBeforeThereWereAny(request)
                || isRewritten(request.getHttpURI().getPath())) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
            return true;
        }
        endpoint.serve(new ServedRequest(request), new ServedResponse(response));
        callback.succeeded();
        return true;
    }

    /** The framing is faulty (RFC 9112 §6.1); Jetty reads it. */
    private static boolean hasChunksBeforeThereWereAny(Request request) {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0
                && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    /** Whether Jetty leaves parts of the path out: parameters, and segments of dots. A proxy's rules may see another path. */
    private static boolean isRewritten(String path) {
        return path.indexOf(';') >= 0
                || path.contains("/./")
                || path.contains("/../")
                || path.endsWith("/.")
                || path.endsWith("/..");
    }
}
