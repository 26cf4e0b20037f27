package io.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class BodyTest {
    @Test
    void holdsAsManyBytesAsItSays() throws Exception {
        assertThat(Body.MAX_COUNT).isEqualTo(65_536);
        assertThat(Body.of(new byte[Body.MAX_COUNT]).length()).isEqualTo(Body.MAX_COUNT);
        assertThat(Body.of("a".repeat(Body.MAX_COUNT)).length()).isEqualTo(Body.MAX_COUNT);
        assertThat(Body.read(new ByteArrayInputStream(new byte[Body.MAX_COUNT]), -1)
                        .length())
                .isEqualTo(Body.MAX_COUNT);
    }

    @Test
    void refusesOneByteMore() {
        assertTooLarge(() -> Body.of(new byte[Body.MAX_COUNT + 1]));
        assertTooLarge(() -> Body.of("a".repeat(Body.MAX_COUNT + 1)));
        assertTooLarge(() -> Body.read(new ByteArrayInputStream(new byte[Body.MAX_COUNT + 1]), -1));
    }

    @Test
    void countsBytesAndNotCharacters() throws Exception {
        assertThat(Body.of("å".repeat(Body.MAX_COUNT / 2)).length()).isEqualTo(Body.MAX_COUNT);
        assertTooLarge(() -> Body.of("å".repeat(Body.MAX_COUNT / 2) + "a"));
    }

    @Test
    void readsNoFurtherThanOneByteBeyondTheLimit() {
        Endless endless = new Endless();

        assertTooLarge(() -> Body.read(endless, -1));

        assertThat(endless.given).isEqualTo(Body.MAX_COUNT + 1);
    }

    @Test
    void refusesAStreamThatBreaksOff() {
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[10]), new Broken());

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Body.read(broken, -1))
                .returns(Reason.MALFORMED_REQUEST, Refused::reason);
    }

    @Test
    void readsAsMuchAsWasDeclared() throws Exception {
        byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
        assertThat(Body.read(new ByteArrayInputStream(bytes), 2).bytes()).isEqualTo(bytes);
        assertThat(Body.read(new ByteArrayInputStream(new byte[0]), 0).length()).isZero();
        assertThat(Body.read(new ByteArrayInputStream(new byte[Body.MAX_COUNT]), Body.MAX_COUNT)
                        .length())
                .isEqualTo(Body.MAX_COUNT);
        Endless unread = new Endless();
        assertTooLarge(() -> Body.read(unread, Body.MAX_COUNT + 1L));
        assertTooLarge(() -> Body.read(unread, Long.MAX_VALUE));
        assertThat(unread.given).isZero();
    }

    @Test
    void takesWhatThereIsOfWhatWasDeclared() throws Exception {
        assertThat(Body.read(new ByteArrayInputStream(new byte[2]), 3).length()).isEqualTo(2);
    }

    @Test
    void keepsWhatItWasGiven() throws Exception {
        byte[] given = "{}".getBytes(StandardCharsets.UTF_8);
        Body body = Body.of(given);

        given[0] = 'x';
        body.bytes()[1] = 'x';

        assertThat(body.bytes()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tellsItsLengthOnly() throws Exception {
        assertThat(Body.of("canary")).hasToString("Body[6 bytes]");
    }

    private static void assertTooLarge(ThrowingCallable making) {
        assertThatExceptionOfType(Refused.class).isThrownBy(making).returns(Reason.BODY_TOO_LARGE, Refused::reason);
    }

    private static final class Endless extends InputStream {
        private long given;

        @Override
        public int read() {
            given++;
            return 'a';
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            given += length;
            return length;
        }
    }

    private static final class Broken extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            throw new IOException("connection reset");
        }
    }
}
