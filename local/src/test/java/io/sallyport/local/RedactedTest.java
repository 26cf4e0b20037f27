package io.sallyport.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
                "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0",
                "eyJhbGciOiJSUzI1NiJ9",
                "ewogICJhbGciOiAiUlMyNTYifQ.e30.AA",
                "eyAiYWxnIjogIlJTMjU2In0..AA"
            })
    void leavesOutWhateverLooksLikeATokenOrAPartOfOne(String token) {
        assertThat(Redacted.text("no grant for \"" + token + "\" (cut off)"))
                .isEqualTo("no grant for \"(a token)\" (cut off)");
    }

    @Test
    void leavesTheRestAsItIs() {
        String text = "service account \"payments@shop.iam.gserviceaccount.com\" is not in [key.example.com, eyes]";
        assertThat(Redacted.text(text)).isEqualTo(text);
    }

    @Test
    void letsNothingMoveTheCursor() {
        assertThat(Redacted.text("a\u001b[2J\nb")).isEqualTo("a?[2J?b");
    }
}
