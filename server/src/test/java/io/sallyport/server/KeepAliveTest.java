package io.sallyport.server;

import static io.sallyport.server.ServerFixture.LOGIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.http.Body;
import io.sallyport.testing.KeepAliveAgent;
import io.sallyport.testing.RawHttp.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection for many requests: a refused body must not break the next request (RFC 9112 §9.6). */
@Timeout(120)
@ExtendWith(SharedStageFixture.class)
class KeepAliveTest {
    private static final int LARGE = 200_000;
    private static final int HUGE = 5_000_000;
    private static final String JWKS = "/.well-known/jwks.json";

    private static ServerFixture stage;

    @BeforeAll
    static void serve(ServerFixture shared) {
        stage = shared;
    }

    @ParameterizedTest(name = "{0} bytes, chunked: {1}")
    @CsvSource({LARGE + ",false", LARGE + ",true", HUGE + ",false", HUGE + ",true"})
    void answersTheNextRequestAfterABodyThatNoRouteTakes(int bytes, boolean chunked) throws Exception {
        String body = " ".repeat(bytes);
        try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
            int large = 0;
            for (String route : methodsAndPaths()) {
                Answer refused = agent.send(chunked ? inChunks(route, body) : withLength(route, body));
                assertThat(refused.status()).as(route).isIn(200, 401, 404, 405, 413);
                assertThat(refused.header("Connection")).as(route).isEqualTo("close");
                assertThat(agent.send(withLength("GET " + JWKS, "")).status())
                        .as("after %s", route)
                        .isEqualTo(200);
                large++;
            }
            assertThat(large).isGreaterThan(stage.server().routes().size() * 2);
            assertThat(agent.connections()).isEqualTo(large + 1);
        }
    }

    /** Each route with a method that it accepts, and with one that it does not; and unknown paths. */
    private static Set<String> methodsAndPaths() {
        Set<String> all = new LinkedHashSet<>(List.of("POST /nothing", "GET /nothing", "POST /favicon.ico"));
        stage.server().routes().forEach((template, methods) -> {
            String path = template.replaceAll("\\{[^}]*}", "x");
            methods.forEach(method -> all.add(method + " " + path));
            all.add((methods.contains("PUT") ? "PATCH " : "PUT ") + path);
            all.add("GET " + path);
        });
        return all;
    }

    private static String withLength(String route, String body) {
        return route + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static String inChunks(String route, String body) {
        return route + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    @ParameterizedTest(name = "{0} bytes, chunked: {1}")
    @CsvSource({"2,false", "2,true", Body.MAX_COUNT + ",false", Body.MAX_COUNT + ",true"})
    void keepsTheConnectionAfterABodyThatNoRouteAskedFor(int bytes, boolean chunked) throws Exception {
        String body = " ".repeat(bytes);
        try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
            for (String route : methodsAndPaths()) {
                assertThat(agent.send(chunked ? inChunks(route, body) : withLength(route, body))
                                .status())
                        .as(route)
                        .isIn(200, 400, 401, 404, 405, 422);
            }
            assertThat(agent.connections()).isEqualTo(1);
        }
    }

    @Test
    void answersEachOfSeveralRequestsThatAreSentAtOnce() throws Exception {
        try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
            agent.begin(inChunks("POST " + LOGIN, "{}")
                    + inChunks("GET " + JWKS, "{}")
                    + withLength("GET " + JWKS, " ".repeat(Body.MAX_COUNT))
                    + withLength("POST /nothing", "")
                    + withLength("PUT " + LOGIN, "{}"));
            for (int status : List.of(422, 200, 200, 404, 405)) {
                assertThat(agent.next().status()).isEqualTo(status);
            }
        }
    }

    @Test
    void readsNothingBehindABodyThatItDidNotRead() throws Exception {
        try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
            agent.begin(withLength("POST " + LOGIN, " ".repeat(LARGE)) + withLength("GET " + JWKS, ""));
            assertThat(agent.next().status()).isEqualTo(413);
            assertThat(agent.isOver()).isTrue();
        }
    }

    /** The sender may wait for the answer before it sends the rest, or not send it at all. */
    @ParameterizedTest
    @ValueSource(strings = {"POST " + LOGIN, "GET " + JWKS, "PUT /nothing"})
    void answersWithoutWaitingForTheRestOfALargeBody(String route) throws Exception {
        String body = " ".repeat(LARGE);
        for (String whole : List.of(withLength(route, body), inChunks(route, body))) {
            try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
                agent.begin(whole.substring(0, whole.length() - LARGE / 2));
                Answer answer = agent.next();
                assertThat(answer.status()).isIn(200, 413);
                assertThat(answer.header("Connection")).isEqualTo("close");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {LARGE, HUGE})
    void keepsJavasHttpClientWorking(int bytes) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        byte[] body = new byte[bytes];
        for (int i = 0; i < 100; i++) {
            assertThat(client.send(
                                    request(LOGIN)
                                            .POST(BodyPublishers.ofByteArray(body))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(413);
            assertThat(client.send(
                                    request(LOGIN)
                                            .POST(BodyPublishers.ofString("{}"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(422);
        }
    }

    private static HttpRequest.Builder request(String path) {
        return stage.request(path).header("Content-Type", "application/json");
    }

    @ParameterizedTest
    @ValueSource(ints = {LARGE, HUGE})
    void keepsJavasUrlConnectionsWorking(int bytes) throws Exception {
        byte[] body = new byte[bytes];
        for (int i = 0; i < 100; i++) {
            assertThat(post(body)).isEqualTo(413);
            assertThat(post(new byte[] {'{', '}'})).isEqualTo(422);
        }
    }

    /** Streamed, so that Java does not resend it by itself. */
    private static int post(byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port() + LOGIN).toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream stream = connection.getOutputStream()) {
            stream.write(body);
        }
        int status = connection.getResponseCode();
        try (InputStream stream = connection.getErrorStream()) {
            assertThat(stream.readAllBytes()).isNotEmpty();
        }
        return status;
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST " + LOGIN, "GET " + JWKS, "PUT /nothing"})
    void closesRatherThanAskForABodyThatItWouldDrop(String route) throws Exception {
        String head = route + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nContent-Length: " + LARGE + "\r\n\r\n";
        try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
            agent.begin(head);
            Answer answer = agent.next();
            assertThat(answer.interim()).isEmpty();
            assertThat(answer.status()).isIn(200, 413);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(agent.isOver()).isTrue();
        }
    }

    @Test
    void keepsAConnectionWhoseBodyWasAskedFor() throws Exception {
        try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
            for (int i = 0; i < 3; i++) {
                agent.begin("POST " + LOGIN + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
                assertThat(agent.interim()).isEqualTo(100);
                assertThat(agent.send("{}").status()).isEqualTo(422);
            }
            assertThat(agent.connections()).isEqualTo(1);
        }
    }

    /** The framework would read such a body before any route can refuse it. */
    @Test
    void takesNoMultipartBodyWhateverItsLength() throws Exception {
        try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
            for (int bytes : List.of(100, Body.MAX_COUNT, LARGE)) {
                Answer answer = agent.send("POST " + LOGIN + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bytes
                        + "\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n" + " ".repeat(bytes));
                assertThat(answer.status()).isEqualTo(bytes == LARGE ? 413 : 415);
            }
            assertThat(agent.connections()).isEqualTo(1);
        }
    }

    @Test
    void closesAConnectionOfHttp10() throws Exception {
        try (KeepAliveAgent agent = new KeepAliveAgent(port())) {
            agent.begin(withLength("POST " + LOGIN, " ".repeat(LARGE)).replace("HTTP/1.1", "HTTP/1.0"));
            assertThat(agent.next().status()).isEqualTo(413);
            assertThat(agent.isOver()).isTrue();
        }
    }

    private static int port() {
        return stage.server().port();
    }
}
