package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.server.BoundedBody;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * HTTP with one time limit for request and answer together, and answers of bounded size. It follows no redirects: a
 * credential goes only where it was sent.
 */
final class BoundedHttp {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_SIZE = 64 * 1024;

    private final HttpClient client;
    private final Duration limit;

    private BoundedHttp(HttpClient client, Duration limit) {
        this.client = client;
        this.limit = limit;
    }

    /** An answer, which may hold a credential. */
    record Answer(int status, String body) {
        @Override
        public String toString() {
            return "Answer[status=" + status + "]";
        }
    }

    /** Bypasses every proxy: a machine's metadata for its workload must not leave the machine. */
    static BoundedHttp direct() {
        return direct(LIMIT);
    }

    /** Bypasses every proxy, with another time limit. */
    static BoundedHttp direct(Duration limit) {
        return new BoundedHttp(builder().proxy(HttpClient.Builder.NO_PROXY).build(), limit);
    }

    /** Uses the proxy that Java is configured with, if any. */
    static BoundedHttp proxied() {
        return new BoundedHttp(builder().build(), LIMIT);
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(LIMIT);
    }

    /**
     * @param code of the failure, if there is no answer
     * @param server for people
     */
    Answer get(String code, String server, URI uri, String header, String value) throws NoTokenException {
        return send(code, server, HttpRequest.newBuilder(uri).header(header, value));
    }

    /**
     * Posts a form.
     *
     * @param code of the failure, if there is no answer
     * @param server for people
     */
    Answer post(String code, String server, URI uri, Map<String, String> form) throws NoTokenException {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        return send(
                code,
                server,
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Answer send(String code, String server, HttpRequest.Builder request) throws NoTokenException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.timeout(limit).build(), response -> new BoundedBody(MAX_SIZE));
        try {
            // A request's timeout covers only the headers; this one also covers the body.
            HttpResponse<byte[]> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), new String(response.body(), UTF_8));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new NoTokenException(
                    code, server + " cannot be reached: it took longer than " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BoundedBody.TooLargeException) {
                throw new NoTokenException(code, server + " answered with more than " + MAX_SIZE + " bytes");
            }
            throw new NoTokenException(code, server + " cannot be reached: " + nameOf(e.getCause()));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new NoTokenException(code, "interrupted while waiting for " + server);
        }
    }

    private static String nameOf(@Nullable Throwable failure) {
        return failure == null ? "it failed" : failure.getClass().getSimpleName();
    }
}
