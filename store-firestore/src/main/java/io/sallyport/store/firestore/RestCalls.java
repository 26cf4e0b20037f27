package io.sallyport.store.firestore;

import io.sallyport.Refused;
import java.io.IOException;
import java.time.Duration;

/** Calls Firestore's REST interface, with credentials. */
@FunctionalInterface
public interface RestCalls {
    /**
     * Sends one request, without a retry.
     *
     * @param path such as {@code /v1/projects/shop/databases/sallyport/documents:batchGet}
     * @param longest the time limit for the answer
     * @throws java.net.SocketTimeoutException if it took too long
     * @throws IOException if there was no answer, or none that is complete
     * @throws Refused if there are no credentials
     */
    Answer post(String path, byte[] json, Duration longest) throws IOException, Refused;

    /**
     * An HTTP answer.
     *
     * @param status of HTTP
     */
    record Answer(int status, String body) {}
}
