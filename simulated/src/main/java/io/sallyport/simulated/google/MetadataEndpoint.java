package io.sallyport.simulated.google;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Query;
import io.sallyport.simulated.Reply;
import java.net.URI;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a metadata server tells a workload of itself: the documentation of Compute Engine, "View and query VM metadata"
 * and "Verify VM identity".
 *
 * @param standard the ID token for an audience
 * @param full the same with {@code format=full}
 */
record MetadataEndpoint(SimulatedServiceAccount account, UnaryOperator<String> standard, UnaryOperator<String> full)
        implements Loopback.Endpoint {
    static final String ACCOUNTS = "/computeMetadata/v1/instance/service-accounts/";

    private static final String HTML = "text/html; charset=UTF-8";
    private static final String TEXT = "application/text";

    @Override
    public Reply answer(HttpExchange exchange) {
        return reply(exchange.getRequestURI(), exchange.getRequestHeaders())
                .with("Metadata-Flavor", "Google")
                .with("Server", "Metadata Server for VM");
    }

    private Reply reply(URI uri, Headers headers) {
        // Client libraries ask for the root, without a header, to find out where they run.
        if (uri.getPath().equals("/")) {
            return Reply.text(200, TEXT, "computeMetadata/\n");
        }
        // A page in a browser cannot set the one header, and a proxy adds the other: neither may get a token.
        if (!List.of("Google").equals(headers.get("Metadata-Flavor"))) {
            return Reply.text(403, HTML, "Missing Metadata-Flavor:Google header.");
        }
        if (headers.containsKey("X-Forwarded-For")) {
            return Reply.text(403, HTML, "X-Forwarded-For is not allowed.");
        }
        for (String name : List.of("default", account.email())) {
            if (uri.getPath().equals(ACCOUNTS + name + "/email")) {
                return Reply.text(200, TEXT, account.email());
            }
            if (uri.getPath().equals(ACCOUNTS + name + "/identity")) {
                return identity(uri);
            }
        }
        return Reply.text(404, HTML, "The requested URL was not found on this server.");
    }

    private Reply identity(URI uri) {
        String audience = new Query(uri).value("audience");
        if (audience.isEmpty()) {
            return Reply.text(400, HTML, "non-empty audience parameter required");
        }
        UnaryOperator<String> token = new Query(uri).value("format").equals("full") ? full : standard;
        return Reply.text(200, HTML, token.apply(audience));
    }
}
