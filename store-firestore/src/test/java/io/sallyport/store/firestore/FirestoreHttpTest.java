package io.sallyport.store.firestore;

import static io.sallyport.Reason.STORE_TIMEOUT;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import io.sallyport.Refused;
import io.sallyport.outbound.google.AccessTokens;
import io.sallyport.outbound.google.NoAccessTokenException;
import io.sallyport.runtime.TrustedByDefault;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.store.firestore.RestCalls.Answer;
import io.sallyport.testing.RawServer;
import io.sallyport.testing.TestClock;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FirestoreHttpTest {
    private static final String OK = "HTTP/1.1 200 OK";
    private static final String PATH = "/v1/projects/p/databases/(default)/documents:commit";
    private static final byte[] REQUEST = "{\"a\":\"å\"}".getBytes(UTF_8);
    private static final Duration LONG = Duration.ofMinutes(1);

    private static FirestoreHttp at(URI server) {
        return at(server, () -> "ya29.token");
    }

    private static FirestoreHttp at(URI server, AccessTokens tokens) {
        return new FirestoreHttp(origin(server), tokens, () -> 0);
    }

    private static String origin(URI server) {
        return server.resolve("/").toString().replaceAll("/$", "");
    }

    @Test
    void asksWithAToken() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 12", "", "{\"b\": \"\303\245\"} ")) {
            assertThat(at(server.uri()).post(PATH, REQUEST, LONG)).isEqualTo(new Answer(200, "{\"b\": \"å\"} "));
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .startsWith("POST " + PATH + " HTTP/1.1\r\n")
                    .contains("\r\nAuthorization: Bearer ya29.token\r\n")
                    .contains("\r\nContent-Type: application/json\r\n")
                    .contains("\r\nContent-Length: 10\r\n");
        }
    }

    @Test
    void keepsTheConnection() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<InetSocketAddress> callers = new CopyOnWriteArrayList<>();
        AtomicInteger status = new AtomicInteger(200);
        server.createContext("/", exchange -> {
            callers.add(exchange.getRemoteAddress());
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status.get(), 2);
            exchange.getResponseBody().write("{}".getBytes(UTF_8));
            exchange.close();
        });
        server.start();
        try {
            FirestoreHttp http =
                    at(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
            for (int answer : new int[] {200, 409, 503, 200}) {
                status.set(answer);
                assertThat(http.post(PATH, REQUEST, LONG)).isEqualTo(new Answer(answer, "{}"));
            }
            assertThat(callers).hasSize(4).containsOnly(callers.get(0));
        } finally {
            server.stop(0);
        }
    }

    /** The JDK would: a commit that is sent twice may be reported as overtaken. */
    @Test
    void sendsNothingASecondTimeByItself() throws Exception {
        AtomicInteger callers = new AtomicInteger();
        try (RawServer server = new RawServer(out -> {
            if (callers.getAndIncrement() == 0) {
                out.write((OK + "\r\nContent-Length: 2\r\n\r\n{}").getBytes(UTF_8));
            }
        })) {
            FirestoreHttp http = at(server.uri());
            http.post(PATH, REQUEST, LONG);
            // On the connection that the server has closed, or on a new one.
            assertThatIOException().isThrownBy(() -> http.post(PATH, REQUEST, LONG));
            assertThat(server.requests()).hasSizeBetween(1, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsNoRedirect(int status) throws Exception {
        try (RawServer target = RawServer.answering(OK, "Content-Length: 2", "", "{}");
                RawServer server = RawServer.answering(
                        "HTTP/1.1 " + status + " Moved", "Location: " + target.uri(), "Content-Length: 2", "", "{}")) {
            assertThat(at(server.uri()).post(PATH, REQUEST, LONG)).isEqualTo(new Answer(status, "{}"));
            assertThat(target.requests()).isEmpty();
        }
    }

    @Test
    void tellsAnErrorWithoutABody() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 503 Busy", "Content-Length: 0", "", "")) {
            assertThat(at(server.uri()).post(PATH, REQUEST, LONG)).isEqualTo(new Answer(503, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing of HTTP\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\377",
                ""
            })
    void takesNoPartOfAnAnswer(String answer) throws Exception {
        try (RawServer server =
                new RawServer(out -> out.write(answer.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))) {
            assertThatIOException().isThrownBy(() -> at(server.uri()).post(PATH, REQUEST, LONG));
        }
    }

    @Test
    void readsAnAnswerOfAMebibyte() throws Exception {
        String large = "\"" + "a".repeat(1 << 20) + "\"";
        try (RawServer server =
                new RawServer(out -> out.write((OK + "\r\nConnection: close\r\n\r\n" + large).getBytes(UTF_8)))) {
            assertThat(at(server.uri()).post(PATH, REQUEST, LONG).body()).isEqualTo(large);
        }
    }

    @Test
    void readsNoAnswerThatHasNoEnd() throws Exception {
        byte[] much = new byte[1 << 20];
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            while (true) {
                out.write(much);
            }
        })) {
            assertThatIOException()
                    .isThrownBy(() -> at(server.uri()).post(PATH, REQUEST, LONG))
                    .withMessageContaining("larger");
        }
    }

    @Test
    void waitsForNoAnswerThatTrickles() throws Exception {
        AtomicLong now = new AtomicLong();
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            while (true) {
                now.addAndGet(Duration.ofSeconds(1).toNanos());
                out.write(' ');
                out.flush();
            }
        })) {
            FirestoreHttp http = new FirestoreHttp(
                    server.uri().resolve("/").toString().replaceAll("/$", ""), () -> "token", now::get);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> http.post(PATH, REQUEST, Duration.ofSeconds(3)));
        }
    }

    @Test
    void waitsForNoHeadersThatTrickle() throws Exception {
        try (RawServer server = new RawServer(FirestoreHttpTest::trickle)) {
            assertGivesUp(server.uri());
        }
    }

    @SuppressWarnings("try") // What is trusted is trusted while it is open.
    @Test
    void waitsForNoHeadersThatTrickleOverTls(@TempDir Path directory) throws Exception {
        try (RawServer server = new RawServer(TrustedByDefault.serverSocket(directory), FirestoreHttpTest::trickle);
                TrustedByDefault trusted = new TrustedByDefault(directory)) {
            assertGivesUp(server.uri("https"));
        }
    }

    private static void trickle(OutputStream out) throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        out.write((OK + "\r\nX-Padding: ").getBytes(UTF_8));
        while (true) {
            out.write('a');
            out.flush();
            try {
                assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void assertGivesUp(URI server) {
        FirestoreHttp http = new FirestoreHttp(origin(server), () -> "token", System::nanoTime);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> http.post(PATH, REQUEST, Duration.ofMillis(500)));
    }

    /** The JDK's client tests a kept connection with a short read, which must not wait for the deadline. */
    @Test
    @Timeout(60)
    @SuppressWarnings("try") // What is trusted is trusted while it is open.
    void keepsATlsConnectionForFurtherExchangesEachWithItsDeadline(@TempDir Path directory) throws Exception {
        AtomicLong now = new AtomicLong();
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket socket = TrustedByDefault.serverSocket(directory);
                TrustedByDefault trusted = new TrustedByDefault(directory)) {
            Thread server = new Thread(() -> answerOnKeptConnections(socket, connections));
            server.setDaemon(true);
            server.start();
            FirestoreHttp http =
                    new FirestoreHttp("https://127.0.0.1:" + socket.getLocalPort(), () -> "token", now::get);
            for (int i = 0; i < 3; i++) {
                assertThat(http.post(PATH, REQUEST, Duration.ofMinutes(1)).body())
                        .isEqualTo("{}");
                now.addAndGet(Duration.ofMinutes(2).toNanos());
            }
        }
        assertThat(connections).hasValue(1);
    }

    private static void answerOnKeptConnections(ServerSocket socket, AtomicInteger connections) {
        while (!socket.isClosed()) {
            try (Socket caller = socket.accept()) {
                connections.incrementAndGet();
                while (true) {
                    RawServer.head(caller.getInputStream());
                    caller.getOutputStream().write((OK + "\r\nContent-Length: 2\r\n\r\n{}").getBytes(UTF_8));
                }
            } catch (IOException e) {
                // Closed by the caller, or by the test.
            }
        }
    }

    @Test
    void waitsForNoAnswerThatDoesNotCome() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            FirestoreHttp http = at(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/"));
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> http.post(PATH, REQUEST, Duration.ofMillis(100)));
        }
    }

    @Test
    void trustsNoCertificateThatThePlatformDoesNot() throws Exception {
        try (SimulatedGoogle google = SimulatedGoogle.startTls(new TestClock())) {
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> at(google.oauth2Certs()).post(PATH, REQUEST, LONG));
        }
    }

    @Test
    void sendsNothingWithoutAToken() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 2", "", "{}")) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> at(server.uri(), () -> {
                                throw new NoAccessTokenException("as it is");
                            })
                            .post(PATH, REQUEST, LONG))
                    .returns(STORE_UNAVAILABLE, Refused::reason)
                    .returns("Firestore: no access token for Google Cloud: as it is", Refused::detail);
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> at(server.uri(), () -> {
                                throw new IOException("secret");
                            })
                            .post(PATH, REQUEST, LONG))
                    .returns("Firestore: IOException", Refused::detail);
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> at(server.uri(), () -> {
                                throw new SocketTimeoutException("secret");
                            })
                            .post(PATH, REQUEST, LONG))
                    .returns(STORE_TIMEOUT, Refused::reason);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void tellsNoToken() {
        assertThat(at(URI.create("http://127.0.0.1:1/"))).hasToString("FirestoreHttp[http://127.0.0.1:1]");
        assertThat(FirestoreHttp.google(() -> "token")).hasToString("FirestoreHttp[https://firestore.googleapis.com]");
    }
}
