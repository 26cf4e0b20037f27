package io.sallyport.simulated.azure;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Query;
import io.sallyport.simulated.Reply;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The token endpoint of the Azure Instance Metadata Service: the documentation of managed identities, "How to use managed
 * identities for Azure resources on an Azure VM to acquire an access token".
 *
 * @param tokens the token for a resource
 */
record ImdsEndpoint(ManagedIdentity identity, Function<String, Token> tokens) implements Loopback.Endpoint {
    static final String PATH = "/metadata/identity/oauth2/token";

    /** An access token with the times that are in it, in seconds. */
    record Token(String accessToken, long notBefore, long expiresIn, long expiresOn) {}

    @Override
    public Reply answer(HttpExchange exchange) {
        return reply(exchange.getRequestURI(), exchange.getRequestHeaders()).with("Server", "IMDS/150.870.65.1854");
    }

    private Reply reply(URI uri, Headers headers) {
        // A page in a browser cannot set the one header, and a proxy adds the other: neither may get a token.
        if (!List.of("true").equals(headers.get("Metadata"))) {
            return error("bad_request_102", "Required metadata header not specified");
        }
        if (headers.containsKey("X-Forwarded-For")) {
            return error("bad_request_102", "Requests with the header X-Forwarded-For are not allowed");
        }
        if (!uri.getPath().equals(PATH)) {
            return Reply.json(404, Map.of("error", "Not found"));
        }
        Query query = new Query(uri);
        if (!query.value("api-version").equals("2018-02-01")) {
            return error("invalid_request", "Required query variable 'api-version' is missing or not supported");
        }
        String resource = query.value("resource");
        if (resource.isEmpty()) {
            return error("invalid_request", "Required query variable 'resource' is missing");
        }
        return isAskedFor(query) ? Reply.json(200, token(resource)) : error("invalid_request", "Identity not found");
    }

    private boolean isAskedFor(Query query) {
        return List.of("", identity.clientId()).contains(query.value("client_id"))
                && List.of("", identity.objectId()).contains(query.value("object_id"))
                && List.of("", identity.resourceId()).contains(query.value("msi_res_id"));
    }

    /** All numbers are texts. */
    private Map<String, Object> token(String resource) {
        Token token = tokens.apply(resource);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", token.accessToken());
        body.put("client_id", identity.clientId());
        body.put("expires_in", Long.toString(token.expiresIn()));
        body.put("expires_on", Long.toString(token.expiresOn()));
        body.put("ext_expires_in", Long.toString(token.expiresIn()));
        body.put("not_before", Long.toString(token.notBefore()));
        body.put("resource", resource);
        body.put("token_type", "Bearer");
        return body;
    }

    private static Reply error(String code, String description) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", code);
        body.put("error_description", description);
        return Reply.json(400, body);
    }
}
