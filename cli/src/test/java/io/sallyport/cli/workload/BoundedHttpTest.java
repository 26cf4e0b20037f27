package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BoundedHttpTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final int MAX_SIZE = 64 * 1024;

    /** What a server sends to its only caller. */
    @FunctionalInterface
    private interface Script {
        void send(OutputStream out) throws IOException;
    }

    private static BoundedHttp.Answer ask(BoundedHttp http, Script script) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> serve(socket, script));
            server.start();
            URI uri = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/token");
            try {
                return http.post("CODE", "the server", uri, Map.of("a", "b"));
            } finally {
                // It ends only when its caller hangs up.
                server.join();
            }
        }
    }

    private static void serve(ServerSocket socket, Script script) {
        try (Socket caller = socket.accept()) {
            script.send(caller.getOutputStream());
            caller.getInputStream().readAllBytes();
        } catch (IOException e) {
            // The caller gave up.
        }
    }

    /** One byte at a time, so that no single read takes long. */
    @ParameterizedTest(name = "after \"{0}\"")
    @ValueSource(strings = {"HTTP/1.1 200 ", OK, OK + "X-Padding: ", OK + "Connection: close\r\n\r\n"})
    void givesUpOnWhateverTrickles(String before) {
        CountDownLatch never = new CountDownLatch(1);
        assertThatExceptionOfType(NoTokenException.class)
                .isThrownBy(() -> ask(BoundedHttp.direct(Duration.ofMillis(500)), out -> {
                    out.write(before.getBytes(UTF_8));
                    while (true) {
                        out.write('a');
                        out.flush();
                        pause(never);
                    }
                }))
                .withMessageContaining("the server cannot be reached");
    }

    private static void pause(CountDownLatch never) {
        try {
            assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void takesAnAnswerOfTheLargestSizeAndNoLargerOne() throws Exception {
        assertThat(ask(BoundedHttp.direct(), out -> send(out, MAX_SIZE)).body()).hasSize(MAX_SIZE);
        assertThatExceptionOfType(NoTokenException.class)
                .isThrownBy(() -> ask(BoundedHttp.direct(), out -> send(out, MAX_SIZE + 1)))
                .withMessageContaining("more than 65536 bytes");
    }

    private static void send(OutputStream out, int length) throws IOException {
        out.write((OK + "Connection: close\r\nContent-Length: " + length + "\r\n\r\n").getBytes(UTF_8));
        out.write("a".repeat(length).getBytes(UTF_8));
    }
}
