package io.sallyport.identity.document;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.identity.SessionCutoffs;
import io.sallyport.method.provider.Providers;
import io.sallyport.testing.Generator;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkTimeTest {
    private static final IdentityId ID = new IdentityId("payments");

    @ParameterizedTest
    @CsvSource({
        "2026-11-30T16:29:31.123Z, 2026-11-30T16:29:31.123Z",
        "2026-11-30T16:29:31.000Z, 2026-11-30T16:29:31Z",
        "2026-11-30T16:29:31Z, 2026-11-30T16:29:31.999Z",
        "2028-02-29T00:00:00.001Z, 2028-02-29T00:00:00.001Z",
        "1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z"
    })
    void reads(String text, Instant mark) {
        assertThat(MarkTime.parse(text)).contains(mark);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "now",
                "1772366400",
                "2026-11-30",
                "2026-11-30T16:29:31",
                "2026-11-30T16:29:31.1Z",
                "2026-11-30T16:29:31.123456Z",
                "2026-11-30T16:29:31.123z",
                "2026-11-30t16:29:31.123Z",
                "2026-11-30 16:29:31.123Z",
                "2026-11-30T16:29:31,123Z",
                "2026-11-30T16:29:31+00:00",
                "2026-11-30T16:29:60Z",
                "2026-11-30T24:00:00Z",
                "2026-02-29T00:00:00.000Z",
                "2026-13-01T00:00:00.000Z",
                "2026-00-01T00:00:00.000Z",
                "1969-12-31T23:59:59.999Z",
                "0000-01-01T00:00:00.000Z",
                "-026-11-30T16:29:31.123Z",
                "+026-11-30T16:29:31.123Z",
                "٢٠٢٦-11-30T16:29:31.123Z",
                " 2026-11-30T16:29:31.123Z"
            })
    void refuses(String text) {
        assertThat(MarkTime.parse(text)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Providers.DOCUMENTS.read(ID, Map.of("notBefore", text)))
                .withMessageContaining("notBefore must be");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Providers.DOCUMENTS.read(ID, Map.of("methodNotBefore", Map.of("azure", text))))
                .withMessageContaining("azure must be");
    }

    @Test
    void givesBackWhatItWrote() {
        forAll(1000, Generator.longs(0, 253_402_300_799_999L), millis -> {
            SessionCutoffs marks = SessionCutoffs.NONE.upTo(Instant.ofEpochMilli(millis));
            Identity marked = Providers.DOCUMENTS.read(ID, Map.of()).with(marks);
            assertThat(Providers.DOCUMENTS
                            .read(ID, Providers.DOCUMENTS.write(marked))
                            .cutoffs())
                    .isEqualTo(marks);
        });
    }
}
