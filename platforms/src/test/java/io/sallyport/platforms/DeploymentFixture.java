package io.sallyport.platforms;

import io.sallyport.json.Json;
import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** All functions on one platform, each started at its first call. */
final class DeploymentFixture implements AutoCloseable {
    /** The function that is behind one more of our proxies than the platform's own front end. */
    static final String BEHIND_OUR_PROXY = "renew";

    private static final Map<String, Function> FUNCTIONS = Function.table();

    private final Platform platform;
    private final CloudWorldFixture world;
    private final Path folder;
    private final Map<String, Running> running = new LinkedHashMap<>();

    DeploymentFixture(Platform platform, CloudWorldFixture world, Path folder) {
        this.platform = platform;
        this.world = world;
        this.folder = folder;
    }

    Platform platform() {
        return platform;
    }

    CloudWorldFixture world() {
        return world;
    }

    static Function function(String name) {
        return FUNCTIONS.get(name);
    }

    /** Sends a call to a function. */
    Answer send(String function, Call call) throws Exception {
        return running(function).send(call);
    }

    Running running(String function) throws Exception {
        String unit = unit(function);
        Running started = running.get(unit);
        if (started == null) {
            started = platform.start(function(function), variables(function), folder(unit));
            running.put(unit, started);
        }
        return started;
    }

    /** Azure's app has one configuration, so the function behind our proxy is in a separate app there. */
    private String unit(String function) {
        if (platform != Platform.AZURE) {
            return function;
        }
        return function.equals(BEHIND_OUR_PROXY) ? "app-behind-proxy" : "app";
    }

    /** A function's configuration. */
    Map<String, String> variables(String function) {
        Map<String, String> variables = new HashMap<>();
        if (platform == Platform.AZURE) {
            FUNCTIONS.values().forEach(any -> variables.putAll(world.variables(any)));
        } else {
            variables.putAll(world.variables(function(function)));
        }
        variables.put("SALLYPORT_FORWARDED_HOPS", function.equals(BEHIND_OUR_PROXY) ? "1" : "0");
        return variables;
    }

    /** What an operator sees of a function that cannot work with its configuration. */
    String failToStart(String function, Map<String, String> variables) throws Exception {
        return platform.failToStart(function(function), variables, folder("failing"));
    }

    private Path folder(String unit) throws IOException {
        return Files.createDirectories(folder.resolve(platform.name()).resolve(unit));
    }

    /** The line that a function logged about the request with this answer. */
    Map<String, Object> lineAbout(String function, Answer answer) throws Exception {
        String id = String.valueOf(answer.json().get("reqId"));
        if (!id.startsWith("req-")) {
            throw new AssertionError("the answer has no reqId: " + answer.body());
        }
        return line(function, "requestId " + id, line -> id.equals(line.get("requestId")));
    }

    /** The first line for which this holds that a function logged or will log. */
    Map<String, Object> line(String function, String what, Predicate<Map<String, Object>> wanted) throws Exception {
        return parse(running(function).process().await(what, line -> line.startsWith("{") && wanted.test(parse(line))));
    }

    private static Map<String, Object> parse(String line) {
        try {
            return Json.parseObject(line);
        } catch (io.sallyport.json.MalformedJsonException e) {
            return Map.of();
        }
    }

    /** All functions' output. */
    List<String> log() {
        List<String> lines = new ArrayList<>();
        running.values().forEach(each -> lines.addAll(each.process().lines()));
        return lines;
    }

    @Override
    public void close() {
        running.values().forEach(Running::close);
    }
}
