package io.sallyport.http.outbound;

import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.HostNotAllowedException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Connects to hosts that an identity names, which are untrusted: TLS is always verified, addresses are checked, time
 * and size are bounded, and redirects are not followed.
 */
public interface GuardedHosts {
    /**
     * An HTTP answer.
     *
     * @param body empty unless the status is 200 or 201
     */
    record Answer(int status, String body) {}

    /**
     * Posts JSON to a cluster's API server. The number of concurrent calls per cluster is limited; further ones wait
     * within their time limit.
     *
     * @param authorities in place of the system's, if given
     * @param bearer visible ASCII characters only
     * @throws HostNotAllowedException if the host resolves to an address to which nothing is sent
     * @throws TooManyReviewsException if no other call to the cluster ended in time
     * @throws java.net.SocketTimeoutException if the call as a whole took too long
     * @throws IOException if there was no answer, or none that is complete and within the size limit
     */
    Answer post(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json) throws IOException;

    /** A fetcher of documents from such hosts. */
    Fetcher fetcher(Optional<CaCertificates> authorities);
}
