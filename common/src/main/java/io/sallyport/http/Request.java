package io.sallyport.http;

/**
 * An HTTP request as the handlers see it, whichever cloud it came through.
 *
 * @param id our own id for it, {@code req-…}: in the answer, and in every log line about it
 * @param method the HTTP method, which is case-sensitive (RFC 9110 §9.1)
 * @param path the path, decoded, without the query
 * @param query for lists only
 * @param headers as received; a caller can set any of them
 * @param body at most {@link Body#MAX_COUNT} bytes
 * @param client the caller's address as far as it can be trusted
 * @param route the route that the path matches, such as {@code /api/v1/identities/{id}}; safe to log, unlike the path,
 *     where a caller can put a credential
 */
public record Request(
        String id,
        String method,
        String path,
        Query query,
        Headers headers,
        Body body,
        ClientAddress client,
        String route) {
    /** The route of a path that matches none. */
    public static final String UNKNOWN_ROUTE = "unknown";

    /** A request whose route is not known yet. */
    public Request(
            String id, String method, String path, Query query, Headers headers, Body body, ClientAddress client) {
        this(id, method, path, query, headers, body, client, UNKNOWN_ROUTE);
    }

    /** A request without a query. */
    public Request(String id, String method, String path, Headers headers, Body body, ClientAddress client) {
        this(id, method, path, Query.NONE, headers, body, client);
    }

    /** A copy of this request with this body. */
    public Request with(Body read) {
        return new Request(id, method, path, query, headers, read, client, route);
    }

    /** A copy of this request with this route. */
    public Request at(String found) {
        return new Request(id, method, path, query, headers, body, client, found);
    }

    /** Omits the path, the body and the header values, which may hold credentials. */
    @Override
    public String toString() {
        return "Request[" + id + " " + route + "]";
    }
}
