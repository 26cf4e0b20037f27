package io.sallyport.jwt;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** Fetches a small document over HTTP. */
@FunctionalInterface
public interface Fetcher {
    /**
     * @throws java.net.SocketTimeoutException if it took too long
     * @throws IOException if there was no answer, or none that is complete and within the size limit
     */
    Fetched get(URI uri) throws IOException;

    /**
     * Posts a body that others signed, and returns the answer whatever its status.
     *
     * @param headers for this request, replacing usual ones
     * @throws IOException as {@link #get}; always, if this fetcher only gets documents
     */
    default Fetched post(URI uri, Map<String, String> headers, byte[] body) throws IOException {
        throw new IOException("this fetcher only gets documents");
    }

    /**
     * An HTTP answer; redirects are returned, not followed.
     *
     * @param maxAgeSeconds how much longer it may be cached (RFC 9111 §4.2.1): {@code max-age} less {@code Age}; -1 if
     *     the answer does not say
     */
    record Fetched(int status, long maxAgeSeconds, String body) {}
}
