package io.sallyport.outbound;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** When a call as a whole must be over, whatever each of its steps may take. */
public final class Deadline {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier nanos;
    private final long end;

    /** @param nanos a clock that only goes forward, such as {@link System#nanoTime} */
    public Deadline(LongSupplier nanos, Duration fromNow) {
        this.nanos = nanos;
        this.end = nanos.getAsLong() + fromNow.toNanos();
    }

    boolean isOver() {
        return end - nanos.getAsLong() < 0;
    }

    /** A timeout, if that is what a failure comes of: TLS wraps one in a failure of another kind. */
    IOException orTimeout(IOException failure) {
        if (failure instanceof SocketTimeoutException) {
            return failure;
        }
        if (!isOver() && !(failure.getCause() instanceof SocketTimeoutException)) {
            return failure;
        }
        SocketTimeoutException timeout = new SocketTimeoutException("it took too long");
        timeout.initCause(failure);
        return timeout;
    }

    /** At least 1, since 0 means "for ever" to a socket. */
    public int millisLeft() throws SocketTimeoutException {
        long left = end - nanos.getAsLong();
        if (left < 0) {
            throw new SocketTimeoutException("it took too long");
        }
        return (int) Math.max(1, left / NANOS_PER_MILLI);
    }
}
