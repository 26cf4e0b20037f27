package io.sallyport.http.outbound;

import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.HostNotAllowedException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * The way to hosts that an identity names, which may be anybody's: over TLS that is always verified, to addresses that are
 * checked, bounded in time and size, and never on to where an answer points.
 */
public interface GuardedHosts {
    /**
     * An HTTP answer.
     *
     * @param body empty unless the status is 200 or 201
     */
    record Answer(int status, String body) {}

    /**
     * Posts JSON to a cluster's API server. At most so many calls per cluster are under way; further ones wait within their
     * time limit.
     *
     * @param authorities in place of the system's, if given
     * @param bearer visible ASCII characters only
     * @throws HostNotAllowedException if the host leads to an address to which nothing is sent
     * @throws TooManyReviewsException if no other call to the cluster ended in time
     * @throws java.net.SocketTimeoutException if the whole of it took too long
     * @throws IOException if there was no answer, or none that is whole and within the size limit
     */
    Answer post(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json) throws IOException;

    /** Gets documents from such hosts. */
    Fetcher fetcher(Optional<CaCertificates> authorities);
}
