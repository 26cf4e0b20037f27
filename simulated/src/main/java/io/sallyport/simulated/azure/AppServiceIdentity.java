package io.sallyport.simulated.azure;

import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.OpaqueToken;
import io.sallyport.simulated.Query;
import io.sallyport.simulated.Reply;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The identity endpoint that an app or a function of Azure sees, on a separate port: Azure App Service, "How to use
 * managed identities for App Service and Azure Functions", REST endpoint reference.
 */
public final class AppServiceIdentity implements AutoCloseable {
    private static final String PATH = "/msi/token";

    private final String header = OpaqueToken.withPrefix("");
    private final Behaviour behaviour = new Behaviour();
    private final AtomicInteger requests = new AtomicInteger();
    private final ManagedIdentity identity;
    private final Function<String, ImdsEndpoint.Token> tokens;
    private final Loopback server;

    private AppServiceIdentity(ManagedIdentity identity, Function<String, ImdsEndpoint.Token> tokens) {
        this.identity = identity;
        this.tokens = tokens;
        this.server = Loopback.start(Map.of("/", this::answer));
    }

    static AppServiceIdentity start(ManagedIdentity identity, Function<String, ImdsEndpoint.Token> tokens) {
        return new AppServiceIdentity(identity, tokens);
    }

    /** {@code IDENTITY_ENDPOINT}. */
    public URI uri() {
        return server.uri(PATH);
    }

    /** {@code IDENTITY_HEADER}. */
    public String header() {
        return header;
    }

    /** How often it was asked, answered or not. */
    public int requests() {
        return requests.get();
    }

    public Behaviour behaviour() {
        return behaviour;
    }

    @Override
    public void close() {
        behaviour.release();
        server.close();
    }

    private Reply answer(HttpExchange exchange) {
        requests.incrementAndGet();
        behaviour.awaitRelease();
        return behaviour.applyTo(reply(exchange));
    }

    private Reply reply(HttpExchange exchange) {
        Query query = new Query(exchange.getRequestURI());
        if (!exchange.getRequestURI().getPath().equals(PATH)) {
            return Reply.text(404, "text/plain", "");
        }
        if (!List.of(header).equals(exchange.getRequestHeaders().get("X-IDENTITY-HEADER"))) {
            return Reply.json(401, Map.of("statusCode", 401, "message", "The header X-IDENTITY-HEADER is not valid."));
        }
        if (!query.value("api-version").equals("2019-08-01")
                || query.value("resource").isEmpty()
                || !List.of("", identity.clientId()).contains(query.value("client_id"))) {
            return Reply.json(
                    400, Map.of("statusCode", 400, "message", "No managed identity was found for the request."));
        }
        String resource = query.value("resource");
        ImdsEndpoint.Token token = tokens.apply(resource);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", token.accessToken());
        body.put("expires_on", Long.toString(token.expiresOn()));
        body.put("resource", resource);
        body.put("token_type", "Bearer");
        body.put("client_id", identity.clientId());
        return Reply.json(200, body);
    }
}
