package io.sallyport.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** HTTP with a time limit and answers of bounded size. It follows no redirect: a credential goes where it was sent. */
final class BoundedHttp {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int LARGEST = 64 * 1024;

    private final HttpClient client;

    private BoundedHttp(HttpClient client) {
        this.client = client;
    }

    /** An answer, which may hold a credential. */
    record Answer(int status, String body) {
        @Override
        public String toString() {
            return "Answer[status=" + status + "]";
        }
    }

    /** Past every proxy: what a machine tells its own workload is nobody else's business. */
    static BoundedHttp direct() {
        return new BoundedHttp(builder().proxy(HttpClient.Builder.NO_PROXY).build());
    }

    /** By the proxy that Java is configured with, if any. */
    static BoundedHttp proxied() {
        return new BoundedHttp(builder().build());
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

    /** The same with a form in its body. */
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
        try {
            HttpResponse<InputStream> response =
                    client.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST) {
                    throw new NoTokenException(code, server + " answered with more than " + LARGEST + " bytes");
                }
                return new Answer(response.statusCode(), new String(bytes, UTF_8));
            }
        } catch (IOException e) {
            throw new NoTokenException(
                    code, server + " is not reached: " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoTokenException(code, "interrupted while waiting for " + server);
        }
    }
}
