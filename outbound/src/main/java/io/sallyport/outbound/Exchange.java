package io.sallyport.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * One request over {@link HttpURLConnection} and its answer, bounded in time and size. The deadline covers connecting,
 * TLS, sending, status, headers and body together. Redirects are not followed and proxies are not used; TLS is always
 * verified; a body is read completely or not at all.
 */
public final class Exchange {
    private static final ThreadLocal<@Nullable Exchange> CURRENT = new ThreadLocal<>();

    private static final int FIRST_BUFFER = 4096;

    /** Bytes received beside the body: TLS, its certificates, HTTP headers. */
    private static final int OVERHEAD = 128 * 1024;

    /** A connection is not kept beyond this age, so that certificate and address are checked again. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final URI uri;
    private final HttpURLConnection connection;
    private final int maxBytes;
    private final Deadline deadline;
    private long bytesLeft;
    private boolean isAnswered;
    private boolean isConnectionTaken;
    private byte[] json = {};
    private boolean takesErrors;
    private boolean mayBeSentAgain;
    private @Nullable TimedSocket socket;

    /** @param body empty if it was not read */
    public record Answer(int status, String body) {
        /** Omits the body, which may be a credential. */
        @Override
        public String toString() {
            return "Answer[status=" + status + "]";
        }
    }

    private Exchange(URI uri, int maxBytes, Deadline deadline) throws IOException {
        this.uri = uri;
        this.bytesLeft = (long) maxBytes + OVERHEAD;
        this.connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        this.maxBytes = maxBytes;
        this.deadline = deadline;
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        header("Accept", "application/json");
    }

    /**
     * An exchange over a keep-alive connection. TLS is verified with the platform's roots.
     *
     * @param connectMillis for connecting
     * @param readMillis for each read
     * @param maxBytes of the answer's body
     */
    public static Exchange kept(URI uri, int connectMillis, int readMillis, int maxBytes, Deadline deadline)
            throws IOException {
        Exchange exchange = new Exchange(uri, maxBytes, deadline);
        exchange.connection.setConnectTimeout(connectMillis);
        exchange.connection.setReadTimeout(readMillis);
        if (exchange.connection instanceof HttpsURLConnection secured) {
            secured.setSSLSocketFactory(TimedTls.INSTANCE);
        }
        return exchange;
    }

    /** An exchange over a keep-alive connection of this factory, to a checked address. */
    static Exchange checked(URI uri, CheckedTls tls, int maxBytes, Deadline deadline) throws IOException {
        Exchange exchange = new Exchange(uri, maxBytes, deadline);
        ((HttpsURLConnection) exchange.connection).setSSLSocketFactory(tls);
        exchange.mayBeSentAgain = true;
        return exchange;
    }

    /** Sets a header, replacing any with the same name. */
    public void header(String name, String value) {
        connection.setRequestProperty(name, value);
    }

    /** Makes it a POST with this body. */
    public void post(byte[] body) throws IOException {
        json = body;
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        // With a fixed length, the JDK does not resend the request when a connection breaks.
        connection.setFixedLengthStreamingMode(body.length);
        header("Content-Type", "application/json");
    }

    /** Reads the body of an answer with any status. By default only that of a 200 or 201 is read. */
    public void takeErrors() {
        takesErrors = true;
    }

    /**
     * Sends the request and reads the answer.
     *
     * @throws SocketTimeoutException if it took too long
     * @throws IOException if there was no answer, or none that is complete, in UTF-8 and within the size limit
     */
    public Answer answer() throws IOException {
        try {
            return connection instanceof HttpsURLConnection ? overTls() : inTheClear();
        } catch (IOException e) {
            throw deadline.orTimeout(e);
        }
    }

    private Answer overTls() throws IOException {
        CURRENT.set(this);
        try {
            Answer answer = exchange();
            TimedSocket used = socket;
            if (used != null && nanos() - used.connectedAt() > MAX_AGE.toNanos()) {
                connection.disconnect();
                abandon();
            }
            return answer;
        } catch (IOException | RuntimeException e) {
            abandon();
            throw e;
        } finally {
            CURRENT.remove();
        }
    }

    /** Closes the socket: after a handshake that times out, the JDK's client leaves it open. */
    private void abandon() {
        TimedSocket used = socket;
        if (used != null) {
            try {
                used.close();
            } catch (IOException e) {
                // The connection is useless either way.
            }
        }
    }

