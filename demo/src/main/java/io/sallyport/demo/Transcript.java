package io.sallyport.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;

/** Shows the HTTP exchanges, and records whether each step did what it should. */
final class Transcript {
    /** A JWT, three parts of base64url of which the first is a JSON object, or an access token of Google's. */
    private static final Pattern TOKEN = Pattern.compile(
            "(eyJ[A-Za-z0-9_-]{10})[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+|(ya29\\.[A-Za-z0-9_.-]{8})[A-Za-z0-9_.-]+");

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final PrintWriter out;
    private final boolean full;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private int steps;
    private int failures;

    /** @param full whether tokens are shown in full */
    Transcript(PrintWriter out, boolean full) {
        this.out = out;
        this.full = full;
    }

    void act(String title) {
        out.printf("%n%d. %s%n", ++steps, title);
        out.flush();
    }

    void say(String text) {
        out.println("   " + text);
    }

    /**
     * Sends a request, and shows it and its answer.
     *
     * @param body as the request carries it; empty for none
     */
    HttpResponse<String> exchange(HttpRequest.Builder builder, String body) throws IOException, InterruptedException {
        HttpRequest request = builder.timeout(Duration.ofSeconds(30)).build();
        line("> " + request.method() + " " + request.uri());
        request.headers().map().forEach((name, values) -> line("> " + name + ": " + String.join(", ", values)));
        if (!body.isEmpty()) {
            line("> " + body);
        }
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        line("< " + response.statusCode());
        show("< ", response.body());
        return response;
    }

    /** Shows JSON indented, and other text unchanged. */
    void show(String prefix, String text) {
        pretty(text).lines().forEach(line -> line(prefix + line));
    }

    /** Shows the claims of a JWT. */
    void decoded(String jwt) {
        String[] parts = jwt.split("\\.", -1);
        for (String part : new String[] {parts[0], parts[1]}) {
            show("  ", new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
        }
    }

    private static String pretty(String text) {
        try {
            return JSON.writeValueAsString(JSON.readTree(text));
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private void line(String text) {
        out.println("   " + (full ? text : TOKEN.matcher(text).replaceAll("$1$2...")));
        out.flush();
    }

    /** Records whether a step did what it should. */
    void check(String what, boolean holds) {
        out.println("   " + (holds ? "ok: " : "FAILED: ") + what);
        out.flush();
        if (!holds) {
            failures++;
        }
    }

    /** @return whether every step did what it should */
    boolean end() {
        out.printf("%n%s%n", failures == 0 ? "Every step did what it should." : failures + " checks failed.");
        out.flush();
        return failures == 0;
    }
}
