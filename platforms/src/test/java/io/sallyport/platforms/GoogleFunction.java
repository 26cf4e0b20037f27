package io.sallyport.platforms;

import com.google.cloud.functions.invoker.runner.Invoker;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A function on Google's Functions Framework, from its archive's jar.
 *
 * <p>Google's front end appends the caller's address to the existing {@code X-Forwarded-For}.
 */
final class GoogleFunction implements Running {
    private final RuntimeProcess process;
    private final int port;

    private GoogleFunction(RuntimeProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Its process, just started: it may not be ready yet, or ever. */
    static RuntimeProcess launch(Function function, Map<String, String> variables, Path folder) throws Exception {
        return RuntimeProcess.start(
                variables,
                folder,
                List.of(
                        "-cp",
                        RuntimeProcess.classPathOf(FunctionsFrameworkOnLoopback.class, Invoker.class)
                                + File.pathSeparator
                                + RuntimeProcess.classPathOf(com.google.cloud.functions.HttpFunction.class),
                        FunctionsFrameworkOnLoopback.class.getName(),
                        Archives.googleJar(function).toString(),
                        function.className()));
    }

    static GoogleFunction start(Function function, Map<String, String> variables, Path folder) throws Exception {
        RuntimeProcess process = launch(function, variables, folder);
        return new GoogleFunction(process, Integer.parseInt(process.await(FunctionsFrameworkOnLoopback.READY)));
    }

    @Override
    public Answer send(Call call) throws Exception {
        return OverHttp.send(port, call, call.peer());
    }

    int port() {
        return port;
    }

    @Override
    public RuntimeProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
