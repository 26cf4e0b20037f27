package io.sallyport.outbound.google;

import io.sallyport.audit.OutboundCalls;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.outbound.Deadline;
import io.sallyport.outbound.Exchange;
import io.sallyport.settings.HeaderValue;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A platform's local credential endpoint. Bounded in time and size; redirects are not followed and proxies not used, so
 * that the secret in the header goes only to this address.
 */
record PlatformEndpoint(URI uri, LongSupplier nanos) {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int READ_MILLIS = 5_000;
    private static final int MAX_SIZE = 512 * 1024;
    static final Duration WHOLE = Duration.ofSeconds(8);

    PlatformEndpoint(URI uri) {
        this(uri, System::nanoTime);
    }

    /**
     * Gets its JSON answer.
     *
     * @param secret as {@link HeaderValue} accepts it; empty for none
     * @throws SocketTimeoutException if it took too long
     * @throws NoAccessTokenException if there was no usable answer
     */
    Map<String, @Nullable Object> get(String header, String secret) throws IOException {
        return OutboundCalls.timed(String.valueOf(uri.getHost()), nanos, () -> exchange(header, secret));
    }

    private Map<String, @Nullable Object> exchange(String header, String secret) throws IOException {
        try {
            Exchange exchange = Exchange.kept(uri, CONNECT_MILLIS, READ_MILLIS, MAX_SIZE, new Deadline(nanos, WHOLE));
            if (!secret.isEmpty()) {
                exchange.header(header, secret);
            }
            Exchange.Answer answer = exchange.answer();
            if (answer.status() != HttpURLConnection.HTTP_OK) {
                throw failed("HTTP status " + answer.status());
            }
            return Json.parseObject(answer.body());
        } catch (SocketTimeoutException | NoAccessTokenException e) {
            throw e;
        } catch (MalformedJsonException e) {
            throw failed("an answer that is not JSON");
        } catch (IOException e) {
            throw failed(e.getClass().getSimpleName());
        }
    }

    /** @throws NoAccessTokenException if the answer has no such text, or one that is not allowed in a header */
    String text(Map<String, @Nullable Object> answer, String name) throws NoAccessTokenException {
        try {
            if (answer.get(name) instanceof String text) {
                return HeaderValue.parse(text);
            }
        } catch (IllegalArgumentException e) {
            // Treated as no answer.
        }
        throw failed("an answer without " + name);
    }

    /** @param what must quote nothing of the answer; the path is omitted too, since it may itself be secret */
    NoAccessTokenException failed(String what) {
        return new NoAccessTokenException("from " + uri.getHost() + ", " + what);
    }

    /** Shows only the host. */
    @Override
    public String toString() {
        return "PlatformEndpoint[" + uri.getHost() + "]";
    }
}
