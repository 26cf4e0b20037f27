package io.sallyport.outbound;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The instant by which a whole call must end, however long each step takes. */
public final class Deadline {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier nanos;
    private final long end;

    /** @param nanos a monotonic clock, such as {@link System#nanoTime} */
    public Deadline(LongSupplier nanos, Duration fromNow) {
        this.nanos = nanos;
        this.end = nanos.getAsLong() + fromNow.toNanos();
    }

    /** The reading of its clock. */
    long nanos() {
        return nanos.getAsLong();
    }

    boolean isOver() {
        return end - nanos.getAsLong() < 0;
    }

    /** The timeout behind a failure, if there is one: TLS wraps it in another exception. */
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

    /** The milliseconds left; at least 1, since a socket treats 0 as "no limit". */
    public int millisLeft() throws SocketTimeoutException {
        long left = end - nanos.getAsLong();
        if (left < 0) {
            throw new SocketTimeoutException("it took too long");
        }
        return (int) Math.max(1, left / NANOS_PER_MILLI);
    }
}
