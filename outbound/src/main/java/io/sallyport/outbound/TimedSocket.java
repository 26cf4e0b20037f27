package io.sallyport.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;

/**
 * A socket that keeps to the deadline of the reading thread's {@link Exchange}. It may be reused for further exchanges,
 * each with its deadline.
 */
final class TimedSocket extends DeadlineSocket {
    @Override
    public void connect(SocketAddress address, int timeoutMillis) throws IOException {
        Exchange exchange = Exchange.current();
        super.connect(address, exchange == null ? timeoutMillis : exchange.millisFor(this, timeoutMillis));
    }

    @Override
    int read(InputStream from, byte[] buffer, int offset, int length) throws IOException {
        Exchange exchange = Exchange.current();
        if (exchange == null) {
            return from.read(buffer, offset, length);
        }
        int before = getSoTimeout();
        setSoTimeout(exchange.millisFor(this, before));
        try {
            return from.read(buffer, offset, length);
        } finally {
            if (!isClosed()) {
                // The JDK's client checks with a timeout of 1 ms whether a kept connection is still open.
                setSoTimeout(before);
            }
        }
    }
}
