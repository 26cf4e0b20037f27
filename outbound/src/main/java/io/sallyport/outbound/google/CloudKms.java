package io.sallyport.outbound.google;

import io.sallyport.http.outbound.Clusters;
import java.io.IOException;

/** The API of Cloud KMS (v1, REST), with credentials. */
public interface CloudKms extends KmsSealer.Api {
    /**
     * @param path such as {@code /v1/projects/…/cryptoKeyVersions/1/publicKey}
     * @throws java.net.SocketTimeoutException if it took too long
     * @throws IOException if there was no answer, or none that is whole and within the size limit
     */
    Clusters.Answer get(String path) throws IOException;
}
