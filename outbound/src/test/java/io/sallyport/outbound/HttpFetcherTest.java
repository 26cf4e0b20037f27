package io.sallyport.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sallyport.jwt.Fetcher.Fetched;
import io.sallyport.runtime.TrustedByDefault;
import io.sallyport.testing.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class HttpFetcherTest {
    private static final String OK = "HTTP/1.1 200 OK";
    private static final int MAX_SIZE = 512 * 1024;
    private static final long TEN_SECONDS = 10_000_000_000L;

    private final HttpFetcher fetcher = HttpFetcher.plainHttpToo(() -> 0);

    @Test
    void getsADocument() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 14", "", "{\"keys\": \"\303\245\"}")) {
            assertThat(fetcher.get(server.uri())).isEqualTo(new Fetched(200, -1, "{\"keys\": \"å\"}"));
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /keys HTTP/1.1\r\n")
                    .contains("\r\nAccept: application/jwk-set+json, application/json\r\n");
        }
    }

    @Test
    void getsADocumentInChunks() throws Exception {
        try (RawServer server =
                RawServer.answering(OK, "Transfer-Encoding: chunked", "", "3", "{\"a", "4", "\":1}", "0", "", "")) {
            assertThat(fetcher.get(server.uri()).body()).isEqualTo("{\"a\":1}");
        }
    }

    @Test
    void getsADocumentThatEndsWithTheConnection() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Connection: close", "", "{}")) {
            assertThat(fetcher.get(server.uri()).body()).isEqualTo("{}");
        }
    }

    @Test
    void takesHttpsOnlyUnlessToldOtherwise() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 2", "", "{}")) {
            assertThatIOException()
                    .isThrownBy(() -> HttpFetcher.overTls(() -> 0).get(server.uri()));
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/hostname",
                "ftp://127.0.0.1/a",
                "jar:file:///a.jar!/b",
                "HTTP://127.0.0.1/",
                "/keys",
                "a"
            })
    void takesNoOtherScheme(String uri) {
        assertThatIOException().isThrownBy(() -> fetcher.get(URI.create(uri)));
    }

    @Test
    void trustsNoCertificateThatThePlatformDoesNot(@TempDir Path directory) throws Exception {
        try (RawServer server = new RawServer(
                selfSigned(directory), out -> out.write((OK + "\r\n\r\n{}").getBytes(StandardCharsets.UTF_8)))) {
            assertThatExceptionOfType(SSLHandshakeException.class)
                    .isThrownBy(() -> HttpFetcher.overTls(() -> 0).get(server.uri("https")));
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void postsWhatOthersSignedWithTheirHeaders() throws Exception {
        try (RawServer server = RawServer.answering("HTTP/1.1 403 Forbidden", "Content-Length: 2", "", "{}")) {
            assertThat(fetcher.post(
                            server.uri(),
                            Map.of("Content-Type", "text/plain", "X-Amz-Date", "20260301T120000Z"),
                            "Action=x".getBytes(StandardCharsets.US_ASCII)))
                    .isEqualTo(new Fetched(403, -1, "{}"));
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .startsWith("POST /keys HTTP/1.1\r\n")
                    .contains("\r\nContent-Type: text/plain\r\n", "\r\nX-Amz-Date: 20260301T120000Z\r\n")
                    .contains("\r\nAccept: application/json\r\n", "\r\nContent-Length: 8\r\n");
        }
    }

    /** 307 and 308 keep method and body. */
    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void postsToNoRedirect(int status) throws Exception {
        try (RawServer target = RawServer.answering(OK, "Content-Length: 2", "", "{}");
                RawServer server = RawServer.answering(
                        "HTTP/1.1 " + status + " Moved", "Location: " + target.uri(), "Content-Length: 2", "", "{}")) {
            assertThat(fetcher.post(server.uri(), Map.of(), new byte[1]).status())
                    .isEqualTo(status);
            assertThat(target.requests()).isEmpty();
        }
    }

    @Test
    void postsForAnAnswerOf64KiBAtMost() throws Exception {
        int most = 64 * 1024;
        try (RawServer server = RawServer.answering(OK, "Connection: close", "", " ".repeat(most - 2) + "{}")) {
            assertThat(fetcher.post(server.uri(), Map.of(), new byte[1]).body()).hasSize(most);
        }
        try (RawServer server = RawServer.answering(OK, "Connection: close", "", " ".repeat(most - 1) + "{}")) {
            assertThatIOException().isThrownBy(() -> fetcher.post(server.uri(), Map.of(), new byte[1]));
        }
    }

    @Test
    void postsOverHttpsOnlyUnlessToldOtherwise() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 2", "", "{}")) {
            assertThatIOException()
                    .isThrownBy(() -> HttpFetcher.overTls(() -> 0).post(server.uri(), Map.of(), new byte[1]));
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void followsNoRedirect(int status) throws Exception {
        try (RawServer target = RawServer.answering(OK, "Content-Length: 2", "", "{}");
                RawServer server = RawServer.answering(
                        "HTTP/1.1 " + status + " Moved",
                        "Location: " + target.uri(),
                        "Cache-Control: max-age=60",
                        "Content-Length: 2",
                        "",
                        "{}")) {
            assertThat(fetcher.get(server.uri())).isEqualTo(new Fetched(status, -1, ""));
            assertThat(target.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 304, 400, 401, 403, 404, 429, 500, 503})
    void tellsTheStatusAloneWhenThereIsNoDocument(int status) throws Exception {
        try (RawServer server = RawServer.answering(
                "HTTP/1.1 " + status + " Status", "Cache-Control: max-age=60", "Connection: close", "", "")) {
            assertThat(fetcher.get(server.uri())).isEqualTo(new Fetched(status, -1, ""));
        }
    }

    @Test
    void takesADocumentOfTheLargestSize() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: " + MAX_SIZE, "", "a".repeat(MAX_SIZE))) {
            assertThat(fetcher.get(server.uri()).body()).hasSize(MAX_SIZE);
        }
    }

    /** At once, since none of it will arrive. */
    @Test
    void refusesALargerOneThatIsDeclared() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\nContent-Length: " + (MAX_SIZE + 1) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            await(refused);
        })) {
            assertThatIOException()
                    .isThrownBy(() -> fetcher.get(server.uri()))
                    .isNotInstanceOf(SocketTimeoutException.class)
                    .withMessageContaining("larger");
            refused.countDown();
        }
    }

    @Test
    void refusesALargerOneThatIsNotDeclared() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Connection: close", "", "a".repeat(MAX_SIZE + 1))) {
            assertThatIOException().isThrownBy(() -> fetcher.get(server.uri()));
        }
    }

    @Test
    void refusesADocumentWithoutEnd() throws Exception {
        AtomicLong chunks = new AtomicLong();
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\nTransfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            byte[] chunk = ("1000\r\n" + "a".repeat(4096) + "\r\n").getBytes(StandardCharsets.UTF_8);
            while (true) {
                out.write(chunk);
                chunks.incrementAndGet();
            }
        })) {
            assertThatIOException().isThrownBy(() -> fetcher.get(server.uri()));
        }
        assertThat(chunks.get()).isLessThan(100_000);
    }

    @Test
    void refusesADocumentThatBreaksOff() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 3", "", "{}")) {
            assertThatIOException().isThrownBy(() -> fetcher.get(server.uri()));
        }
        try (RawServer server = RawServer.answering(OK, "Transfer-Encoding: chunked", "", "3", "{}")) {
            assertThatIOException().isThrownBy(() -> fetcher.get(server.uri()));
        }
        try (RawServer server = RawServer.answering(OK, "Transfer-Encoding: chunked", "", "2", "{}", "")) {
            assertThatIOException().isThrownBy(() -> fetcher.get(server.uri()));
        }
    }

    @Test
    void refusesWhatIsNotHttp() throws Exception {
        try (RawServer server = RawServer.answering("SSH-2.0-server", "", "")) {
            assertThatIOException().isThrownBy(() -> fetcher.get(server.uri()).body());
        }
    }

    @Test
    void refusesAnEmptyAnswer() throws Exception {
        try (RawServer server = RawServer.answering("")) {
            assertThatIOException().isThrownBy(() -> fetcher.get(server.uri()));
        }
    }

    @Test
    void givesUpOnADocumentThatTrickles() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 2", "", "{}")) {
            assertThat(HttpFetcher.plainHttpToo(clock(0, TEN_SECONDS))
                            .get(server.uri())
                            .body())
                    .isEqualTo("{}");
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() ->
                            HttpFetcher.plainHttpToo(clock(0, TEN_SECONDS + 1)).get(server.uri()));
        }
    }

    /** One byte at a time, so that no single read takes long. */
    @ParameterizedTest(name = "after \"{0}\"")
    @ValueSource(strings = {"HTTP/1.1", OK + "\r\n", OK + "\r\nX-Padding: ", OK + "\r\nConnection: close\r\n\r\n"})
    void givesUpOnWhateverTrickles(String before) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = new RawServer(out -> {
            out.write(before.getBytes(StandardCharsets.UTF_8));
            while (true) {
                out.write('a');
                out.flush();
                pause(never);
            }
        })) {
            HttpFetcher impatient = HttpFetcher.plainHttpToo(Duration.ofMillis(200));
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> impatient.get(server.uri()));
            // And the connection is closed; otherwise the server would keep writing and this test would not end.
        }
    }

    @Test
    void givesUpOnAnAnswerToAPostThatTrickles() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            while (true) {
                out.write(' ');
                out.flush();
                pause(never);
            }
        })) {
            HttpFetcher impatient = HttpFetcher.plainHttpToo(Duration.ofMillis(200));
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> impatient.post(server.uri(), Map.of(), new byte[1]));
        }
    }

    @SuppressWarnings("try") // What is trusted is trusted while it is open.
    @ParameterizedTest(name = "after \"{0}\"")
    @ValueSource(strings = {"HTTP/1.1", OK + "\r\nX-Padding: ", OK + "\r\nConnection: close\r\n\r\n"})
    void givesUpOnWhateverTricklesOverTls(String before, @TempDir Path directory) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = new RawServer(TrustedByDefault.serverSocket(directory), out -> {
                    out.write(before.getBytes(StandardCharsets.UTF_8));
                    while (true) {
                        out.write('a');
                        out.flush();
                        pause(never);
                    }
                });
                TrustedByDefault trusted = new TrustedByDefault(directory)) {
            HttpFetcher impatient = HttpFetcher.plainHttpToo(Duration.ofMillis(500));
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> impatient.get(server.uri("https")));
        }
    }

    @Test
    void givesUpOnATlsHandshakeThatTrickles() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> trickleARecord(socket));
            server.start();
            HttpFetcher impatient = HttpFetcher.plainHttpToo(Duration.ofMillis(200));
            URI uri = URI.create("https://127.0.0.1:" + socket.getLocalPort() + "/keys");
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> impatient.get(uri));
            server.join();
        }
    }

    /** The head of a 16 KiB handshake record, and then its bytes one by one. */
    private static void trickleARecord(ServerSocket socket) {
        CountDownLatch never = new CountDownLatch(1);
        try (Socket caller = socket.accept()) {
            caller.getOutputStream().write(new byte[] {22, 3, 3, 64, 0});
            while (true) {
                caller.getOutputStream().write(2);
                pause(never);
            }
        } catch (IOException e) {
            // The caller gave up.
        }
    }

    /** {@code System.nanoTime} has an arbitrary origin and may overflow. */
    @Test
    void keepsItsDeadlineWhereverTheClockBegins() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 2", "", "{}")) {
            long start = Long.MAX_VALUE - 1;
            assertThat(HttpFetcher.plainHttpToo(clock(start, start))
                            .get(server.uri())
                            .body())
                    .isEqualTo("{}");
            assertThat(HttpFetcher.plainHttpToo(clock(start, start + TEN_SECONDS))
                            .get(server.uri())
                            .body())
                    .isEqualTo("{}");
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> HttpFetcher.plainHttpToo(clock(start, start + TEN_SECONDS + 1))
                            .get(server.uri()));
        }
    }

    @ParameterizedTest(name = "{0}, age {1}: {2}")
    @CsvSource({
        "max-age=3600, , 3600",
        "'public, max-age=19302, must-revalidate, no-transform', , 19302",
        "'MAX-AGE=60', , 60",
        "max-age=0, , 0",
        "max-age=3600, 600, 3000",
        "max-age=3600, 3600, 0",
        "max-age=3600, 9999, 0",
        "max-age=3600, -5, 3600",
        "max-age=3600, old, 3600",
        "no-store, , 0",
        "no-cache, , 0",
        "'max-age=3600, no-store', , 0",
        "'no-cache, max-age=3600', , 0",
        "private, , -1",
        "s-maxage=60, , -1",
        "max-age, , -1",
        "max-age=, , -1",
        "max-age=soon, , -1",
        "max-age=-60, , -1",
        "max-age=1.5, , -1",
        "max-age=99999999999, , -1",
        "'', , -1",
        "'max-age=9999999999', , 9999999999"
    })
    void tellsHowLongTheDocumentMayBeKept(String cacheControl, String age, long expected) throws Exception {
        try (RawServer server = RawServer.answering(
                OK,
                "Cache-Control: " + cacheControl,
                age == null ? "X-Age: none" : "Age: " + age,
                "Content-Length: 2",
                "",
                "{}")) {
            assertThat(fetcher.get(server.uri()).maxAgeSeconds()).isEqualTo(expected);
        }
    }

    /** RFC 9110 §5.3: lines of one name are one list. */
    @Test
    void keepsNothingThatOneOfSeveralLinesForbids() throws Exception {
        try (RawServer server = RawServer.answering(
                OK, "Cache-Control: no-store", "Cache-Control: max-age=3600", "Content-Length: 2", "", "{}")) {
            assertThat(fetcher.get(server.uri()).maxAgeSeconds()).isZero();
        }
    }

    @Test
    void refusesWhatIsNotUtf8() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 3", "", "\"\345\"")) {
            assertThatIOException().isThrownBy(() -> fetcher.get(server.uri()));
        }
    }

    @Test
    void failsWhereNothingListens() throws Exception {
        URI unreachable;
        try (RawServer closed = RawServer.answering(OK)) {
            unreachable = closed.uri();
        }

        assertThatIOException().isThrownBy(() -> fetcher.get(unreachable));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(CountDownLatch never) {
        try {
            assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static LongSupplier clock(long first, long then) {
        AtomicLong next = new AtomicLong(first);
        return () -> next.getAndSet(then);
    }

    private static ServerSocket selfSigned(Path directory) throws Exception {
        return TrustedByDefault.serverSocket(directory);
    }
}
