package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sallyport.Race;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.testing.RawHttp;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FunctionsFrameworkTest {
    private static final String HOST = "127.0.0.1";

    @Test
    void servesTheVeryEndpointThatItIsGiven() throws Exception {
        ConcurrentLinkedQueue<Request> seen = new ConcurrentLinkedQueue<>();
        Endpoint endpoint = new Endpoint(Environment.system(), 0, request -> {
            seen.add(request);
            return Response.json(200, Map.of());
        });
        try (FunctionsFramework framework = FunctionsFramework.serve(endpoint, HOST, 0)) {
            assertThat(framework.port()).isBetween(1, 65_535);
            RawHttp.Answer answer =
                    RawHttp.send(framework.port(), RawHttp.head("GET", "/some/path", "X-Some: thing\r\n"));
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
            try (FunctionsFramework framework = FunctionsFramework.serve(saying(name), HOST, 0)) {
                return RawHttp.send(framework.port(), RawHttp.head("GET", "/", ""))
                        .body()
                        .equals("{\"name\":\"" + name + "\"}");
            }
        });
        assertThat(right).hasSize(4).containsOnly(true);
    }

    @Test
    void freesItsPortWhenItIsClosed() throws Exception {
        int port;
        try (FunctionsFramework framework = FunctionsFramework.serve(saying("first"), HOST, 0)) {
            port = framework.port();
        }
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> new Socket(RawHttp.LOOPBACK, port).close());
        try (FunctionsFramework framework = FunctionsFramework.serve(saying("second"), HOST, port)) {
            assertThat(framework.port()).isEqualTo(port);
            assertThat(RawHttp.send(port, RawHttp.head("GET", "/", "")).body()).contains("second");
        }
    }

    @Test
    void saysThatAPortIsTakenAndLeavesNothingRunning() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, RawHttp.LOOPBACK)) {
            List<String> before = serverThreads();
            assertThatIllegalStateException()
                    .isThrownBy(() -> FunctionsFramework.serve(saying("x"), HOST, taken.getLocalPort()))
                    .withMessage("cannot serve on 127.0.0.1:" + taken.getLocalPort() + ": Address already in use");
            assertThat(serverThreads()).isSubsetOf(before);
        }
        try (FunctionsFramework framework = FunctionsFramework.serve(saying("next"), HOST, 0)) {
            assertThat(RawHttp.send(framework.port(), RawHttp.head("GET", "/", ""))
                            .body())
                    .contains("next");
        }
    }

    @Test
    void refusesAnAddressThatThisMachineDoesNotHave() {
        // RFC 5737: reserved for documentation.
        assertThatIllegalStateException()
                .isThrownBy(() -> FunctionsFramework.serve(saying("x"), "203.0.113.1", 0))
                .withMessageContaining("203.0.113.1");
    }

    @Test
    void hasAFunctionForTheFrameworkAlone() {
        assertThatIllegalStateException().isThrownBy(FunctionsFramework.Served::new);
    }

    private static Endpoint saying(String name) {
        return new Endpoint(Environment.system(), 0, request -> Response.json(200, Map.of("name", name)));
    }

    /** Jetty's threads, which are named after their pool. */
    private static List<String> serverThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("qtp"))
                .toList();
    }
}