    /**
     * For plain http, the JDK's client does not accept a socket factory. Only metadata services and simulated clouds
     * are called this way, so a thread for each call is acceptable.
     */
    private Answer inTheClear() throws IOException {
        try {
            return TimeLimiter.get("http exchange", deadline, this::exchange);
        } catch (SocketTimeoutException e) {
            connection.disconnect();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("no failure of an exchange", e.getCause());
        }
    }

    private Answer exchange() throws IOException {
        if (connection.getDoOutput()) {
            try (OutputStream stream = connection.getOutputStream()) {
                stream.write(json);
            }
        }
        int status = connection.getResponseCode();
        if (status < 0) {
            throw new IOException("the answer is not HTTP");
        }
        isAnswered = true;
        if (!takesErrors && status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_CREATED) {
            connection.disconnect();
            return new Answer(status, "");
        }
        return new Answer(status, body(status));
    }

    private String body(int status) throws IOException {
        long declared = connection.getContentLengthLong();
        if (declared > maxBytes) {
            connection.disconnect();
            throw tooLarge();
        }
        InputStream found = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        if (found == null) {
            return "";
        }
        try (InputStream stream = found) {
            ByteBuffer whole = ByteBuffer.wrap(read(stream, declared));
            return StandardCharsets.UTF_8.newDecoder().decode(whole).toString();
        }
    }

    /**
     * Reads a stream to its end, so that its connection can be reused. The read timeout bounds each read only; the
     * deadline stops a slow trickle.
     *
     * @param declared its length in bytes, if it was declared; negative if it was not
     */
    private byte[] read(InputStream stream, long declared) throws IOException {
        byte[] buffer = new byte[(int) Math.max(declared + 1, FIRST_BUFFER)];
        int length = 0;
        for (int more = stream.read(buffer, 0, buffer.length);
                more >= 0;
                more = stream.read(buffer, length, buffer.length - length)) {
            length += more;
            if (length > maxBytes) {
                throw tooLarge();
            }
            if (deadline.isOver()) {
                throw new SocketTimeoutException("the answer arrives too slowly");
            }
            if (length == buffer.length) {
                buffer = Arrays.copyOf(buffer, (int) Math.min(maxBytes + 1L, buffer.length * 2L));
            }
        }
        if (declared >= 0 && length != declared) {
            throw new IOException("the answer ended early");
        }
        return Arrays.copyOf(buffer, length);
    }

    private IOException tooLarge() {
        return new IOException("the answer is larger than " + maxBytes + " bytes");
    }

    /** The connection, for the headers of an answer that was read. */
    HttpURLConnection connection() {
        return connection;
    }

    /** Where the request goes. */
    URI uri() {
        return uri;
    }

    Deadline deadline() {
        return deadline;
    }

    /** The reading of the deadline's clock. */
    long nanos() {
        return deadline.nanos();
    }

    /** Takes the one new connection that an exchange may have; false if it is taken. The JDK would repeat a GET. */
    boolean takeConnection() {
        boolean isFirst = !isConnectionTaken;
        isConnectionTaken = true;
        return isFirst;
    }

    /**
     * Whether it failed on a kept connection before an answer began, as when the other side had closed it. Such a
     * request may be sent again.
     */
    boolean foundConnectionClosed() {
        return !isConnectionTaken && !isAnswered;
    }

    /** Whether its caller sends it again if it {@linkplain #foundConnectionClosed found the connection closed}. */
    boolean mayBeSentAgain() {
        return mayBeSentAgain;
    }

    /** Counts what is received, TLS and HTTP headers included. */
    void received(int count) throws SocketException {
        bytesLeft -= Math.max(0, count);
        if (bytesLeft < 0) {
            throw new SocketException("received more than any answer needs");
        }
    }

    /** The TLS exchange that this thread is in, if any. */
    static @Nullable Exchange current() {
        return CURRENT.get();
    }

    /**
     * Records the socket in use, and returns how long it may wait now.
     *
     * @param millis at most; 0 for no limit
     */
    int millisFor(TimedSocket used, int millis) throws SocketTimeoutException {
        socket = used;
        int left = deadline.millisLeft();
        return millis == 0 ? left : Math.min(millis, left);
    }
}
