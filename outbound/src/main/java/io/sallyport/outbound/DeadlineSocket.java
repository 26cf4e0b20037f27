package io.sallyport.outbound;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;

/**
 * A socket whose reads end at a deadline. A read timeout alone bounds each read, so a peer that sends one byte at a
 * time, in a TLS record, a header or a body, would hold the reader forever.
 */
abstract class DeadlineSocket extends Socket {
    /** Larger than most requests, so that writing rarely waits for a peer that does not read. */
    private static final int SEND_BUFFER = 128 * 1024;

    @Override
    public void connect(SocketAddress address, int timeoutMillis) throws IOException {
        setSendBufferSize(SEND_BUFFER);
        super.connect(address, timeoutMillis);
    }

    /** Reads once, within the remaining time. */
    abstract int read(InputStream from, byte[] buffer, int offset, int length) throws IOException;

    @Override
    public final InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return DeadlineSocket.this.read(in, buffer, offset, length);
            }
        };
    }
}
