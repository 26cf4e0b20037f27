package io.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultPortTest {
    @ParameterizedTest
    @CsvSource({
        "https://kube.example.com:443, https://kube.example.com",
        "https://kube.example.com:443/, https://kube.example.com/",
        "https://kube.example.com:443/id/1, https://kube.example.com/id/1",
        "https://[2001:db8::7]:443/id, https://[2001:db8::7]/id",
        "https://10.0.0.1:443, https://10.0.0.1"
    })
    void isTheSameWhetherItIsWrittenOrNot(String written, String omitted) {
        assertThat(DefaultPort.omit(written)).isEqualTo(omitted);
        assertThat(DefaultPort.isSame(written, omitted)).isTrue();
        assertThat(DefaultPort.isSame(omitted, written)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://",
                "https://:443",
                "https://kube.example.com",
                "https://kube.example.com:4430",
                "https://kube.example.com:8443",
                "https://kube.example.com:443@evil.example",
                "https://kube.example.com/x:443",
                "https://kube.example.com/x:443/y",
                "https://[2001:db8::443]",
                "http://kube.example.com:443",
                "HTTPS://kube.example.com:443",
                "kubernetes/serviceaccount",
                "kube.example.com:443"
            })
    void isLeftAloneElsewhere(String text) {
        assertThat(DefaultPort.omit(text)).isEqualTo(text);
        assertThat(DefaultPort.isSame(text, text + ":443"))
                .isEqualTo(DefaultPort.omit(text + ":443").equals(text));
    }

    @ParameterizedTest
    @CsvSource({
        "https://kube.example.com:443, https://kube.example.com/",
        "https://kube.example.com:443, https://kube.example.org",
        "https://kube.example.com:8443, https://kube.example.com",
        "http://kube.example.com:443, http://kube.example.com"
    })
    void makesNothingElseTheSame(String one, String other) {
        assertThat(DefaultPort.isSame(one, other)).isFalse();
    }
}
