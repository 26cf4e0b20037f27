package io.sallyport.jwt;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Downloads all keys that an issuer publishes, in as many requests as that takes. */
@FunctionalInterface
interface KeyDownload {
    /**
     * @throws IOException as {@link Fetcher#get} does
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} if the answer is unusable
     */
    Downloaded get() throws IOException, Refused;

    /** @param freshness how long they may be kept */
    record Downloaded(KeySet keys, Duration freshness) {}

    static Refused unavailable(String why, URI uri) {
        return new Refused(Reason.KEYS_UNAVAILABLE, why + " at " + uri);
    }
}
