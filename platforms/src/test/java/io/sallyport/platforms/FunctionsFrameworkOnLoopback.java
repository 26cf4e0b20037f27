package io.sallyport.platforms;

import com.google.cloud.functions.invoker.runner.Invoker;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The main class of a process that is Google's Functions Framework, but listens on loopback only.
 *
 * <p>The framework would listen on every address and has no setting for that. It loads the function's class after it
 * creates its connector and before it opens it; at that moment this class sets the connector's address. All else is the
 * framework's own: its arguments, and its class loaders, which separate its libraries from the function's.
 */
final class FunctionsFrameworkOnLoopback {
    /** What is written before the port, once it listens. */
    static final String READY = "listening on 127.0.0.1:";

    private FunctionsFrameworkOnLoopback() {}

    /** @param arguments the class path and the class of the function, and a port; without one, any that is free */
    public static void main(String[] arguments) throws Exception {
        int port = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        ClassLoader frameworks = classLoaderFor(arguments[0], arguments[1]);
        Deque<Invoker> self = new ArrayDeque<>(1);
        ClassLoader binding = new ClassLoader(frameworks) {
            @Override
            public Class<?> loadClass(String name) throws ClassNotFoundException {
                if (name.equals(arguments[1])) {
                    connectorOf(self.getFirst()).setHost("127.0.0.1");
                }
                return super.loadClass(name);
            }
        };
        Invoker invoker = new Invoker(port, arguments[1], "http", binding);
        self.add(invoker);
        invoker.startTestServer();
        ServerConnector connector = connectorOf(invoker);
        if (!"127.0.0.1".equals(connector.getHost())) {
            throw new IllegalStateException("the Functions Framework did not take the address");
        }
        System.out.println(READY + connector.getLocalPort());
    }

    /** The one that the framework creates from its argument {@code --classpath}. */
    private static ClassLoader classLoaderFor(String classPath, String target) throws ReflectiveOperationException {
        Method make = Invoker.class.getDeclaredMethod("makeInvoker", String[].class);
        make.setAccessible(true);
        Optional<?> made = (Optional<?>)
                make.invoke(null, (Object) new String[] {"--classpath", classPath, "--target", target, "--port", "0"});
        Method loader = Invoker.class.getDeclaredMethod("getFunctionClassLoader");
        loader.setAccessible(true);
        return (ClassLoader) loader.invoke(made.orElseThrow());
    }

    private static ServerConnector connectorOf(Invoker invoker) {
        try {
            Field field = Invoker.class.getDeclaredField("server");
            field.setAccessible(true);
            return (ServerConnector) ((Server) field.get(invoker)).getConnectors()[0];
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Functions Framework is not the one we know", e);
        }
    }
}
