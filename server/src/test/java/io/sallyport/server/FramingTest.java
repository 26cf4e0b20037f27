package io.sallyport.server;

import static io.sallyport.server.ServerFixture.LOGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.json.Json;
import io.sallyport.testing.KeepAliveAgent;
import io.sallyport.testing.RawHttp.Answer;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a request ends. If a proxy in front parsed one of these differently, a caller could hide a request in another's
 * (RFC 9112 §11.2); so each is refused, and what follows on the connection is never read.
 */
@Timeout(60)
@ExtendWith(SharedStageFixture.class)
class FramingTest {
    private static final String HIDDEN = "GET /.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String HEAD =
            "POST " + LOGIN + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

    private static ServerFixture stage;

    @BeforeAll
    static void serve(ServerFixture shared) {
        stage = shared;
    }

    static Stream<Arguments> refusesARequestWith() {
        return Stream.of(
                arguments("a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"),
                arguments("two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "),
                arguments("one length twice", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
                arguments("a list of lengths", "Content-Length: 2, 2\r\n\r\n{}"),
                arguments("a length with a sign", "Content-Length: +2\r\n\r\n{}"),
                arguments("a negative length", "Content-Length: -2\r\n\r\n{}"),
                arguments("a hexadecimal length", "Content-Length: 0x2\r\n\r\n{}"),
                arguments("a length of many digits", "Content-Length: 99999999999999999999\r\n\r\n{}"),
                arguments("a length on a folded line", "Content-Length:\r\n 2\r\n\r\n{}"),
                arguments("a folded line", "X-Some: a\r\n b\r\nContent-Length: 2\r\n\r\n{}"),
                arguments("a line that ends with LF alone", "X-Some: a\nContent-Length: 2\r\n\r\n{}"),
                arguments("a head that ends with LF alone", "Content-Length: 2\n\n{}"),
                arguments("a CR within a line", "X-Some: a\rContent-Length: 2\r\n\r\n{}"),
                arguments("a NUL within a line", "X-Some: a\0\r\nContent-Length: 2\r\n\r\n{}"),
                arguments("a space before the colon", "Content-Length : 2\r\n\r\n{}"),
                arguments("chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                arguments("chunks within another coding", "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
                arguments("a coding that is none", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                arguments("a vertical tab before the coding", "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n"),
                arguments(
                        "the coding identity and a length",
                        "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}"),
                arguments("a chunk without a length", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
                arguments("a chunk of negative length", "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n"),
                arguments("a chunk that ends with LF alone", "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n"),
                arguments(
                        "a chunk whose length overflows",
                        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffff2\r\n{}\r\n0\r\n\r\n"),
                arguments("bytes behind a chunk", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n"),
                arguments("a chunk that ends nowhere", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n"),
                arguments(
                        "a chunk whose data ends with LF alone",
                        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\n0\r\n\r\n"),
                arguments(
                        "a quoted line end in a chunk's extension",
                        "Transfer-Encoding: chunked\r\n\r\n2;a=\"\r\n{}\"\r\n0\r\n\r\n"),
                arguments(
                        "a chunk's extension that ends with LF alone",
                        "Transfer-Encoding: chunked\r\n\r\n2;a\n{}\r\n0\r\n\r\n"),
                arguments(
                        "a chunk's extension with a CR", "Transfer-Encoding: chunked\r\n\r\n2;a\rb\r\n{}\r\n0\r\n\r\n"),
                arguments(
                        "a folded line in the trailer",
                        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n a: b\r\n\r\n"),
                arguments("a second host", "Host: other\r\nContent-Length: 2\r\n\r\n{}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesARequestWith(String flaw, String rest) throws Exception {
        assertRefusedAndClosed(HEAD + rest, 400, "BadRequest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET http://other/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a/../../b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a/../b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a/./b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a/. HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a/b/.. HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a/%2e%2e/b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a;b/c HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET //a HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a%25b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a\\b HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                "GET /a%2fb HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a%ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "\u0016\u0003\u0001 a TLS handshake\r\n\r\n"
            })
    void refusesWhatHasNoShape(String request) throws Exception {
        assertRefusedAndClosed(request, 400, "BadRequest");
    }

    static Stream<Arguments> answersInTheFormOfEveryOtherError() {
        String host = "Host: localhost\r\n";
        return Stream.of(
                arguments("GET /" + "a".repeat(40_000) + " HTTP/1.1\r\n" + host + "\r\n", 414, "URITooLong"),
                arguments(
                        "GET / HTTP/1.1\r\n" + host + "X-Some: " + "a".repeat(40_000) + "\r\n\r\n",
                        431,
                        "RequestHeaderFieldsTooLarge"),
                arguments(
                        "PATCH / HTTP/1.1\r\n" + host + "X-Some: a\r\n".repeat(4_000) + "\r\n",
                        431,
                        "RequestHeaderFieldsTooLarge"),
                arguments(HEAD + "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}", 417, "ExpectationFailed"),
                arguments("GET /\r\n\r\n", 505, "HTTPVersionNotSupported"),
                arguments("GET / HTTP/0.9\r\n\r\n", 505, "HTTPVersionNotSupported"),
                arguments("GET / HTTP/1.2\r\n" + host + "\r\n", 505, "HTTPVersionNotSupported"),
                arguments("GET / HTTP/3.7\r\n" + host + "\r\n", 505, "HTTPVersionNotSupported"));
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource
    void answersInTheFormOfEveryOtherError(String request, int status, String error) throws Exception {
        assertRefusedAndClosed(request, status, error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/favicon.ico", "/robots.txt"})
    void hasNothingWhereBrowsersAndCrawlersLook(String path) throws Exception {
        try (KeepAliveAgent agent = new KeepAliveAgent(stage.server().port())) {
            assertError(agent.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), 404, "NotFound");
        }
    }

    private static void assertRefusedAndClosed(String request, int status, String error) throws Exception {
        try (KeepAliveAgent agent = new KeepAliveAgent(stage.server().port())) {
            agent.begin(request + HIDDEN);
            Answer answer = agent.next();
            assertError(answer, status, error);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(agent.isOver()).as("nothing else is answered").isTrue();
        }
    }

    private static void assertError(Answer answer, int status, String error) throws Exception {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        Map<String, Object> body = Json.parseObject(answer.body());
        assertThat(body)
                .containsOnlyKeys("reqId", "statusCode", "message", "error")
                .containsEntry("statusCode", (long) status)
                .containsEntry("error", error);
        assertThat(String.valueOf(body.get("reqId"))).matches("req-[A-Za-z0-9_-]{22}");
    }
}
