package io.sallyport.cli;

import static io.sallyport.server.ServerFixture.LOGIN;
import static io.sallyport.server.ServerFixture.VM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.http.Response;
import io.sallyport.json.Json;
import io.sallyport.jwt.Fetcher;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.server.ServerFixture;
import io.sallyport.server.http.HttpListener;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.KeepAliveAgent;
import io.sallyport.testing.RawHttp;
import io.sallyport.testing.RawHttp.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that stops finishes the requests it has begun, and begins no more. */
@Timeout(60)
class StopTest {
    private static final String HOST = "127.0.0.1";
    private static final Pattern PORT = Pattern.compile(":(\\d+) as issuer");
    private static final int UNDER_WAY = 4;
    private static final int LEFT_ALONE_MILLIS = 1000;

    @TempDir
    private Path folder;

    /** The real process, and the signal that Kubernetes, systemd and Docker send. */
    @Test
    void answersOnSigtermTheRequestsWhoseBodiesAreStillBeingSent() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve",
                        "--port",
                        "0",
                        "--data",
                        folder.toString())
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        try (BufferedReader errors = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
            int port = port(errors);
            List<KeepAliveAgent> agents = underWay(port);

            process.destroy();
            awaitRefusalOfConnections(port);

            for (KeepAliveAgent agent : agents) {
                Answer answer = agent.send("{}");
                assertThat(answer.status()).as(answer.body()).isEqualTo(422);
                assertThat(answer.header("Connection")).isEqualTo("close");
            }
            // The JVM's exit code after SIGTERM: 128 + 15.
            assertThat(process.waitFor()).isEqualTo(143);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static int port(BufferedReader errors) throws IOException {
        String line = errors.readLine();
        Matcher matcher = PORT.matcher(String.valueOf(line));
        assertThat(matcher.find()).as(line).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    /** Requests whose bodies the server asked for, so it is known to be waiting for them. */
    private static List<KeepAliveAgent> underWay(int port) throws IOException {
        List<KeepAliveAgent> agents = new ArrayList<>();
        for (int i = 0; i < UNDER_WAY; i++) {
            KeepAliveAgent agent = new KeepAliveAgent(port);
            agent.begin("POST " + LOGIN + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(agent.interim()).isEqualTo(100);
            agents.add(agent);
        }
        return agents;
    }

    private static void awaitRefusalOfConnections(int port) throws IOException {
        while (true) {
            try (Socket socket = new Socket(RawHttp.LOOPBACK, port)) {
                // The server closes the connections it has accepted: waits for that, but not for one that is still in
                // the queue.
                socket.setSoTimeout(LEFT_ALONE_MILLIS);
                socket.getInputStream().read();
            } catch (ConnectException refused) {
                return;
            } catch (IOException resetOrLeftAlone) {
                // It was waiting to be accepted when the server stopped listening.
            }
        }
    }

    /** The store is needed after the provider answers, so it must not be closed earlier. */
    @Test
    void answersALoginThatWaitsForItsProvider() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answering = new CountDownLatch(1);
        Fetcher real = HttpFetcher.plainHttpToo();
        Fetcher slow = uri -> {
            asked.countDown();
            await(answering);
            return real.get(uri);
        };
        try (SimulatedGoogle google = ServerFixture.google();
                KeepAliveAgent agent = closing(google, slow, asked, answering)) {
            Answer answer = agent.next();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(ServerFixture.accessToken(answer.body())
                            .getJWTClaimsSet()
                            .getSubject())
                    .isEqualTo(VM.value());
            assertThat(agent.isOver()).isTrue();
        }
    }

    /** The agent of a login with limited uses, which are stored; its server was closed before its provider answered. */
    private KeepAliveAgent closing(
            SimulatedGoogle google, Fetcher fetcher, CountDownLatch asked, CountDownLatch answering) throws Exception {
        ServerFixture stage = ServerFixture.open(
                google, folder, Map.of(), fetcher, List.of(ServerFixture.vm(Map.of("accessTokenNumUsesLimit", 5))));
        int port = stage.server().port();
        KeepAliveAgent agent = new KeepAliveAgent(port);
        String body = ServerFixture.json(VM, stage.idToken(VM));
        agent.begin("POST " + LOGIN + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        asked.await();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(stage::close);
        awaitRefusalOfConnections(port);
        assertThat(closed).isNotDone();
        answering.countDown();
        closed.get();
        return agent;
    }

    private static void await(CountDownLatch latch) throws InterruptedIOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Test
    void waitsForNoConnectionThatHasNoRequest() throws Exception {
        HttpListener listener = HttpListener.serve(saying("hello"), HOST, 0);
        try (KeepAliveAgent fresh = new KeepAliveAgent(listener.port());
                KeepAliveAgent begun = new KeepAliveAgent(listener.port());
                KeepAliveAgent used = new KeepAliveAgent(listener.port())) {
            fresh.begin("");
            begun.begin("GET / HTTP/1.1\r\nHo");
            // The last of the three: once it is answered, those before it were accepted.
            assertThat(used.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status())
                    .isEqualTo(200);

            listener.close();

            assertThat(used.isOver()).isTrue();
            assertThat(fresh.isOver()).isTrue();
            assertThat(begun.isOver()).isTrue();
        }
    }

    @Test
    void cutsOffARequestThatIsNotOverWhenTheGraceIs() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Endpoint endpoint = new Endpoint(Environment.system(), 0, request -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException cutOff) {
                Thread.currentThread().interrupt();
            }
            return Response.json(200, Map.of());
        });
        HttpListener listener = HttpListener.serve(endpoint, HOST, 0, Duration.ofMillis(1));
        try (KeepAliveAgent agent = new KeepAliveAgent(listener.port())) {
            agent.begin("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            begun.await();

            listener.close();

            assertThatExceptionOfType(IOException.class).isThrownBy(agent::next);
        }
    }

    @Test
    void answersTheRequestsThatAnEndpointHolds() throws Exception {
        CountDownLatch begun = new CountDownLatch(UNDER_WAY);
        CountDownLatch answering = new CountDownLatch(1);
        Endpoint endpoint = new Endpoint(Environment.system(), 0, request -> {
            begun.countDown();
            try {
                answering.await();
            } catch (InterruptedException cutOff) {
                throw new IllegalStateException(cutOff);
            }
            return Response.json(200, Map.of("path", request.path()));
        });
        HttpListener listener = HttpListener.serve(endpoint, HOST, 0);
        List<KeepAliveAgent> agents = new ArrayList<>();
        for (int i = 0; i < UNDER_WAY; i++) {
            KeepAliveAgent agent = new KeepAliveAgent(listener.port());
            agent.begin("GET /" + i + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            agents.add(agent);
        }
        begun.await();
        int port = listener.port();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(listener::close);
        awaitRefusalOfConnections(port);
        answering.countDown();
        for (int i = 0; i < UNDER_WAY; i++) {
            Answer answer = agents.get(i).next();
            assertThat(Json.parseObject(answer.body())).containsEntry("path", "/" + i);
            assertThat(answer.header("Connection")).isEqualTo("close");
            agents.get(i).close();
        }
        closed.get();
    }

    private static Endpoint saying(String name) {
        return new Endpoint(Environment.system(), 0, request -> Response.json(200, Map.of("name", name)));
    }
}
