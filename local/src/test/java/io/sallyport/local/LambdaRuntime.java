package io.sallyport.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A function on AWS's own Java runtime in a process of its own, which is told its events by this: the Lambda Runtime API
 * ("Using the Lambda runtime API for custom runtimes", version 2018-06-01).
 */
final class LambdaRuntime implements AutoCloseable {
    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";
    private static final String INIT_ERROR = "/2018-06-01/runtime/init/error";

    private final HttpServer api;
    private final ExecutorService executor;
    private final Process process;
    private final Path output;
    private final BlockingQueue<String> due;
    private final Map<String, String> events = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Answer>> answers = new ConcurrentHashMap<>();
    private final CompletableFuture<String> initError = new CompletableFuture<>();
    private final AtomicInteger ids = new AtomicInteger();

    /** What the runtime reported of one event. */
    record Answer(boolean success, String body) {}

    private LambdaRuntime(HttpServer api, ExecutorService executor, ProcessBuilder builder, Path output)
            throws IOException {
        this.api = api;
        this.executor = executor;
        this.output = output;
        this.due = new LinkedBlockingQueue<>();
        api.setExecutor(executor);
        api.createContext(INVOCATION, this::invocation);
        api.createContext(INIT_ERROR, exchange -> {
            initError.complete(body(exchange));
            reply(exchange, 202, "");
        });
        api.start();
        this.process = builder.start();
    }

    /** Whether AWS's native library is there for this machine. */
    static boolean runsHere() {
        return System.getProperty("os.name").equals("Linux")
                && List.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
    }

    /**
     * Starts the runtime.
     *
     * @param handler as it is configured for a Lambda function
     * @param folder for files of its own
     */
    static LambdaRuntime start(String handler, Map<String, String> variables, Path folder) throws IOException {
        HttpServer api = HttpServer.create(new InetSocketAddress(RawHttp.LOOPBACK, 0), 0);
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        // It would else be unpacked to one fixed place for all processes of the machine.
                        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
                                + nativeLibrary(folder),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AWSLambda.class.getName(),
                        handler)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.environment()
                .put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + api.getAddress().getPort());
        builder.environment().put("AWS_LAMBDA_FUNCTION_NAME", "sallyport");
        return new LambdaRuntime(api, Executors.newCachedThreadPool(LambdaRuntime::daemon), builder, output);
    }

    private static Path nativeLibrary(Path folder) throws IOException {
        String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
        String libc = Files.exists(Path.of("/etc/alpine-release")) ? "linux_musl" : "linux";
        String name = String.format(Locale.ROOT, "/jni/libaws-lambda-jni.%s-%s.so", libc, machine);
        Path library = folder.resolve("libaws-lambda-jni.so");
        try (InputStream stream = AWSLambda.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("AWS's runtime has no " + name);
            }
            Files.copy(stream, library);
        }
        return library;
    }

    /** Has the function handle an event. */
    Answer invoke(String event) throws Exception {
        String id = "event-" + ids.incrementAndGet();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        events.put(id, event);
        answers.put(id, answer);
        due.add(id);
        return await(answer);
    }

    /** What the runtime reports of a function that does not start. */
    String initError() throws Exception {
        return await(initError);
    }

    /** How the runtime ends by itself. */
    int exitCode() throws Exception {
        return process.onExit().get(30, TimeUnit.SECONDS).exitValue();
    }

    /** All that the process wrote: a function's log. */
    String output() throws IOException {
        return Files.readString(output);
    }

    private <T> T await(CompletableFuture<T> report) throws Exception {
        CompletableFuture.anyOf(report, process.onExit()).get(30, TimeUnit.SECONDS);
        if (!report.isDone()) {
            throw new IOException("the runtime ended with " + process.exitValue() + ":\n" + output());
        }
        return report.get();
    }

    private void invocation(HttpExchange exchange) throws IOException {
        String rest = exchange.getRequestURI().getPath().substring(INVOCATION.length());
        if (rest.equals("next")) {
            next(exchange);
            return;
        }
        String[] parts = rest.split("/");
        answers.get(parts[0]).complete(new Answer(parts[1].equals("response"), body(exchange)));
        reply(exchange, 202, "");
    }

    private void next(HttpExchange exchange) throws IOException {
        try {
            String id = due.take();
            exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", id);
            exchange.getResponseHeaders()
                    .set(
                            "Lambda-Runtime-Deadline-Ms",
                            String.valueOf(Instant.now().plusSeconds(30).toEpochMilli()));
            exchange.getResponseHeaders()
                    .set(
                            "Lambda-Runtime-Invoked-Function-Arn",
                            "arn:aws:lambda:eu-west-1:123456789012:function:sallyport");
            reply(exchange, 200, events.get(id));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.close();
        }
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "lambda-runtime-api");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        executor.shutdownNow();
        api.stop(0);
    }
}
