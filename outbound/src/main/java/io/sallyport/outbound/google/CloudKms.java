package io.sallyport.outbound.google;

import io.sallyport.http.outbound.GuardedHosts;
import java.io.IOException;

/** The API of Cloud KMS (v1, REST), with credentials. */
public interface CloudKms extends KmsSecretCipher.Api {
    /**
     * @param path such as {@code /v1/projects/…/cryptoKeyVersions/1/publicKey}
     * @throws java.net.SocketTimeoutException if it took too long
     * @throws IOException if there was no answer, or none that is complete and within the size limit
     */
    GuardedHosts.Answer get(String path) throws IOException;
}
