package io.sallyport.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sallyport.Race;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.testing.KeepAliveAgent;
import io.sallyport.testing.RawHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpListenerTest {
    private static final String HOST = "127.0.0.1";
    private static final Duration IDLE = Duration.ofSeconds(30);

    @Test
    void servesTheVeryEndpointThatItIsGiven() throws Exception {
        ConcurrentLinkedQueue<Request> seen = new ConcurrentLinkedQueue<>();
        Endpoint endpoint = new Endpoint(Environment.system(), 0, request -> {
            seen.add(request);
            return Response.json(200, Map.of());
        });
        try (HttpListener listener = HttpListener.serve(endpoint, HOST, 0)) {
            assertThat(listener.port()).isBetween(1, 65_535);
            RawHttp.Answer answer =
                    RawHttp.send(listener.port(), RawHttp.head("GET", "/some/path", "X-Some: thing\r\n"));
            assertThat(answer.status()).isEqualTo(200);
        }
        assertThat(seen).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.path()).isEqualTo("/some/path");
            assertThat(request.headers().first("x-some")).hasValue("thing");
        });
    }

    @Test
    void servesSeveralAtOnceEachItsOwn() throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Boolean> right = Race.of(4, () -> {
            String name = "endpoint-" + next.incrementAndGet();
            try (HttpListener listener = HttpListener.serve(saying(name), HOST, 0)) {
                return RawHttp.send(listener.port(), RawHttp.head("GET", "/", ""))
                        .body()
                        .equals("{\"name\":\"" + name + "\"}");
            }
        });
        assertThat(right).hasSize(4).containsOnly(true);
    }

    @Test
    void freesItsPortWhenItIsClosed() throws Exception {
        int port;
        try (HttpListener listener = HttpListener.serve(saying("first"), HOST, 0)) {
            port = listener.port();
        }
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new Socket(RawHttp.LOOPBACK, port).close());
        try (HttpListener listener = HttpListener.serve(saying("second"), HOST, port)) {
            assertThat(listener.port()).isEqualTo(port);
            assertThat(RawHttp.send(port, RawHttp.head("GET", "/", "")).body()).contains("second");
        }
    }

    @Test
    void saysThatAPortIsTakenAndLeavesNothingRunning() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, RawHttp.LOOPBACK)) {
            List<String> before = serverThreads();
            assertThatIllegalStateException()
                    .isThrownBy(() -> HttpListener.serve(saying("x"), HOST, taken.getLocalPort()))
                    .withMessage("cannot serve on 127.0.0.1:" + taken.getLocalPort() + ": Address already in use");
            assertThat(serverThreads()).isSubsetOf(before);
        }
        try (HttpListener listener = HttpListener.serve(saying("next"), HOST, 0)) {
            assertThat(RawHttp.send(listener.port(), RawHttp.head("GET", "/", ""))
                            .body())
                    .contains("next");
        }
    }

    @Test
    void refusesAnAddressThatThisMachineDoesNotHave() {
        // RFC 5737: reserved for documentation.
        assertThatIllegalStateException()
                .isThrownBy(() -> HttpListener.serve(saying("x"), "203.0.113.1", 0))
                .withMessageContaining("203.0.113.1");
    }

    /** Google's invoker, which is among the tests' libraries, carries another Jetty. */
    @Test
    void isServedByTheJettyThatIsDeclared() throws Exception {
        assertThat(Server.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .contains("/jetty-server-");
    }

    @Test
    void answersWithADateAndWithoutTheNameOfAServer() throws Exception {
        try (HttpListener listener = HttpListener.serve(saying("x"), HOST, 0)) {
            RawHttp.Answer answer = RawHttp.send(listener.port(), RawHttp.head("GET", "/", ""));
            RawHttp.Answer refused = RawHttp.send(listener.port(), "no request\r\n\r\n");
            assertThat(answer.headers().keySet())
                    .containsExactlyInAnyOrder(
                            "Cache-Control",
                            "Connection",
                            "Content-Length",
                            "Content-Type",
                            "Date",
                            "X-Content-Type-Options");
            assertThat(answer.header("Date"))
                    .matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
            assertThat(refused.headers().keySet()).isEqualTo(answer.headers().keySet());
        }
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        try (HttpListener listener = HttpListener.serve(saying("x"), HOST, 0);
                KeepAliveAgent agent = new KeepAliveAgent(listener.port())) {
            for (int i = 0; i < 2; i++) {
                RawHttp.Answer answer = agent.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).isEmpty();
            }
            assertThat(agent.connections()).isEqualTo(1);
        }
    }

    @Test
    void readsAChunkThatHasAnExtension() throws Exception {
        Endpoint endpoint = new Endpoint(
                Environment.system(),
                0,
                request -> Response.json(200, Map.of("length", request.body().length())));
        try (HttpListener listener = HttpListener.serve(endpoint, HOST, 0)) {
            RawHttp.Answer answer = RawHttp.send(
                    listener.port(),
                    RawHttp.head("POST", "/", "Transfer-Encoding: chunked\r\n")
                            + "2;a=\"b c\"\r\nhi\r\n0;d\r\nX-Some: trailer\r\n\r\n");
            assertThat(answer.body()).isEqualTo("{\"length\":2}");
        }
    }

    @Test
    void answersASenderThatHasClosedItsSide() throws Exception {
        try (HttpListener listener = HttpListener.serve(saying("x"), HOST, 0)) {
            String whole = RawHttp.head("POST", "/", "Content-Length: 2\r\n") + "{}";
            assertThat(RawHttp.breakOff(listener.port(), whole).status()).isEqualTo(200);
            assertThat(RawHttp.breakOff(listener.port(), whole.substring(0, whole.length() - 1))
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void givesASenderThatHasClosedItsSideInTheHeadNoRequest() throws Exception {
        ConcurrentLinkedQueue<Request> seen = new ConcurrentLinkedQueue<>();
        Endpoint endpoint = new Endpoint(Environment.system(), 0, request -> {
            seen.add(request);
            return Response.json(200, Map.of());
        });
        try (HttpListener listener = HttpListener.serve(endpoint, HOST, 0);
                Socket socket = new Socket(RawHttp.LOOPBACK, listener.port())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n".getBytes(US_ASCII));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .doesNotContain("200");
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void answersRequestsThatAreSentAtOnceInTheirOrder() throws Exception {
        Endpoint endpoint =
                new Endpoint(Environment.system(), 0, request -> Response.json(200, Map.of("path", request.path())));
        try (HttpListener listener = HttpListener.serve(endpoint, HOST, 0);
                KeepAliveAgent agent = new KeepAliveAgent(listener.port())) {
            agent.begin("GET /0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + "POST /1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
                    + "HEAD /2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + "GET /3 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            for (String body : List.of("{\"path\":\"/0\"}", "{\"path\":\"/1\"}", "", "{\"path\":\"/3\"}")) {
                assertThat(agent.next().body()).isEqualTo(body);
            }
        }
    }

    /** However steadily its bytes arrive. */
    @Test
    void closesAConnectionWhoseHeadTakesTooLong() throws Exception {
        try (HttpListener listener = HttpListener.serve(saying("x"), HOST, 0);
                KeepAliveAgent slow = new KeepAliveAgent(listener.port())) {
            slow.begin("GET / HTTP/1.1\r\nHost: loc");
            awaitOverdue(listener, IDLE.plusSeconds(1));
            assertThat(slow.isOver()).isTrue();
        }
    }

    @Test
    void givesAHeadItsTimeFromTheAnswerBeforeIt() throws Exception {
        try (HttpListener listener = HttpListener.serve(saying("x"), HOST, 0);
                KeepAliveAgent agent = new KeepAliveAgent(listener.port())) {
            agent.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            agent.begin("GET / HTTP/1.1\r\nHost: loc");
            assertThat(listener.requests()
                            .closeOverdue(
                                    System.nanoTime() + IDLE.minusSeconds(10).toNanos()))
                    .isZero();
            assertThat(agent.send("alhost\r\n\r\n").status()).isEqualTo(200);
            awaitOverdue(listener, IDLE.plusSeconds(1));
            assertThat(agent.isOver()).isTrue();
        }
    }

    /** A connection is known to the server a moment after it is open. */
    private static void awaitOverdue(HttpListener listener, Duration later) {
        while (listener.requests().closeOverdue(System.nanoTime() + later.toNanos()) == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void closesNoConnectionWhoseRequestIsInProgress() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answering = new CountDownLatch(1);
        try (HttpListener listener = HttpListener.serve(waiting(begun, answering), HOST, 0);
                KeepAliveAgent agent = new KeepAliveAgent(listener.port())) {
            agent.begin("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            begun.await();
            assertThat(listener.requests()
                            .closeOverdue(
                                    System.nanoTime() + IDLE.multipliedBy(9).toNanos()))
                    .isZero();
            answering.countDown();
            assertThat(agent.next().status()).isEqualTo(200);
        }
    }

    @Test
    void closesAConnectionThatIsSilent() throws Exception {
        try (HttpListener listener = HttpListener.serve(saying("x"), HOST, 0, limits(512, Duration.ofMillis(50)));
                KeepAliveAgent idle = new KeepAliveAgent(listener.port());
                KeepAliveAgent begun = new KeepAliveAgent(listener.port());
                KeepAliveAgent halted = new KeepAliveAgent(listener.port())) {
            idle.begin("");
            begun.begin("GET / HTTP/1.1\r\nHost: loc");
            halted.begin("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{");
            assertThat(idle.isOver()).isTrue();
            assertThat(begun.isOver()).isTrue();
            assertThat(halted.next().status()).isEqualTo(400);
        }
    }

    /** Its connection is silent while it waits for others, such as a provider's keys. */
    @Test
    void letsARequestTakeLongerThanItsConnectionMayBeSilent() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch answering = new CountDownLatch(1);
        try (HttpListener listener =
                        HttpListener.serve(waiting(begun, answering), HOST, 0, limits(512, Duration.ofMillis(50)));
                KeepAliveAgent agent = new KeepAliveAgent(listener.port())) {
            agent.begin("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            begun.await();
            for (int i = 0; i < 3; i++) {
                try (KeepAliveAgent silent = new KeepAliveAgent(listener.port())) {
                    silent.begin("");
                    assertThat(silent.isOver()).isTrue();
                }
            }
            answering.countDown();
            assertThat(agent.next().status()).isEqualTo(200);
        }
    }

    @Test
    void takesFurtherConnectionsInThePlaceOfSilentOnes() throws Exception {
        try (HttpListener listener = HttpListener.serve(saying("x"), HOST, 0, limits(2, IDLE))) {
            for (int i = 0; i < 3; i++) {
                List<KeepAliveAgent> agents = new ArrayList<>();
                for (int j = 0; j < 5; j++) {
                    agents.add(new KeepAliveAgent(listener.port()));
                    answeredInTheEnd(agents.get(j));
                }
                for (KeepAliveAgent agent : agents) {
                    agent.close();
                }
            }
        }
    }

    /** Jetty closes a connection that it accepts just when there are enough. */
    private static void answeredInTheEnd(KeepAliveAgent agent) throws IOException {
        while (true) {
            try {
                assertThat(agent.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .status())
                        .isEqualTo(200);
                return;
            } catch (IOException turnedAway) {
                agent.close();
            }
        }
    }

    private static HttpListener.Limits limits(int connections, Duration idle) {
        return new HttpListener.Limits(connections, idle, Duration.ofMillis(50), Duration.ofSeconds(20));
    }

    private static Endpoint waiting(CountDownLatch begun, CountDownLatch answering) {
        return new Endpoint(Environment.system(), 0, request -> {
            begun.countDown();
            try {
                answering.await();
            } catch (InterruptedException cutOff) {
                throw new IllegalStateException(cutOff);
            }
            return Response.json(200, Map.of());
        });
    }

    private static Endpoint saying(String name) {
        return new Endpoint(Environment.system(), 0, request -> Response.json(200, Map.of("name", name)));
    }

    private static List<String> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith(HttpListener.THREADS))
                .toList();
    }
}
