package io.sallyport.testing;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.jwt.Fetcher;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An outside world for tests: a settable clock, ids that count up, a fetcher, and a log that keeps its lines.
 *
 * @param lines every logged line, in order
 */
public record TestEnvironment(
        Map<String, String> variables, TestClock clock, Supplier<String> ids, Fetcher fetcher, List<String> lines) {

    /** Without variables, and cut off from the network. */
    public TestEnvironment() {
        this(Map.of());
    }

    public TestEnvironment(Map<String, String> variables) {
        this(variables, uri -> {
            throw new IOException("this test has no network, so there is no answer from " + uri);
        });
    }

    public TestEnvironment(Map<String, String> variables, Fetcher fetcher) {
        this(variables, new TestClock(), countingIds(), fetcher, new CopyOnWriteArrayList<>());
    }

    public Environment environment() {
        Consumer<String> log = lines::add;
        return new Environment(variables, clock, ids, fetcher, log);
    }

    /** The logged lines, each of which must be one JSON object. */
    public List<Map<String, Object>> logged() {
        return lines.stream().map(TestEnvironment::parse).toList();
    }

    private static Map<String, Object> parse(String line) {
        try {
            return Json.parseObject(line);
        } catch (MalformedJsonException e) {
            throw new AssertionError("a log line that is not one JSON object: " + line, e);
        }
    }

    /** As long as the real ones: 22 characters. */
    private static Supplier<String> countingIds() {
        AtomicLong count = new AtomicLong();
        return () -> String.format("test-%017d", count.incrementAndGet());
    }
}
