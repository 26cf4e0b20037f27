package io.sallyport.http;

/**
 * An HTTP request as the line sees it, whatever cloud it came through.
 *
 * @param id our own id for it, {@code req-…}: in the answer, and in every log line about it
 * @param method the HTTP method, which is case-sensitive (RFC 9110 §9.1)
 * @param path the path, decoded, without the query
 * @param query for lists alone
 * @param headers as received; a caller can set any of them
 * @param body at most {@link Body#MAX_COUNT} bytes
 * @param client the caller's address as far as it can be trusted
 * @param route what the path matches, such as {@code /api/v1/identities/{id}}; safe to log, which the path is not, since a caller
 *     can put a credential there
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
    /** The route of a path that there is not. */
    public static final String UNKNOWN_ROUTE = "unknown";

    /** One whose route is not found yet. */
    public Request(
            String id, String method, String path, Query query, Headers headers, Body body, ClientAddress client) {
        this(id, method, path, query, headers, body, client, UNKNOWN_ROUTE);
    }

    /** One without a query. */
    public Request(String id, String method, String path, Headers headers, Body body, ClientAddress client) {
        this(id, method, path, Query.NONE, headers, body, client);
    }

    /** The same request with its body. */
    public Request with(Body read) {
        return new Request(id, method, path, query, headers, read, client, route);
    }

    /** This request, with the route that was found for it. */
    public Request at(String found) {
        return new Request(id, method, path, query, headers, body, client, found);
    }

    /** Without the path, the body and the header values, which may hold credentials. */
    @Override
    public String toString() {
        return "Request[" + id + " " + route + "]";
    }
}
