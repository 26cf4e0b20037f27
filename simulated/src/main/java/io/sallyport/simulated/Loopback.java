package io.sallyport.simulated;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** An HTTP server on a free port of 127.0.0.1, reachable from this machine alone. */
public final class Loopback implements AutoCloseable {
    static {
        // The JDK's server writes head and body apart: by default the body waits 40 ms for the client to acknowledge
        // the head.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService executor;

    private Loopback(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /** Answers one request. */
    @FunctionalInterface
    public interface Endpoint {
        Reply answer(HttpExchange exchange) throws IOException;
    }

    /** @param byPath the longest path that a request's path begins with decides who answers it */
    public static Loopback start(Map<String, Endpoint> byPath) {
        try {
            return start(HttpServer.create(freePort(), 0), byPath);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server over TLS, with HTTP/1.1 only: what the JDK's server speaks. */
    public static Loopback startTls(SSLContext tls, Map<String, Endpoint> byPath) {
        try {
            HttpsServer server = HttpsServer.create(freePort(), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            return start(server, byPath);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress freePort() throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
    }

    private static Loopback start(HttpServer server, Map<String, Endpoint> byPath) {
        // As many threads as requests: one that is held must not hold the others.
        ExecutorService executor = Executors.newCachedThreadPool(Loopback::daemon);
        server.setExecutor(executor);
        byPath.forEach((path, endpoint) -> server.createContext(path, exchange -> {
            try (exchange) {
                Reply reply = reply(endpoint, exchange);
                // To its end, before the client can send more: what the JDK's server reads of the next request while it
                // clears up after this one, it forgets over TLS, and the client waits until the connection idles out.
                exchange.getRequestBody().readAllBytes();
                reply.send(exchange);
            }
        }));
        server.start();
        return new Loopback(server, executor);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    /** A fault of our own is answered too, since the server would only close the connection. */
    private static Reply reply(Endpoint endpoint, HttpExchange exchange) throws IOException {
        try {
            return endpoint.answer(exchange);
        } catch (RuntimeException e) {
            return Reply.error(500, e.toString());
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "simulated-cloud");
        thread.setDaemon(true);
        return thread;
    }
}
