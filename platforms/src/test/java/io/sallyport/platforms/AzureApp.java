package io.sallyport.platforms;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The function app on Azure, from its archive.
 *
 * <p>Azure's front end appends the caller's address and port to the existing {@code X-Forwarded-For}.
 */
final class AzureApp implements Running {
    private final RuntimeProcess process;
    private final int port;

    private AzureApp(RuntimeProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    static AzureApp start(Map<String, String> variables, Path folder) throws Exception {
        Path triggers = Files.write(
                folder.resolve("triggers"),
                triggers().stream().map(Trigger::line).toList());
        RuntimeProcess process = RuntimeProcess.start(
                variables,
                folder,
                List.of(
                        "-cp",
                        RuntimeProcess.classPathOf(
                                AzureHost.class, HttpTrigger.class, HttpMethod.class, FunctionInstanceInjector.class),
                        AzureHost.class.getName(),
                        triggers.toString()));
        return new AzureApp(process, Integer.parseInt(process.await(AzureHost.READY)));
    }

    /** The contents of every {@code function.json} of the app. */
    static List<Trigger> triggers() throws IOException, MalformedJsonException {
        List<Trigger> triggers = new ArrayList<>();
        for (Path file : functionFiles()) {
            Map<String, Object> function = Json.parseObject(Files.readString(file));
            for (Object each : (List<?>) function.get("bindings")) {
                Map<?, ?> binding = (Map<?, ?>) each;
                if ("httpTrigger".equals(binding.get("type"))) {
                    triggers.add(new Trigger(
                            file.getParent().getFileName().toString(),
                            file.resolveSibling(String.valueOf(function.get("scriptFile")))
                                    .normalize()
                                    .toString(),
                            String.valueOf(function.get("entryPoint")),
                            String.valueOf(binding.get("name")),
                            String.valueOf(binding.get("route")),
                            ((List<?>) binding.get("methods"))
                                    .stream()
                                            .map(method ->
                                                    String.valueOf(method).toUpperCase(Locale.ROOT))
                                            .toList()));
                }
            }
        }
        return triggers;
    }

    static List<Path> functionFiles() throws IOException {
        try (Stream<Path> folders = Files.list(Archives.azureApp())) {
            return folders.map(folder -> folder.resolve("function.json"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Answer send(Call call) throws Exception {
        return OverHttp.send(port, call, seen(call));
    }

    static String seen(Call call) {
        return call.peer().contains(":") ? "[" + call.peer() + "]:50123" : call.peer() + ":50123";
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
