package io.sallyport.outbound.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.json.Json;
import io.sallyport.settings.Variables;
import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.LambdaCredentials;
import io.sallyport.simulated.aws.SimulatedAws;
import io.sallyport.simulated.aws.TemporaryCredentials;
import io.sallyport.testing.RawServer;
import io.sallyport.testing.TestClock;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ContainerCredentialsTest {
    private static final AwsSession FUNCTION = new AwsSession("123456789012", "sallyport", "gcp-login");
    private static final String OK = "HTTP/1.1 200 OK";

    private final TestClock clock = new TestClock();
    private final SimulatedAws aws = SimulatedAws.start(clock);
    private final LambdaCredentials endpoint = aws.lambda(FUNCTION);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        aws.close();
    }

    private ContainerCredentials at(URI uri, String token) {
        return new ContainerCredentials(new PlatformEndpoint(uri), () -> token, clock);
    }

    private ContainerCredentials credentials() {
        return at(endpoint.uri(), endpoint.token());
    }

    @Test
    void givesTheKeysThatThereAreNow() throws Exception {
        ContainerCredentials credentials = credentials();
        assertThat(credentials.get()).isEqualTo(keys(endpoint.current()));
        endpoint.rotate();
        assertThat(credentials.get()).isEqualTo(keys(endpoint.current()));
    }

    private static AwsKeys keys(TemporaryCredentials current) {
        return new AwsKeys(current.accessKeyId(), current.secretAccessKey(), current.sessionToken());
    }

    @Test
    void givesKeysUntilTheInstantOfTheirExpiration() throws Exception {
        clock.advance(Duration.ofHours(1).minusNanos(1));
        assertThat(credentials().get()).isEqualTo(keys(endpoint.current()));
        clock.advance(Duration.ofNanos(1));
        assertNone(credentials(), "keys that have expired");
    }

    /** Lambda sends fractions of seconds, others an offset. */
    @ParameterizedTest
    @ValueSource(strings = {"2026-12-31T00:00:00Z", "2026-12-31T00:00:00.123456Z", "2026-12-31T00:00:00+02:00"})
    void readsEveryFormOfExpiration(String expiration) throws Exception {
        endpoint.behaviour().answerWith(answer("Expiration", expiration));
        assertThat(credentials().get().accessKeyId()).isEqualTo("ASIAX");
    }

    private static String answer(String name, Object value) {
        Map<String, Object> answer = new HashMap<>(Map.of(
                "AccessKeyId",
                "ASIAX",
                "SecretAccessKey",
                "canary",
                "Token",
                "t",
                "Expiration",
                "2026-12-31T00:00:00Z"));
        answer.put(name, value);
        return Json.writeString(answer);
    }

    @ParameterizedTest
    @CsvSource({"AccessKeyId", "SecretAccessKey", "Token", "Expiration"})
    void takesNoAnswerWithoutAllOfIt(String name) {
        for (Object wrong : new Object[] {"", 7L, true, "canary\r\nX-Evil: 1", "c\u00e4nary"}) {
            endpoint.behaviour().answerWith(answer(name, wrong));
            assertNone(credentials(), "an answer without " + name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomorrow", "1798761600", "2026-12-31"})
    void takesNoOtherTime(String expiration) {
        endpoint.behaviour().answerWith(answer("Expiration", expiration));
        assertNone(credentials(), "keys with an Expiration that is no time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "[]", "{", "{\"AccessKeyId\": \"a\", \"AccessKeyId\": \"b\"}"})
    void takesNothingButOneJsonObject(String body) {
        endpoint.behaviour().answerWith(body);
        assertNone(credentials(), "an answer that is not JSON");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 429, 500, 503})
    void takesNoOtherStatus(int status) {
        endpoint.behaviour().fail(status);
        assertNone(credentials(), "HTTP status " + status);
    }

    @Test
    void getsNothingWithAnotherToken() {
        assertNone(at(endpoint.uri(), "another"), "HTTP status 401");
    }

    /** The token would be sent to wherever the answer points. */
    @Test
    void followsNoRedirect() {
        LambdaCredentials elsewhere = aws.lambda(FUNCTION);
        endpoint.behaviour().redirectTo(elsewhere.uri());
        assertNone(credentials(), "HTTP status 302");
        assertThat(elsewhere.requests()).isZero();
    }

    @Test
    void takesNoAnswerThatBrokeOff() {
        endpoint.behaviour().truncate();
        assertNone(credentials(), "IOException");
    }

    @Test
    void takesNoAnswerThatNeverEnds() throws Exception {
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(new byte[4096]);
            }
        })) {
            assertNone(at(server.uri(), "token"), "IOException");
        }
    }

    @Test
    void waitsForNoAnswerThatTrickles() throws Exception {
        AtomicLong nanos = new AtomicLong();
        try (RawServer server = new RawServer(out -> {
            out.write((OK + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            while (true) {
                nanos.addAndGet(PlatformEndpoint.WHOLE.toNanos());
                out.write(' ');
            }
        })) {
            assertTimeout(new PlatformEndpoint(server.uri(), nanos::get));
        }
    }

    @Test
    void waitsForNoAnswerThatDoesNotCome() throws Exception {
        AtomicLong calls = new AtomicLong();
        endpoint.behaviour().hold();
        // Nearly all of the time has passed when the request is sent.
        assertTimeout(new PlatformEndpoint(
                endpoint.uri(),
                () -> calls.getAndIncrement() == 0 ? 0 : PlatformEndpoint.WHOLE.toNanos() - 50_000_000));
    }

    private void assertTimeout(PlatformEndpoint slow) {
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> new ContainerCredentials(slow, () -> "token", clock).get());
    }

    @Test
    void couldNotReachIt() {
        ContainerCredentials credentials = credentials();
        aws.close();
        assertNone(credentials, "ConnectException");
    }

    // The token.

    @Test
    void readsTheTokensFileAnewEachTime() throws Exception {
        LambdaCredentials endpoint = SimulatedAws.start(() -> Instant.EPOCH).lambda(FUNCTION);
        Path file = Files.writeString(folder.resolve("token"), "old");
        ContainerCredentials credentials = read(Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                endpoint.uri().toString(),
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                file.toString()));
        assertNone(credentials, "HTTP status 401");
        Files.writeString(file, endpoint.token() + "\n");
        // Long ago by the system clock, so the test clock was used.
        assertNone(credentials, "keys that have expired");
        endpoint.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "canary\r\nX-Evil: 1", "c\u00e4nary"})
    void sendsNoTokenOfTheFileThatIsNone(String content) throws Exception {
        Path file = Files.writeString(folder.resolve("token"), content);
        ContainerCredentials credentials = read(Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                endpoint.uri().toString(),
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                file.toString()));
        assertUnreadable(credentials);
        Files.writeString(file, "t".repeat(8193));
        assertUnreadable(credentials);
        Files.delete(file);
        assertUnreadable(credentials);
        assertThat(endpoint.requests()).isZero();
    }

    private static void assertUnreadable(ContainerCredentials credentials) {
        assertThatExceptionOfType(NoAccessTokenException.class)
                .isThrownBy(credentials::get)
                .withMessageEndingWith("holds no token that can be read");
    }

    /** As on ECS: only the task knows its address. */
    @Test
    void sendsNoTokenWhereThereIsNone() throws Exception {
        try (RawServer server = RawServer.answering(OK, "Content-Length: 2", "", "{}")) {
            assertNone(at(server.uri(), ""), "an answer without AccessKeyId");
            assertThat(server.requests()).singleElement().asString().doesNotContain("Authorization");
        }
    }

    private static ContainerCredentials read(Map<String, String> variables) {
        Variables read = new Variables(variables);
        ContainerCredentials credentials = ContainerCredentials.read(read).orElseThrow();
        read.check();
        return credentials;
    }

    private static void assertNone(ContainerCredentials credentials, String why) {
        assertThatExceptionOfType(NoAccessTokenException.class)
                .isThrownBy(credentials::get)
                .withMessage("no access token for Google Cloud: from 127.0.0.1, " + why)
                .satisfies(e -> assertThat(e.toString()).doesNotContain("canary"))
                .withNoCause();
    }
}
