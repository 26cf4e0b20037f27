package io.sallyport.outbound;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose reads end at the deadline of the exchange that the reading thread is in: a read timeout alone bounds each read,
 * and whoever sends a byte at a time, be it of a TLS record, a header or a body, keeps the reader for ever. It may be kept for
 * further exchanges, each with its deadline.
 */
final class TimedSocket extends Socket {
    private static final ThreadLocal<@Nullable Turn> CURRENT = new ThreadLocal<>();

    /** More than most requests have, so that writing rarely waits for a peer that does not read. */
    private static final int SEND_BUFFER = 128 * 1024;

    /** An exchange of a thread, and the socket that it came to use. */
    private static final class Turn {
        private final Deadline deadline;
        private @Nullable TimedSocket socket;

        Turn(Deadline deadline) {
            this.deadline = deadline;
        }
    }

    /** Begins an exchange on this thread. */
    static void begin(Deadline deadline) {
        CURRENT.set(new Turn(deadline));
    }

    static void end() {
        CURRENT.remove();
    }

    /** Closes the socket of an exchange that failed: after a handshake that times out, the JDK's client leaves it open. */
    static void abandon() {
        Turn turn = CURRENT.get();
        TimedSocket socket = turn == null ? null : turn.socket;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no more use either way.
            }
        }
    }

    @Override
    public void connect(SocketAddress address, int timeoutMillis) throws IOException {
        setSendBufferSize(SEND_BUFFER);
        Turn turn = CURRENT.get();
        if (turn == null) {
            super.connect(address, timeoutMillis);
            return;
        }
        turn.socket = this;
        super.connect(address, shorter(timeoutMillis, turn.deadline));
    }

    /** @param millis 0 for no limit */
    private static int shorter(int millis, Deadline deadline) throws IOException {
        int left = deadline.millisLeft();
        return millis == 0 ? left : Math.min(millis, left);
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                Turn turn = CURRENT.get();
                if (turn == null) {
                    return super.read(buffer, offset, length);
                }
                turn.socket = TimedSocket.this;
                int before = getSoTimeout();
                setSoTimeout(shorter(before, turn.deadline));
                try {
                    return super.read(buffer, offset, length);
                } finally {
                    if (!isClosed()) {
                        // The JDK's client looks with a timeout of 1 ms whether a kept connection is still open.
                        setSoTimeout(before);
                    }
                }
            }
        };
    }
}
