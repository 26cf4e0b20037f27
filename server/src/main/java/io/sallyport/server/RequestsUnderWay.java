package io.sallyport.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * Tracks the connections with a request in progress, so that a stopping server answers them first. Jetty's own graceful
 * stop gives all connections one idle time: too short for a body that is still being sent, or too long for idle
 * connections.
 */
final class RequestsUnderWay extends Handler.Wrapper {
    /** How long a connection without a request may stay silent: what was sent before the stop arrives in that time. */
    private static final Duration SETTLING = Duration.ofMillis(100);

    private final Set<EndPoint> busy = ConcurrentHashMap.newKeySet();
    private final Duration grace;
    private volatile boolean stopping;

    /** @param grace how long requests may take once the server stops */
    RequestsUnderWay(Duration grace) {
        this.grace = grace;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        begin(connection);
        boolean handled = false;
        try {
            handled = super.handle(request, response, new Answered(callback, connection));
            return handled;
        } finally {
            if (!handled) {
                end(connection);
            }
        }
    }

    private final class Answered extends Callback.Nested {
        private final EndPoint connection;

        Answered(Callback callback, EndPoint connection) {
            super(callback);
            this.connection = connection;
        }

        @Override
        public void completed() {
            end(connection);
        }
    }

    private void begin(EndPoint connection) {
        busy.add(connection);
        if (stopping) {
            connection.setIdleTimeout(grace.toMillis());
        }
    }

    private void end(EndPoint connection) {
        busy.remove(connection);
        if (stopping) {
            connection.setIdleTimeout(SETTLING.toMillis());
        }
    }

    /**
     * Refuses new connections, and returns when each current request is answered or the grace period is over. Answers
     * say that their connection closes.
     */
    void finish(ServerConnector connector) throws InterruptedException {
        connector.setIdleTimeout(SETTLING.toMillis());
        connector.setShutdownIdleTimeout(grace.toMillis());
        stopping = true;
        long end = System.nanoTime() + grace.toNanos();
        Future<Void> closed = connector.shutdown();
        do {
            settle(connector);
        } while (!over(closed) && end - System.nanoTime() > 0);
    }

    /** Repeated, for connections that were just being accepted. */
    private void settle(ServerConnector connector) {
        for (EndPoint connection : connector.getConnectedEndPoints()) {
            if (!busy.contains(connection)) {
                connection.setIdleTimeout(SETTLING.toMillis());
                // A request may have begun between the two lines above.
                if (busy.contains(connection)) {
                    connection.setIdleTimeout(grace.toMillis());
                }
            }
        }
    }

    private static boolean over(Future<Void> closed) throws InterruptedException {
        try {
            closed.get(SETTLING.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            return true;
        }
    }
}
