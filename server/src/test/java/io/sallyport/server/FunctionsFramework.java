package io.sallyport.server;

import com.google.cloud.functions.invoker.HttpFunctionExecutor;
import com.google.cloud.functions.invoker.runner.Invoker;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Google's Functions Framework, serving an endpoint the way Cloud Functions do, on one address of this machine.
 *
 * <p>The framework itself listens on every address and takes its function only by class name. So we intervene at the
 * one moment between its making the server and starting it, when it loads the function's class: there the connector
 * gets its address, and the function finds its endpoint.
 */
public final class FunctionsFramework implements AutoCloseable {
    /** In bytes: room for the longest access token as bearer, which exceeds the server's default of 8 KiB. */
    private static final int MAX_REQUEST_HEADERS = 2 * UnverifiedJwt.MAX_LENGTH;

    private static final ThreadLocal<@Nullable Endpoint> BEING_SERVED = new ThreadLocal<>();

    private final Invoker invoker;
    private final ServerConnector connector;

    private FunctionsFramework(Invoker invoker, ServerConnector connector) {
        this.invoker = invoker;
        this.connector = connector;
    }

    /** The class that the framework loads by its name. */
    public static final class Served extends CloudFunction {
        /** Called only by the framework. */
        public Served() {
            super(endpoint());
        }

        private static Endpoint endpoint() {
            Endpoint endpoint = BEING_SERVED.get();
            if (endpoint == null) {
                throw new IllegalStateException("nothing is being served on this thread");
            }
            return endpoint;
        }
    }

    /**
     * Starts serving.
     *
     * @param host the address to listen on, such as 127.0.0.1
     * @param port 0 for any free port
     * @throws IllegalStateException if the server does not start, for example because the port is taken
     */
    public static FunctionsFramework serve(Endpoint endpoint, String host, int port) {
        AtomicReference<ServerConnector> bound = new AtomicReference<>();
        Deque<Invoker> self = new ArrayDeque<>(1);
        ClassLoader binding = new ClassLoader(FunctionsFramework.class.getClassLoader()) {
            @Override
            public Class<?> loadClass(String name) throws ClassNotFoundException {
                if (name.equals(Served.class.getName())) {
                    Server server = serverOf(self.getFirst());
                    ServerConnector connector = (ServerConnector) server.getConnectors()[0];
                    connector.setHost(host);
                    HttpConfiguration http = connector
                            .getConnectionFactory(HttpConnectionFactory.class)
                            .getHttpConfiguration();
                    http.setHttpCompliance(HttpCompliance.STRICT);
                    http.setRequestHeaderSize(MAX_REQUEST_HEADERS);
                    server.addEventListener(new BeforeItStarts(server));
                    bound.set(connector);
                }
                return super.loadClass(name);
            }
        };
        Invoker invoker = new Invoker(port, Served.class.getName(), "http", binding);
        self.add(invoker);
        BEING_SERVED.set(endpoint);
        try {
            invoker.startTestServer();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "cannot serve on " + host + ":" + port + ": " + rootCause(e).getMessage(), e);
        } finally {
            BEING_SERVED.remove();
        }
        ServerConnector connector = bound.get();
        if (connector == null || !host.equals(connector.getHost())) {
            throw new IllegalStateException("the Functions Framework did not take the address " + host);
        }
        return new FunctionsFramework(invoker, connector);
    }

    /**
     * Replaces the handlers that the framework wraps around its function, for favicons and multipart bodies: they would
     * bypass our routes and limits. Not a record: its hash code, which Jetty calls, would load 40 more classes.
     */
    private static final class BeforeItStarts implements LifeCycle.Listener {
        private final Server server;

        BeforeItStarts(Server server) {
            this.server = server;
        }

        @Override
        public void lifeCycleStarting(LifeCycle starting) {
            server.setHandler(server.getDescendant(HttpFunctionExecutor.class));
        }
    }

    private static Server serverOf(Invoker invoker) {
        try {
            Field field = Invoker.class.getDeclaredField("server");
            field.setAccessible(true);
            return (Server) field.get(invoker);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of the Functions Framework is not supported", e);
        }
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

    @Override
    public void close() {
        try {
            invoker.stopServer();
        } catch (Exception e) {
            throw new IllegalStateException("the server does not stop", e);
        }
    }
}
