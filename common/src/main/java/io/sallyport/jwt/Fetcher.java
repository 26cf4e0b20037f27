package io.sallyport.jwt;

import java.io.IOException;
import java.net.URI;

/** Fetches a small document over HTTP. */
@FunctionalInterface
public interface Fetcher {
    /**
     * @throws java.net.SocketTimeoutException if it took too long
     * @throws IOException if there was no answer, or none that is complete and within the size limit
     */
    Fetched get(URI uri) throws IOException;

    /**
     * An HTTP answer; redirects are returned, not followed.
     *
     * @param maxAgeSeconds how much longer it may be cached (RFC 9111 §4.2.1): {@code max-age} less {@code Age}; -1 if
     *     the answer does not say
     */
    record Fetched(int status, long maxAgeSeconds, String body) {}
}
