package io.sallyport.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.settings.InvalidConfigurationException;
import java.util.List;
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
    void leavesOutAClientSecret() {
        assertThat(Redacted.text(
                        "Unknown option: '--secret=sallyport_secret_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA'"))
                .isEqualTo("Unknown option: '--secret=(a client secret)'");
        assertThat(Redacted.text("Unknown option: '--token=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl'"))
                .isEqualTo("Unknown option: '--token=(a token)'");
    }

    @Test
    void tellsSeveralFaultsInALineEach() {
        assertThat(Redacted.message(new InvalidConfigurationException(List.of("--a is no\u009bb", "--c is missing"))))
                .isEqualTo("the configuration has 2 fault(s):\n  --a is no\\u009bb\n  --c is missing");
    }

    @Test
    void letsNothingMoveTheCursor() {
        assertThat(Redacted.text("a\u001b[2J\nb")).isEqualTo("a\\u001b[2J\\u000ab");
        assertThat(Redacted.text("a\u009b31m\u2028b\u202ec\ufeffd\u061c\ud800"))
                .isEqualTo("a\\u009b31m\\u2028b\\u202ec\\ufeffd\\u061c\\ud800");
    }
}
