package io.sallyport.store.firestore;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.outbound.Deadline;
import io.sallyport.outbound.Exchange;
import io.sallyport.outbound.google.AccessTokens;
import io.sallyport.outbound.google.NoAccessTokenException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Firestore's REST interface over kept connections: bounded in time and size, no redirect followed, no proxy asked, TLS
 * verified by the platform's roots.
 *
 * @param origin without a path, such as {@code https://firestore.googleapis.com}
 */
public record FirestoreHttp(String origin, AccessTokens tokens, LongSupplier nanos) implements RestCalls {
    private static final int CONNECT_MILLIS = 2_000;

    /** More than a page of the largest documents there can be is worth. */
    private static final int MAX_SIZE = 64 * 1024 * 1024;

    /** The real one. */
    public static FirestoreHttp google(AccessTokens tokens) {
        return new FirestoreHttp("https://firestore.googleapis.com", tokens, System::nanoTime);
    }

    /** An emulator, in clear text, as one who may do everything there. */
    public static FirestoreHttp emulator(String hostAndPort) {
        return new FirestoreHttp("http://" + hostAndPort, () -> "owner", System::nanoTime);
    }

    @Override
    public Answer post(String path, byte[] json, Duration longest) throws IOException, Refused {
        String token = token();
        Deadline deadline = new Deadline(nanos, longest);
        int left = deadline.millisLeft();
        Exchange exchange =
                Exchange.kept(URI.create(origin + path), Math.min(CONNECT_MILLIS, left), left, MAX_SIZE, deadline);
        exchange.header("Authorization", "Bearer " + token);
        exchange.post(json);
        exchange.takeErrors();
        Exchange.Answer answer = exchange.answer();
        return new Answer(answer.status(), answer.body());
    }

    private String token() throws Refused {
        try {
            return tokens.get();
        } catch (SocketTimeoutException e) {
            throw new Refused(Reason.STORE_TIMEOUT, "Firestore: no access token in time");
        } catch (IOException e) {
            throw new Refused(Reason.STORE_UNAVAILABLE, "Firestore: " + NoAccessTokenException.told(e));
        }
    }

    /** Never a token. */
    @Override
    public String toString() {
        return "FirestoreHttp[" + origin + "]";
    }
}
