package io.sallyport;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testing.Generator;
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

    @Test
    void leavesOutCredentialsBeforeItCutsOff() {
        String secret = "sallyport_secret_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
        String token = "eyJhbGciOiJSUzI1NiJ9." + "eyJzdWIiOiJ4In0".repeat(50) + ".c2lnbmF0dXJl";

        assertThat(Quoted.quote(secret)).isEqualTo("\"(a client secret)\"");
        assertThat(Quoted.quote("a " + token + " b")).isEqualTo("\"a (a token) b\"");
        assertThat(Quoted.quote("-".repeat(190) + secret + token))
                .isEqualTo("\"" + "-".repeat(190) + "(a client \" (cut off, " + (190 + secret.length() + token.length())
                        + " characters)");
    }

    /** It is public, and operators compare it with what the issuer publishes. */
    @Test
    void keepsTheIdOfAKeyWhole() {
        assertThat(Quoted.keyId("8f14e45fceea167a5a36dedd4bea2543f2c9b8a1\n"))
                .isEqualTo("\"8f14e45fceea167a5a36dedd4bea2543f2c9b8a1\\u000a\"");
        assertThat(Quoted.quote("8f14e45fceea167a5a36dedd4bea2543f2c9b8a1")).isEqualTo("\"8f14e4...(40 characters)\"");
    }

    @Test
    void isOneLineOfPrintableAscii() {
        forAll(1000, Generator.texts(255), text -> {
            assertThat(Quoted.quote(text)).matches("\"[ -~]*\"( \\(cut off, [0-9]+ characters\\))?");
        });
    }

    /** Otherwise two texts would look alike in the log. */
    @Test
    void endsWhereTheTextEnds() {
        forAll(1000, Generator.texts(255), text -> {
            String quoted = Quoted.quote(text.substring(0, Math.min(200, text.length())));

            assertThat(quoted.substring(1, quoted.length() - 1).replaceAll("\\\\.", ""))
                    .doesNotContain("\"");
        });
    }
}
