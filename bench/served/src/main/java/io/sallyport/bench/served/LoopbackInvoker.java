package io.sallyport.bench.served;

import com.google.cloud.functions.invoker.runner.Invoker;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Optional;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Google's Functions Framework with its own command line, as Cloud Functions starts it, but listening on 127.0.0.1
 * only.
 *
 * <p>It has no setting for the address. It loads the function's class between creating the server and starting it; at
 * that moment this class sets the connector's address.
 */
final class LoopbackInvoker extends ClassLoader {
    private final Invoker invoker;
    private final String target;

    private LoopbackInvoker(Invoker invoker, String target, ClassLoader functions) {
        super(functions);
        this.invoker = invoker;
        this.target = target;
    }

    /** @param args the invoker's own arguments; the first two are {@code --target} and the function's class */
    public static void main(String[] args) throws Exception {
        Method make = Invoker.class.getDeclaredMethod("makeInvoker", String[].class);
        make.setAccessible(true);
        Invoker invoker = (Invoker) ((Optional<?>) make.invoke(null, (Object) args)).orElseThrow();
        Field loader = field("functionClassLoader");
        loader.set(invoker, new LoopbackInvoker(invoker, args[1], (ClassLoader) loader.get(invoker)));
        invoker.startServer();
    }

    @Override
    public Class<?> loadClass(String name) throws ClassNotFoundException {
        if (name.equals(target)) {
            try {
                ServerConnector connector =
                        (ServerConnector) ((Server) field("server").get(invoker)).getConnectors()[0];
                connector.setHost("127.0.0.1");
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("this Functions Framework is not the one we know", e);
            }
        }
        return super.loadClass(name);
    }

    private static Field field(String name) throws ReflectiveOperationException {
        Field field = Invoker.class.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
