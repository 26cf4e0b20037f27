package io.sallyport.runtime.adapter;

import com.google.cloud.functions.HttpRequest;
import io.sallyport.Refused;
import io.sallyport.http.Body;
import io.sallyport.http.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request on a connection that may carry more requests. Unread bytes would be parsed as the next request.
 * So a body that no handler reads is drained, within the same limits; if its end is not reached, the connection closes,
 * and the answer says so (RFC 9112 §9.3 and §9.6). No answer waits for the rest of a body that is too large.
 *
 * <p>Reading ends within {@link #READING} and lingering within {@link #LINGERING}, each extended by at most one read;
 * the server bounds a read that gets no byte.
 */
final class RequestBody extends InputStream {
    /** The most bytes that are drained from a closing connection. */
    static final int MAX_LINGERED = 8 * 1024 * 1024;

    static final Duration READING = Duration.ofSeconds(20);
    static final Duration LINGERING = Duration.ofSeconds(5);

    private final HttpRequest request;
    private final Headers headers;
    private final LongSupplier nanos;
    private long end;
    private long count;
    private boolean ended;
    private boolean broken;
    private @Nullable InputStream stream;

    /** @param nanos a monotonic clock, such as {@link System#nanoTime} */
    RequestBody(HttpRequest request, Headers headers, LongSupplier nanos) {
        this.request = request;
        this.headers = headers;
        this.nanos = nanos;
        this.end = nanos.getAsLong() + READING.toNanos();
    }

    /** Reads the whole body as {@link Body#read} does. */
    Body whole() throws Refused {
        return Body.read(this, request.getContentLength());
    }

    /** Drains a body that no handler has read; false if its end is not reached, so that the connection must close. */
    boolean drain() {
        if (stream == null && !isOver() && !isAwaited()) {
            try {
                whole();
            } catch (Refused tooLargeOrBroken) {
                return false;
            }
        }
        return isOver();
    }

    /**
     * Reads what the sender still sends after the answer. Closing at once would reset the connection, and the sender
     * could lose the answer.
     */
    void linger() {
        end = nanos.getAsLong() + LINGERING.toNanos();
        try {
            byte[] dropped = new byte[8192];
            for (long most = count + MAX_LINGERED; !isOver() && !isAwaited() && count < most; ) {
                read(dropped, 0, dropped.length);
            }
        } catch (IOException e) {
            // The sender has closed its side, as it was told to, or is too slow.
        }
    }

    /** Without a length or chunks there is no body (RFC 9112 §6.3). */
    private boolean isOver() {
        if (broken || ended) {
            return ended;
        }
        long declared = request.getContentLength();
        return declared < 0 ? headers.first("Transfer-Encoding").isEmpty() : count >= declared;
    }

    /** Whether the sender may hold the body back until the first read asks for it (RFC 9110 §10.1.1). */
    private boolean isAwaited() {
        return stream == null && headers.first("Expect").isPresent();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (broken || end - nanos.getAsLong() < 0) {
            throw new IOException("the body ended early or took too long");
        }
        // A server may fail once and then say that the body has ended, so the failure is remembered.
        broken = true;
        InputStream open = stream;
        if (open == null) {
            open = request.getInputStream();
            stream = open;
        }
        int read = open.read(buffer, offset, length);
        broken = false;
        if (read < 0) {
            ended = true;
        } else {
            count += read;
        }
        return read;
    }
}
