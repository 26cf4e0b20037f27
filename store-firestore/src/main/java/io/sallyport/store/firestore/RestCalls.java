package io.sallyport.store.firestore;

import io.sallyport.Refused;
import java.io.IOException;
import java.time.Duration;

/** The way to Firestore's REST interface, with credentials. */
@FunctionalInterface
public interface RestCalls {
    /**
     * One request, and no second one in its place.
     *
     * @param path such as {@code /v1/projects/shop/databases/sallyport/documents:batchGet}
     * @param longest by when there is an answer
     * @throws java.net.SocketTimeoutException if it took too long
     * @throws IOException if there was no answer, or none that is whole
     * @throws Refused if there are no credentials to ask with
     */
    Answer post(String path, byte[] json, Duration longest) throws IOException, Refused;

    /**
     * What was answered.
     *
     * @param status of HTTP
     */
    record Answer(int status, String body) {}
}
