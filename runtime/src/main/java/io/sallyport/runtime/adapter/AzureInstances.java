package io.sallyport.runtime.adapter;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One instance of each function for all invocations of Azure's worker, which finds this as a service. Else the worker makes
 * a new one for every request: each with its own connection to the store, and with caches that never serve anybody.
 */
public final class AzureInstances implements FunctionInstanceInjector {
    private final Map<Class<?>, Object> instances = new ConcurrentHashMap<>();

    /** Made at the first request; one that could not be made is tried again at the next. */
    @Override
    public <T> T getInstance(Class<T> function) {
        return function.cast(instances.computeIfAbsent(function, AzureInstances::make));
    }

    private static Object make(Class<?> function) {
        try {
            return function.getDeclaredConstructor().newInstance();
        } catch (InvocationTargetException e) {
            // A configuration that cannot work: it says itself what is wrong.
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IllegalStateException(function.getName() + " cannot be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(function.getName() + " cannot be made", e);
        }
    }
}
