package io.sallyport.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

/**
 * A socket that keeps to the deadline and the size limit of the reading thread's {@link Exchange}. It may be reused for
 * further exchanges, each with its own limits.
 *
 * <p>It connects once: code that connects it again, perhaps to where a name resolves by then, gets the existing
 * connection.
 */
final class TimedSocket extends DeadlineSocket {
    /**
     * With this timeout, the JDK's client reads before a POST, to see whether a kept connection is still open. It thus
     * waits for a millisecond before each POST. Where the request may be sent again, what has arrived is enough to look
     * at, a TLS alert for one: a connection that was closed without any is found by the request.
     */
    private static final int LIVENESS_MILLIS = 1;

    private long connectedAt;

    /** Connects to an address that was checked, within the exchange's deadline. */
    static TimedSocket connect(InetSocketAddress checked, int timeoutMillis, Exchange exchange) throws IOException {
        TimedSocket socket = new TimedSocket();
        try {
            socket.connect(checked, exchange.millisFor(socket, timeoutMillis));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void connect(SocketAddress address, int timeoutMillis) throws IOException {
        if (isConnected()) {
            return;
        }
        Exchange exchange = Exchange.current();
        if (exchange == null) {
            super.connect(address, timeoutMillis);
            return;
        }
        connectedAt = exchange.nanos();
        super.connect(address, exchange.millisFor(this, timeoutMillis));
    }

    /** The reading of the exchanges' clock at which it was connected, in nanoseconds. */
    long connectedAt() {
        return connectedAt;
    }

    @Override
    int read(InputStream from, byte[] buffer, int offset, int length) throws IOException {
        Exchange exchange = Exchange.current();
        if (exchange == null) {
            return from.read(buffer, offset, length);
        }
        int before = getSoTimeout();
        if (before == LIVENESS_MILLIS && exchange.mayBeSentAgain() && from.available() == 0) {
            throw new SocketTimeoutException("nothing was received");
        }
        setSoTimeout(exchange.millisFor(this, before));
        try {
            int count = from.read(buffer, offset, length);
            exchange.received(count);
            return count;
        } finally {
            if (!isClosed()) {
                // The JDK's client checks with a timeout of 1 ms whether a kept connection is still open.
                setSoTimeout(before);
            }
        }
    }
}
