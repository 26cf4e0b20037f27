package io.sallyport.outbound;

import io.sallyport.audit.OutboundCalls;
import io.sallyport.jwt.Fetcher;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Fetches key sets and similar documents: bounded in time and size, without following redirects, TLS verified with the
 * platform's roots.
 *
 * <p>Uses {@code HttpURLConnection}, since a cold start pays for every class: {@code java.net.http} costs it several
 * hundred milliseconds more.
 */
public final class HttpFetcher implements Fetcher {
    /**
     * The media types of key sets. A Kubernetes API server publishes its own only as {@code application/jwk-set+json}
     * (RFC 7517 §8.5), and answers 406 to a request that does not name it.
     */
    public static final String ACCEPT = "application/jwk-set+json, application/json";

    static final int MAX_SIZE = 512 * 1024;
    static final int MAX_POST_ANSWER = 64 * 1024;
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 5_000;
    private static final Duration WHOLE = Duration.ofSeconds(10);

    private final boolean plainHttp;
    private final LongSupplier nanos;
    private final Duration whole;

    private HttpFetcher(boolean plainHttp, LongSupplier nanos, Duration whole) {
        this.plainHttp = plainHttp;
        this.nanos = nanos;
        this.whole = whole;
    }

    /** @param nanos a monotonic clock, such as {@link System#nanoTime} */
    public static HttpFetcher overTls(LongSupplier nanos) {
        return new HttpFetcher(false, nanos, WHOLE);
    }

    /** Also accepts {@code http} addresses: for simulated clouds, never for a deployed function. */
    public static HttpFetcher plainHttpToo() {
        return new HttpFetcher(true, System::nanoTime, WHOLE);
    }

    /** Also accepts {@code http} addresses; uses the given clock. */
    static HttpFetcher plainHttpToo(LongSupplier nanos) {
        return new HttpFetcher(true, nanos, WHOLE);
    }

    /** Also accepts {@code http} addresses; gives up after the given time. */
    static HttpFetcher plainHttpToo(Duration whole) {
        return new HttpFetcher(true, System::nanoTime, whole);
    }

    @Override
    public Fetched get(URI uri) throws IOException {
        return OutboundCalls.timed(String.valueOf(uri.getHost()), nanos, () -> fetch(uri));
    }

    private Fetched fetch(URI uri) throws IOException {
        return document(exchange(uri, MAX_SIZE));
    }

    /** Posts with at most 64 KiB for the answer. */
    @Override
    public Fetched post(URI uri, Map<String, String> headers, byte[] body) throws IOException {
        return OutboundCalls.timed(String.valueOf(uri.getHost()), nanos, () -> send(uri, headers, body));
    }

    private Fetched send(URI uri, Map<String, String> headers, byte[] body) throws IOException {
        Exchange exchange = exchange(uri, MAX_POST_ANSWER);
        exchange.post(body);
        exchange.takeErrors();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            exchange.header(header.getKey(), header.getValue());
        }
        Exchange.Answer answer = exchange.answer();
        return new Fetched(answer.status(), -1, answer.body());
    }

    private Exchange exchange(URI uri, int maxSize) throws IOException {
        if (!"https".equals(uri.getScheme()) && !(plainHttp && "http".equals(uri.getScheme()))) {
            throw new IOException("not an https address");
        }
        return Exchange.kept(uri, CONNECT_MILLIS, READ_MILLIS, maxSize, new Deadline(nanos, whole));
    }

    /** Sends a prepared request and returns the document. */
    static Fetched document(Exchange exchange) throws IOException {
        exchange.header("Accept", ACCEPT);
        Exchange.Answer answer = exchange.answer();
        return answer.status() == HttpURLConnection.HTTP_OK
                ? new Fetched(answer.status(), maxAge(exchange.connection()), answer.body())
                : new Fetched(answer.status(), -1, "");
    }

    private static long maxAge(HttpURLConnection connection) {
        long maxAge = -1;
        for (String part : cacheControl(connection).split(",", -1)) {
            String directive = part.trim().toLowerCase(Locale.ROOT);
            if (directive.equals("no-store") || directive.equals("no-cache")) {
                return 0;
            }
            if (directive.startsWith("max-age=")) {
                maxAge = seconds(directive.substring("max-age=".length()));
            }
        }
        if (maxAge < 0) {
            return -1;
        }
        String age = connection.getHeaderField("Age");
        return Math.max(0, maxAge - (age == null ? 0 : Math.max(0, seconds(age.trim()))));
    }

    /** All lines of the field joined (RFC 9110 §5.3); {@code getHeaderField} would return only the last. */
    private static String cacheControl(HttpURLConnection connection) {
        StringBuilder joined = new StringBuilder();
        String name = connection.getHeaderFieldKey(1);
        for (int i = 1; name != null; name = connection.getHeaderFieldKey(++i)) {
            if (name.equalsIgnoreCase("Cache-Control")) {
                joined.append(connection.getHeaderField(i)).append(',');
            }
        }
        return joined.toString();
    }

    /** The number; -1 if it has more than ten digits or is not a number. */
    private static long seconds(String digits) {
        return digits.matches("[0-9]{1,10}") ? Long.parseLong(digits) : -1;
    }
}
