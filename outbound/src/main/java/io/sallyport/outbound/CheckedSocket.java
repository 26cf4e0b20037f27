package io.sallyport.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * A socket that stays connected to a checked address: code that tries to connect it again, perhaps to where a name
 * resolves by then, gets the existing connection. What it receives is bounded in time and size.
 */
final class CheckedSocket extends DeadlineSocket {
    private final Deadline deadline;
    private long bytesLeft;

    private CheckedSocket(Deadline deadline, int mostBytes) {
        this.deadline = deadline;
        this.bytesLeft = mostBytes;
    }

    /**
     * Connects to a checked address.
     *
     * @param mostBytes the most to receive, TLS and HTTP headers included
     */
    static CheckedSocket connect(InetSocketAddress checked, int timeoutMillis, Deadline deadline, int mostBytes)
            throws IOException {
        CheckedSocket socket = new CheckedSocket(deadline, mostBytes);
        try {
            socket.connect(checked, Math.min(timeoutMillis, deadline.millisLeft()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void connect(SocketAddress address, int timeoutMillis) throws IOException {
        if (!isConnected()) {
            super.connect(address, timeoutMillis);
        }
    }

    @Override
    int read(InputStream from, byte[] buffer, int offset, int length) throws IOException {
        setSoTimeout(deadline.millisLeft());
        int count = from.read(buffer, offset, length);
        deadline.millisLeft();
        bytesLeft -= Math.max(0, count);
        if (bytesLeft < 0) {
            throw new SocketException("the other side sends too much");
        }
        return count;
    }
}
