package io.sallyport.runtime.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Body;
import io.sallyport.http.Headers;
import io.sallyport.testing.Call;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestBodyTest {
    private static final int UNKNOWN = -1;

    private final Sent sent = new Sent();
    private long nanos = Long.MAX_VALUE - 7;

    @Test
    void hasNothingLeftOfABodyThatWasRead() throws Exception {
        sent.length = 10;
        RequestBody body = body(10);

        assertThat(body.whole().length()).isEqualTo(10);
        assertThat(body.drain()).isTrue();
    }

    @Test
    void hasNothingLeftOfChunksThatWereRead() throws Exception {
        sent.length = 10;
        RequestBody body = chunked();

        assertThat(body.whole().length()).isEqualTo(10);
        assertThat(body.drain()).isTrue();
    }

    /** RFC 9112 §6.3: there is a body only if a length or chunks are declared. */
    @Test
    void readsNothingWhereThereIsNoBody() {
        assertThat(body(UNKNOWN).drain()).isTrue();
        assertThat(body(0).drain()).isTrue();
        assertThat(sent.reads).isZero();
    }

    @Test
    void drainsABodyThatNoHandlerAskedFor() {
        sent.length = Body.MAX_COUNT;

        assertThat(body(Body.MAX_COUNT).drain()).isTrue();
        assertThat(sent.left()).isZero();
    }

    @Test
    void drainsChunksThatNoHandlerAskedFor() {
        sent.length = Body.MAX_COUNT;

        assertThat(chunked().drain()).isTrue();
        assertThat(sent.left()).isZero();
    }

    @Test
    void waitsForNothingOfABodyThatIsDeclaredTooLarge() {
        sent.length = Body.MAX_COUNT + 1;

        assertThat(body(Body.MAX_COUNT + 1).drain()).isFalse();
        assertThat(sent.reads).isZero();
    }

    @Test
    void waitsForNoRestOfABodyThatTurnedOutTooLarge() {
        sent.length = Body.MAX_COUNT + 2;
        RequestBody body = chunked();

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(body::whole)
                .returns(Reason.BODY_TOO_LARGE, Refused::reason);
        assertThat(body.drain()).isFalse();
        assertThat(sent.left()).isEqualTo(1);
    }

    @Test
    void drainsNoMoreThanIsReadOfAnyBody() {
        sent.length = Integer.MAX_VALUE;

        assertThat(chunked().drain()).isFalse();
        assertThat(sent.read).isEqualTo(Body.MAX_COUNT + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {UNKNOWN, 200_000})
    void lingersUntilTheEndOfTheBody(long declared) {
        sent.length = 200_000;
        RequestBody body = declared == UNKNOWN ? chunked() : body(declared);
        assertThat(body.drain()).isFalse();

        body.linger();

        assertThat(sent.left()).isZero();
    }

    @Test
    void lingersNoLongerThanItsBoundOverABodyWithoutEnd() {
        sent.length = Integer.MAX_VALUE;

        chunked().linger();

        assertThat(sent.read).isBetween(RequestBody.MAX_LINGERED, RequestBody.MAX_LINGERED + 8192);
    }

    /** RFC 9110 §10.1.1: the first read would request a body only to drop it. */
    @Test
    void asksForNoBodyThatWouldBeDropped() {
        sent.length = 10;
        RequestBody body = body(10, "Expect", "100-continue");

        assertThat(body.drain()).isFalse();
        body.linger();
        assertThat(sent.reads).isZero();
    }

    @Test
    void keepsAConnectionWhoseBodyWasAskedFor() throws Exception {
        sent.length = 10;
        RequestBody body = body(10, "Expect", "100-continue");

        assertThat(body.whole().length()).isEqualTo(10);
        assertThat(body.drain()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {UNKNOWN, 20})
    void keepsNoConnectionWhoseBodyBreaksOff(long declared) {
        sent.length = 10;
        sent.breaksOff = true;
        RequestBody body = declared == UNKNOWN ? chunked() : body(declared);

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(body::whole)
                .returns(Reason.MALFORMED_REQUEST, Refused::reason);
        assertThat(body.drain()).isFalse();
        sent.breaksOff = false;
        body.linger();
        assertThat(body.drain())
                .as("though the server now says that it has ended")
                .isFalse();
    }

    /** A byte now and then must not occupy a thread. */
    @Test
    void readsNoBodyThatTricklesForEver() {
        sent.length = Integer.MAX_VALUE;
        sent.largestRead = 1;
        sent.pause = Duration.ofSeconds(1);
        RequestBody body = body(60_000);

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(body::whole)
                .returns(Reason.MALFORMED_REQUEST, Refused::reason);
        assertThat(body.drain()).isFalse();
        assertThat(sent.reads).isEqualTo(Math.toIntExact(RequestBody.READING.toSeconds()) + 1);
    }

    @Test
    void lingersNoLongerThanItsTime() {
        sent.length = Integer.MAX_VALUE;
        sent.largestRead = 1;
        sent.pause = Duration.ofSeconds(1);
        RequestBody body = chunked();
        assertThat(body.drain()).isFalse();
        assertThat(sent.reads).isEqualTo(Math.toIntExact(RequestBody.READING.toSeconds()) + 1);
        sent.reads = 0;

        body.linger();

        assertThat(sent.reads).isEqualTo(Math.toIntExact(RequestBody.LINGERING.toSeconds()) + 1);
    }

    private RequestBody chunked() {
        return body(UNKNOWN, "Transfer-Encoding", "chunked");
    }

    private RequestBody body(long declared) {
        return new RequestBody(request(declared), Headers.NONE, this::now);
    }

    private RequestBody body(long declared, String header, String value) {
        return new RequestBody(request(declared), Headers.of(Map.of(header, List.of(value))), this::now);
    }

    private GoogleFrontEnd.Request request(long declared) {
        return new GoogleFrontEnd.Request(Call.bodiless("POST", "/"), sent, declared);
    }

    private long now() {
        return nanos;
    }

    /** A body on the wire, which counts the bytes that are read. */
    private final class Sent extends InputStream {
        private int length;
        private int read;
        private int reads;
        private int largestRead = Integer.MAX_VALUE;
        private boolean breaksOff;
        private Duration pause = Duration.ZERO;

        int left() {
            return length - read;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] buffer, int offset, int wanted) throws IOException {
            reads++;
            nanos += pause.toNanos();
            if (left() == 0) {
                if (breaksOff) {
                    throw new IOException("connection reset");
                }
                return -1;
            }
            int given = Math.min(Math.min(wanted, left()), largestRead);
            Arrays.fill(buffer, offset, offset + given, (byte) ' ');
            read += given;
            return given;
        }
    }
}
