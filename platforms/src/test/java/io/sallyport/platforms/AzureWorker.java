package io.sallyport.platforms;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Calls functions as Azure's Java worker does, by what its source says (github.com/Azure/azure-functions-java-worker,
 * package {@code com.microsoft.azure.functions.worker}):
 *
 * <ul>
 *   <li>one class loader for the app, of the jar and of what lies in the first folder beside it whose name ends with
 *       {@code lib}, below the worker's own ({@code broker.JavaFunctionBroker}, {@code
 *       description.FunctionMethodDescriptor}, {@code classloader.EnhancedClassLoaderProvider});
 *   <li>the one public method of that name that the class itself declares ({@code broker.FunctionDefinition});
 *   <li>its instance from the app's {@code FunctionInstanceInjector}, else a new one for every invocation ({@code
 *       broker.JavaFunctionBroker#initializeFunctionInstanceInjector});
 *   <li>the argument by the name of its binding ({@code broker.ParameterResolver}), while the app's class loader is the
 *       thread's ({@code broker.EnhancedJavaMethodExecutorImpl}).
 * </ul>
 *
 * <p>The worker's own libraries have other names, except Gson ({@code pom.xml}, relocations), which is not here.
 */
final class AzureWorker {
    private final ClassLoader app;
    private final Optional<FunctionInstanceInjector> injector;

    /** @param scriptFile the jar of the app */
    AzureWorker(Path scriptFile) {
        this.app = new URLClassLoader(
                Stream.concat(Stream.of(scriptFile.toFile()), libraries(scriptFile))
                        .map(AzureWorker::url)
                        .toArray(URL[]::new),
                AzureWorker.class.getClassLoader());
        this.injector = injector(app);
    }

    private static Stream<File> libraries(Path scriptFile) {
        File[] folders = scriptFile
                .toFile()
                .getParentFile()
                .listFiles(file -> file.isDirectory() && file.getName().endsWith("lib"));
        if (folders == null || folders.length == 0) {
            return Stream.empty();
        }
        return Stream.ofNullable(folders[0].listFiles(file -> file.getName().endsWith(".jar")))
                .flatMap(Arrays::stream);
    }

    private static URL url(File file) {
        try {
            return file.toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Optional<FunctionInstanceInjector> injector(ClassLoader app) {
        Iterator<FunctionInstanceInjector> found =
                ServiceLoader.load(FunctionInstanceInjector.class, app).iterator();
        if (!found.hasNext()) {
            return Optional.empty();
        }
        FunctionInstanceInjector injector = found.next();
        if (found.hasNext()) {
            throw new IllegalStateException("the app has more than one FunctionInstanceInjector");
        }
        return Optional.of(injector);
    }

    /** The method of a function, with the single argument that its binding names. */
    Method load(Trigger trigger) throws ReflectiveOperationException {
        Class<?> type = Class.forName(trigger.className(), false, app);
        List<Method> named = Arrays.stream(type.getMethods())
                .filter(method -> method.getDeclaringClass() == type)
                .filter(method -> method.getName().equals(trigger.methodName()))
                .toList();
        if (named.size() != 1) {
            throw new NoSuchMethodException(trigger.entryPoint() + " is not one public method: " + named);
        }
        Parameter[] parameters = named.get(0).getParameters();
        if (parameters.length != 1
                || parameters[0].getAnnotation(HttpTrigger.class) == null
                || !parameters[0].getAnnotation(HttpTrigger.class).name().equals(trigger.parameter())) {
            throw new NoSuchMethodException(trigger.entryPoint() + " has no parameter " + trigger.parameter());
        }
        return named.get(0);
    }

    /** @throws Exception what the function or the creation of its instance throws */
    HttpResponseMessage invoke(Method method, HttpRequestMessage<Optional<String>> request) throws Exception {
        Thread thread = Thread.currentThread();
        thread.setContextClassLoader(app);
        try {
            return (HttpResponseMessage) method.invoke(instance(method.getDeclaringClass()), request);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception thrown ? thrown : e;
        } finally {
            thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        }
    }

    private Object instance(Class<?> type) throws Exception {
        return injector.isPresent()
                ? injector.get().getInstance(type)
                : type.getDeclaredConstructor().newInstance();
    }
}
