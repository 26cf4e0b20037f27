package io.sallyport.server.http;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * Knows which connections have a request in progress, so that a stopping server answers them first, and since when the
 * others have waited for one. Jetty has neither: its own graceful stop gives all connections one idle time, too short for
 * a body that is still being sent or too long for idle connections; and each byte of a head starts its idle time again.
 */
final class RequestsUnderWay extends Handler.Wrapper implements Runnable {
    /** How long a connection without a request may stay silent: what was sent before the stop arrives in that time. */
    private static final Duration SETTLING = Duration.ofMillis(100);

    private static final Duration LOOKING_AROUND = Duration.ofSeconds(5);

    private final Set<EndPoint> busy = ConcurrentHashMap.newKeySet();

    /** Since when, in nanoseconds. */
    private final Map<EndPoint, Long> waiting = new ConcurrentHashMap<>();

    private final HttpListener.Limits limits;
    private volatile boolean stopping;

    RequestsUnderWay(Handler handler, HttpListener.Limits limits) {
        super(handler);
        this.limits = limits;
    }

    /** To be added to the connector. */
    Connection.Listener connections() {
        return new Connections();
    }

    private final class Connections implements Connection.Listener {
        @Override
        public void onOpened(Connection connection) {
            waiting.put(connection.getEndPoint(), System.nanoTime());
        }

        @Override
        public void onClosed(Connection connection) {
            waiting.remove(connection.getEndPoint());
            busy.remove(connection.getEndPoint());
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        lookAroundLater();
    }

    private void lookAroundLater() {
        getServer().getScheduler().schedule(this, LOOKING_AROUND.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
        closeOverdue(System.nanoTime());
        if (isRunning()) {
            lookAroundLater();
        }
    }

    /**
     * Closes the connections that have waited too long for a whole head, however steadily its bytes arrive.
     *
     * @return how many there were
     */
    int closeOverdue(long now) {
        int count = 0;
        Iterator<Map.Entry<EndPoint, Long>> connections = waiting.entrySet().iterator();
        while (connections.hasNext()) {
            Map.Entry<EndPoint, Long> connection = connections.next();
            // Removed first: a request that begins now is then refused, not answered in vain.
            if (now - connection.getValue() > limits.idle().toNanos()
                    && waiting.remove(connection.getKey(), connection.getValue())) {
                connection.getKey().close();
                count++;
            }
        }
        return count;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        if (waiting.remove(connection) == null) {
            callback.failed(new TimeoutException());
            return true;
        }
        begin(connection);
        boolean handled = false;
        try {
            Answering answering = new Answering(callback, connection);
            request.addIdleTimeoutListener(answering);
            handled = super.handle(request, response, answering);
            return handled;
        } finally {
            if (!handled) {
                end(connection);
            }
        }
    }

    private final class Answering extends Callback.Nested implements Predicate<TimeoutException> {
        private final EndPoint connection;

        Answering(Callback callback, EndPoint connection) {
            super(callback);
            this.connection = connection;
        }

        /** No request fails because its connection is silent while it asks others; reading and writing fail by themselves. */
        @Override
        public boolean test(TimeoutException silent) {
            return false;
        }

        @Override
        public void completed() {
            end(connection);
        }
    }

    private void begin(EndPoint connection) {
        busy.add(connection);
        if (stopping) {
            connection.setIdleTimeout(limits.grace().toMillis());
        }
    }

    private void end(EndPoint connection) {
        busy.remove(connection);
        waiting.put(connection, System.nanoTime());
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
        connector.setShutdownIdleTimeout(limits.grace().toMillis());
        stopping = true;
        long end = System.nanoTime() + limits.grace().toNanos();
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
            }
            // Asked again, since a request may have begun.
            if (busy.contains(connection)) {
                connection.setIdleTimeout(limits.grace().toMillis());
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
