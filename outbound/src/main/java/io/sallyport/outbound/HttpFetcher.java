package io.sallyport.outbound;

import io.sallyport.audit.OutwardCalls;
import io.sallyport.jwt.Fetcher;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Gets key sets and the like: bounded in time and size, no redirect followed, TLS verified by the platform's roots.
 *
 * <p>With {@code HttpURLConnection}, since a cold start pays for every class: {@code java.net.http} costs it several
 * hundred milliseconds more.
 */
public final class HttpFetcher implements Fetcher {
    /**
     * What key sets are published as. A Kubernetes API server publishes its own as {@code application/jwk-set+json} (RFC 7517
     * §8.5) alone, and answers 406 to a request that does not name it.
     */
    public static final String ACCEPT = "application/jwk-set+json, application/json";

    static final int LARGEST = 512 * 1024;
    private static final int FIRST_BUFFER = 4096;
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

    /** @param nanos a clock that only goes forward, such as {@link System#nanoTime} */
    public static HttpFetcher overTls(LongSupplier nanos) {
        return new HttpFetcher(false, nanos, WHOLE);
    }

    /** Takes {@code http} addresses too: for simulated clouds, never for a deployed function. */
    public static HttpFetcher plainHttpToo() {
        return new HttpFetcher(true, System::nanoTime, WHOLE);
    }

    /** Takes {@code http} addresses too, by a given clock. */
    static HttpFetcher plainHttpToo(LongSupplier nanos) {
        return new HttpFetcher(true, nanos, WHOLE);
    }

    /** Takes {@code http} addresses too, and gives up after a given time. */
    static HttpFetcher plainHttpToo(Duration whole) {
        return new HttpFetcher(true, System::nanoTime, whole);
    }

    @Override
    public Fetched get(URI uri) throws IOException {
        return OutwardCalls.timed(String.valueOf(uri.getHost()), nanos, () -> fetch(uri));
    }

    private Fetched fetch(URI uri) throws IOException {
        if (!"https".equals(uri.getScheme()) && !(plainHttp && "http".equals(uri.getScheme()))) {
            throw new IOException("not an https address");
        }
        Deadline deadline = new Deadline(nanos, whole);
        return new Exchange(uri, CONNECT_MILLIS, READ_MILLIS).within(deadline, connection -> {
            connection.setRequestProperty("Accept", ACCEPT);
            return answer(connection, deadline);
        });
    }

    /** What comes of a connection that is ready to ask. */
    public static Fetched answer(HttpURLConnection connection, Deadline deadline) throws IOException {
        int status = connection.getResponseCode();
        if (status < 0) {
            throw new IOException("the answer is not HTTP");
        }
        if (status != HttpURLConnection.HTTP_OK) {
            connection.disconnect();
            return new Fetched(status, -1, "");
        }
        long declared = connection.getContentLengthLong();
        if (declared > LARGEST) {
            connection.disconnect();
            throw tooLarge(LARGEST);
        }
        byte[] body;
        try (InputStream stream = connection.getInputStream()) {
            body = read(stream, declared, LARGEST, deadline);
        }
        return new Fetched(status, maxAge(connection), utf8(body));
    }

    /**
     * A stream to its end, so that its connection can be used again. The read timeout bounds each read only: an answer that
     * trickles needs a deadline.
     *
     * @param declared its length in bytes if it was told; negative if it was not
     * @throws IOException if it has more than the largest number of bytes, or another number than was told
     */
    public static byte[] read(InputStream stream, long declared, int largest, Deadline deadline) throws IOException {
        if (declared > largest) {
            throw tooLarge(largest);
        }
        byte[] buffer = new byte[(int) Math.max(declared + 1, FIRST_BUFFER)];
        int length = 0;
        for (int more = stream.read(buffer, 0, buffer.length);
                more >= 0;
                more = stream.read(buffer, length, buffer.length - length)) {
            length += more;
            if (length > largest) {
                throw tooLarge(largest);
            }
            if (deadline.isOver()) {
                throw new SocketTimeoutException("the answer trickles");
            }
            if (length == buffer.length) {
                buffer = Arrays.copyOf(buffer, (int) Math.min(largest + 1L, buffer.length * 2L));
            }
        }
        if (declared >= 0 && length != declared) {
            throw new IOException("the answer broke off");
        }
        return Arrays.copyOf(buffer, length);
    }

    private static IOException tooLarge(int largest) {
        return new IOException("the answer is larger than " + largest + " bytes");
    }

    /** @throws IOException if it is none */
    public static String utf8(byte[] body) throws IOException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
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

    /** All lines of the field as one (RFC 9110 §5.3); {@code getHeaderField} would give the last. */
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

    /** -1 for what is no number of at most ten digits. */
    private static long seconds(String digits) {
        return digits.matches("[0-9]{1,10}") ? Long.parseLong(digits) : -1;
    }
}
