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
 * Firestore's REST interface over keep-alive connections: bounded in time and size, without redirects or proxies, TLS
 * verified with the platform's roots.
 *
 * @param origin without a path, such as {@code https://firestore.googleapis.com}
 */
public record FirestoreHttp(String origin, AccessTokens tokens, LongSupplier nanos) implements RestCalls {
    private static final int CONNECT_MILLIS = 2_000;

    /** Larger than a page of the largest possible documents. */
    private static final int MAX_SIZE = 64 * 1024 * 1024;

    /** Google's Firestore. */
    public static FirestoreHttp google(AccessTokens tokens) {
        return new FirestoreHttp("https://firestore.googleapis.com", tokens, System::nanoTime);
    }

    /** An emulator, in clear text, as its administrator. */
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

    /** Omits the token. */
    @Override
    public String toString() {
        return "FirestoreHttp[" + origin + "]";
    }
}
