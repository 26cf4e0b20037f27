package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuotedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "build-7 | \"build-7\"",
                "a b | \"a b\"",
                "`` | \"\"",
                "a\"b | \"a\\\"b\"",
                "a\\b | \"a\\\\b\"",
                "a\\\" | \"a\\\\\\\"\"",
                "å | \"\\u00e5\"",
                "€ | \"\\u20ac\"",
                "😀 | \"\\ud83d\\ude00\""
            })
    void quotes(String text, String quoted) {
        assertThat(Quoted.quote(text)).isEqualTo(quoted);
    }

    @Test
    void escapesWhatCouldStartALineOrHideOne() {
        assertThat(Quoted.quote("a\nb\rc\0d\u001b[2Ke\u007f\u0085\u2028\u202e"))
                .isEqualTo("\"a\\u000ab\\u000dc\\u0000d\\u001b[2Ke\\u007f\\u0085\\u2028\\u202e\"");
    }

    @Test
    void cutsOffWhatIsTooLong() {
        assertThat(Quoted.quote("a".repeat(200))).isEqualTo("\"" + "a".repeat(200) + "\"");
        assertThat(Quoted.quote("a".repeat(201))).isEqualTo("\"" + "a".repeat(200) + "\" (cut off, 201 characters)");
    }

    @Property
    void isOneLineOfPrintableAscii(@ForAll String text) {
        assertThat(Quoted.quote(text)).matches("\"[ -~]*\"( \\(cut off, [0-9]+ characters\\))?");
    }

    /** Else two texts would look alike in the log. */
    @Property
    void endsWhereTheTextEnds(@ForAll String text) {
        String quoted = Quoted.quote(text.substring(0, Math.min(200, text.length())));

        assertThat(quoted.substring(1, quoted.length() - 1).replaceAll("\\\\.", ""))
                .doesNotContain("\"");
    }
}
