package io.sallyport.runtime.adapter;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes Azure's worker, which finds this class as a service, use one instance of each function for all invocations. By
 * default the worker makes a new one for every request: each with a new connection to the store, and with caches that
 * are never reused.
 */
public final class AzureInstances implements FunctionInstanceInjector {
    private final Map<Class<?>, Object> instances = new ConcurrentHashMap<>();

    /** Made at the first request; if that fails, retried at the next. */
    @Override
    public <T> T getInstance(Class<T> function) {
        return function.cast(instances.computeIfAbsent(function, AzureInstances::make));
    }

    private static Object make(Class<?> function) {
        try {
            return function.getDeclaredConstructor().newInstance();
        } catch (InvocationTargetException e) {
            // An invalid configuration: its message says what is wrong.
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IllegalStateException(function.getName() + " cannot be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(function.getName() + " cannot be made", e);
        }
    }
}
