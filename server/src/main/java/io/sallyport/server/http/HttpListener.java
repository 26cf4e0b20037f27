package io.sallyport.server.http;

import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.runtime.adapter.Endpoint;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** Serves an endpoint on one address, by Jetty, which refuses what two readers of HTTP could take differently. */
public final class HttpListener implements AutoCloseable {
    /** Of the pool and of the timer. */
    static final String THREADS = "serve-http";

    /** How long current requests may take once the server stops; the longest outbound call takes 10 seconds. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    /** In bytes, of the request line and all fields: room for the longest access token as bearer. */
    private static final int MAX_HEAD = 2 * UnverifiedJwt.MAX_LENGTH;

    /** For the selector, and for what Jetty does besides requests. */
    private static final int MORE_THREADS = 8;

    /** How long a thread waits for work before it ends. */
    private static final int MAX_IDLE_MILLIS = 60_000;

    private final Server server;
    private final ServerConnector connector;
    private final NetworkConnectionLimit limit;
    private final RequestsUnderWay requests;

    private HttpListener(
            Server server, ServerConnector connector, NetworkConnectionLimit limit, RequestsUnderWay requests) {
        this.server = server;
        this.connector = connector;
        this.limit = limit;
        this.requests = requests;
    }

    /**
     * What a listener bears.
     *
     * @param connections how many there may be at once; further ones wait to be accepted
     * @param idle how long a connection may carry no byte, and how long the head of a request may take
     * @param crowded how long a connection may carry no byte while others wait to be accepted
     * @param grace how long current requests may take once the server stops
     */
    record Limits(int connections, Duration idle, Duration crowded, Duration grace) {
        static Limits with(Duration grace) {
            return new Limits(512, Duration.ofSeconds(30), Duration.ofSeconds(2), grace);
        }
    }

    /**
     * Starts serving.
     *
     * @param host the address to listen on, such as 127.0.0.1
     * @param port 0 for any free port
     * @throws IllegalStateException if the server does not start, for example because the port is taken
     */
    public static HttpListener serve(Endpoint endpoint, String host, int port) {
        return serve(endpoint, host, port, GRACE);
    }

    /** Starts serving, with another grace period. */
    public static HttpListener serve(Endpoint endpoint, String host, int port, Duration grace) {
        return serve(endpoint, host, port, Limits.with(grace));
    }

    static HttpListener serve(Endpoint endpoint, String host, int port, Limits limits) {
        Server server = server(limits);
        RequestsUnderWay requests = new RequestsUnderWay(new EndpointHandler(endpoint), limits);
        server.setHandler(requests);
        server.setErrorHandler(new ServerErrors(endpoint.environment()));
        // One acceptor: with none, a connector that shuts down goes on listening. One selector.
        ServerConnector connector =
                new ServerConnector(server, null, null, null, 1, 1, new HttpConnectionFactory(configuration()));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(limits.idle().toMillis());
        connector.addBean(requests.connections());
        NetworkConnectionLimit limit = new NetworkConnectionLimit(limits.connections(), connector);
        limit.setEndPointIdleTimeout(limits.crowded().toMillis());
        server.addBean(limit);
        server.addConnector(connector);
        try {
            // Before any thread is started.
            connector.open();
            server.start();
        } catch (Exception e) {
            connector.close();
            throw new IllegalStateException(
                    "cannot serve on " + host + ":" + port + ": " + rootCause(e).getMessage(), e);
        }
        return new HttpListener(server, connector, limit, requests);
    }

    private static Server server(Limits limits) {
        // A body is read by the thread of its request, so each connection may need one.
        QueuedThreadPool threads = new QueuedThreadPool(
                limits.connections() + MORE_THREADS,
                1,
                MAX_IDLE_MILLIS,
                0,
                new LinkedBlockingQueue<>(),
                null,
                new Threads());
        return new Server(threads, new ScheduledExecutorScheduler(THREADS + "-timer", true), new ArrayByteBufferPool());
    }

    /**
     * Threads that do not keep the process alive. Jetty's own factory, and its own queue, would load 500 classes at the
     * start: method handles for security managers, and JMX, which is asked how long a pointer is.
     */
    private static final class Threads implements ThreadFactory {
        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new Thread(work, THREADS);
            thread.setDaemon(true);
            return thread;
        }
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setUriCompliance(UriCompliance.DEFAULT);
        http.setRequestHeaderSize(MAX_HEAD);
        http.setSendServerVersion(false);
        return http;
    }

    private static Throwable rootCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The port that the server listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    RequestsUnderWay requests() {
        return requests;
    }

    /** Refuses new connections at once, and stops when current requests are answered or the grace period is over. */
    @Override
    public void close() {
        try {
            // As connections close, it would accept new ones and set other idle timeouts.
            limit.stop();
            requests.finish(connector);
            server.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("the server does not stop", e);
        }
    }
}
