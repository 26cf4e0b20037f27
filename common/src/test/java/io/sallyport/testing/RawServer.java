package io.sallyport.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on loopback that reads a request, sends the given bytes, right or wrong, and closes. */
public final class RawServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: ([0-9]+)\r\n");

    private final ServerSocket socket;
    private final Script script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Thread thread;

    /** What is sent to each caller. */
    @FunctionalInterface
    public interface Script {
        void send(OutputStream out) throws IOException;
    }

    public RawServer(Script script) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
    }

    public RawServer(ServerSocket socket, Script script) {
        this.socket = socket;
        this.script = script;
        this.thread = new Thread(this::serve, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    public static RawServer answering(String... lines) throws IOException {
        byte[] answer = String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
        return new RawServer(out -> out.write(answer));
    }

    public URI uri(String scheme) {
        return URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort() + "/keys");
    }

    public URI uri() {
        return uri("http");
    }

    /** The heads of the requests so far. */
    public List<String> requests() {
        return requests;
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket caller = socket.accept()) {
                requests.add(head(caller.getInputStream()));
                script.send(caller.getOutputStream());
            } catch (SocketException e) {
                // Closed by the test, or by a caller that gave up.
            } catch (IOException e) {
                // Such as a TLS handshake that the caller aborted.
            }
        }
    }

    /** Reads a request and returns its head. */
    public static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.append((char) next);
        }
        // Unread input would reset the connection and lose the answer.
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            in.skipNBytes(Long.parseLong(length.group(1)));
        }
        return head.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
            thread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
