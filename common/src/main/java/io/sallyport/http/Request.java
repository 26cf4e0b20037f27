package io.sallyport.http;

/**
 * An HTTP request as the line sees it, whatever cloud it came through.
 *
 * @param id our own id for it, {@code req-…}: in the answer, and in every log line about it
 * @param method the HTTP method, which is case-sensitive (RFC 9110 §9.1)
 * @param path the path, decoded, without the query
 * @param query for lists alone
 * @param headers as received; a caller can set any of them
 * @param body at most {@link Body#MOST} bytes
 * @param client the caller's address as far as it can be trusted
 */
public record Request(
        String id, String method, String path, Query query, Headers headers, Body body, ClientAddress client) {
    /** One without a query. */
    public Request(String id, String method, String path, Headers headers, Body body, ClientAddress client) {
        this(id, method, path, Query.NONE, headers, body, client);
    }

    /** The same request with its body. */
    public Request with(Body read) {
        return new Request(id, method, path, query, headers, read, client);
    }

    /** Without the body and the header values, which may hold credentials. */
    @Override
    public String toString() {
        return "Request[" + id + " " + method + " " + path + "]";
    }
}
