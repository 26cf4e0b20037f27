package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;

/** One keep-alive connection to a server on 127.0.0.1: an HTTP/1.1 client with almost no cost. */
final class KeptConnection implements Closeable {
    private static final int MAX_ANSWER_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;

    KeptConnection(int port) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(MAX_ANSWER_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        if (socket.getLocalPort() == port) {
            // Before the server listens, the system may assign the client the very port that it connects to.
            socket.close();
            throw new ConnectException("connected to itself");
        }
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    /** Thrown if the server could not decide in time, so the same request may be sent again (RFC 9110 §15.6.4 and 5). */
    static final class NotNowException extends IOException {
        private static final long serialVersionUID = 1L;

        NotNowException(String answer) {
            super(answer);
        }
    }

    /** @return the body. @throws IOException also if the answer is not 200 */
    String exchange(HttpMessage request) throws IOException {
        request.writeTo(socket.getOutputStream());
        String status = line();
        int length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring(15).trim());
            }
        }
        byte[] body = length >= 0 ? bytes(length) : chunks();
        if (status.startsWith("HTTP/1.1 503") || status.startsWith("HTTP/1.1 504")) {
            throw new NotNowException(status + ": " + new String(body, ISO_8859_1));
        }
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(status + ": " + new String(body, ISO_8859_1));
        }
        return new String(body, ISO_8859_1);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
            body.write(bytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer broke off");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
