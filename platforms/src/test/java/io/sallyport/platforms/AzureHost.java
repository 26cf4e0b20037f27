package io.sallyport.platforms;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * The main class of a process that plays the Azure Functions host and its Java worker for one app, as the host's source
 * says (github.com/Azure/azure-functions-host):
 *
 * <ul>
 *   <li>a request goes to the function whose route and methods fit, and is answered with 404 if there is none ({@code
 *       WebScriptHostHttpRoutesManager});
 *   <li>the function is told each header once, its name in lower case, with all its values, and a body only if its length
 *       was declared, as text in UTF-8 ({@code GrpcMessageConversionExtensions.ToRpcHttp}, with the capability {@code
 *       RpcHttpBodyOnly} that the Java worker has);
 *   <li>a function that fails is answered with 500 and no body.
 * </ul>
 *
 * <p>Its class path must hold nothing that the app brings along, for the worker's class loader comes first.
 */
final class AzureHost {
    /** What is written before the port, once it listens. */
    static final String READY = "listening on 127.0.0.1:";

    private final Map<Trigger, RouteTemplate> routes = new LinkedHashMap<>();
    private final Map<Trigger, Method> methods = new LinkedHashMap<>();
    private final AzureWorker worker;

    private AzureHost(Iterable<String> lines) throws ReflectiveOperationException {
        AzureWorker made = null;
        for (String line : lines) {
            Trigger trigger = Trigger.parse(line);
            made = made == null ? new AzureWorker(Path.of(trigger.scriptFile())) : made;
            routes.put(trigger, RouteTemplate.of(trigger.route()));
            methods.put(trigger, made.load(trigger));
        }
        if (made == null) {
            throw new IllegalArgumentException("an app without a function");
        }
        this.worker = made;
    }

    /** @param arguments a file with a line for each {@link Trigger}, and a port; without one, any that is free */
    public static void main(String[] arguments) throws Exception {
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        AzureHost host = new AzureHost(Files.readAllLines(Path.of(arguments[0])));
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", host::answer);
        server.start();
        System.out.println(READY + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Optional<Trigger> trigger = routes.entrySet().stream()
                    .filter(route -> route.getKey().takes(exchange.getRequestMethod()))
                    .filter(route ->
                            route.getValue().matches(exchange.getRequestURI().getRawPath()))
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (trigger.isEmpty()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            answer(exchange, invoke(trigger.get(), exchange, body));
        }
    }

    private AzureResponse invoke(Trigger trigger, HttpExchange exchange, byte[] body) {
        try {
            return (AzureResponse) worker.invoke(methods.get(trigger), request(exchange, body));
        } catch (Exception | LinkageError e) {
            e.printStackTrace(System.out);
            return new AzureResponse().status(com.microsoft.azure.functions.HttpStatus.INTERNAL_SERVER_ERROR);
        }
    }

    private static HttpRequestMessage<Optional<String>> request(HttpExchange exchange, byte[] body) {
        Map<String, String> headers = new LinkedHashMap<>();
        Headers fields = exchange.getRequestHeaders();
        fields.forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        boolean declared = Long.parseLong(headers.getOrDefault("content-length", "0")) > 0;
        return new AzureRequest(
                exchange.getRequestMethod(),
                URI.create("https://" + headers.get("host") + exchange.getRequestURI()),
                headers,
                Optional.of(new String(body, UTF_8)).filter(text -> declared));
    }

    private static void answer(HttpExchange exchange, AzureResponse response) throws IOException {
        response.headers()
                .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        byte[] body = String.valueOf(response.getBody()).getBytes(UTF_8);
        boolean bodiless = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(response.getStatus().value(), bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
    }
}
