package io.sallyport.platforms;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sallyport.testing.RawHttp;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
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
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * A function on AWS's own Java runtime in a separate process, which gets its events from this class: the Lambda Runtime API
 * ("Using the Lambda runtime API for custom runtimes", version 2018-06-01).
 */
final class LambdaRuntime implements AutoCloseable {
    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";
    private static final String INIT_ERROR = "/2018-06-01/runtime/init/error";

    private final HttpServer api;
    private final ExecutorService executor;
    private final RuntimeProcess process;
    private final BlockingQueue<String> due = new LinkedBlockingQueue<>();
    private final Map<String, String> events = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Report>> reports = new ConcurrentHashMap<>();
    private final CompletableFuture<String> initError = new CompletableFuture<>();
    private final AtomicInteger ids = new AtomicInteger();

    /** The runtime's report about one event. */
    record Report(boolean success, String body) {}

    private LambdaRuntime(Path task, String handler, Map<String, String> variables, Path folder) throws IOException {
        this.api = HttpServer.create(new InetSocketAddress(RawHttp.LOOPBACK, 0), 0);
        this.executor = Executors.newCachedThreadPool(LambdaRuntime::daemon);
        api.setExecutor(executor);
        api.createContext(INVOCATION, this::invocation);
        api.createContext(INIT_ERROR, exchange -> {
            initError.complete(body(exchange));
            reply(exchange, 202, "");
        });
        api.start();
        Map<String, String> all = new HashMap<>(variables);
        all.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + api.getAddress().getPort());
        all.put("AWS_LAMBDA_FUNCTION_NAME", "sallyport");
        all.put("LAMBDA_TASK_ROOT", task.toString());
        this.process = RuntimeProcess.start(
                all,
                folder,
                List.of(
                        // Otherwise all processes of the machine would unpack it to the same place.
                        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
                                + nativeLibrary(folder),
                        "-cp",
                        RuntimeProcess.classPathOf(
                                        AWSLambda.class,
                                        Context.class,
                                        PojoSerializer.class,
                                        SdkInternalThreadLocal.class)
                                + File.pathSeparator
                                + task.resolve("lib") + "/*",
                        AWSLambda.class.getName(),
                        handler));
    }

    /** Whether AWS's native library is there for this machine. */
    static boolean runsHere() {
        return System.getProperty("os.name").equals("Linux")
                && List.of("amd64", "aarch64").contains(System.getProperty("os.arch"));
    }

    /**
     * Starts the runtime.
     *
     * @param task the unpacked archive
     * @param handler as configured for a Lambda function
     * @param folder for the runtime's files
     */
    static LambdaRuntime start(Path task, String handler, Map<String, String> variables, Path folder)
            throws IOException {
        return new LambdaRuntime(task, handler, variables, folder);
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
    Report invoke(String event) throws Exception {
        String id = "event-" + ids.incrementAndGet();
        CompletableFuture<Report> report = new CompletableFuture<>();
        events.put(id, event);
        reports.put(id, report);
        due.add(id);
        return await(report);
    }

    /** The runtime's report about a function that does not start. */
    String initError() throws Exception {
        return await(initError);
    }

    RuntimeProcess process() {
        return process;
    }

    private <T> T await(CompletableFuture<T> report) throws Exception {
        CompletableFuture.anyOf(report, process.process().onExit()).get(60, TimeUnit.SECONDS);
        // Its last report and its exit may be seen in either order.
        if (!report.isDone() && !process.process().isAlive()) {
            throw new IOException("the runtime ended with " + process.exitCode() + ":\n" + process.text());
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
        reports.get(parts[0]).complete(new Report(parts[1].equals("response"), body(exchange)));
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
        process.close();
        executor.shutdownNow();
        api.stop(0);
    }
}
