package io.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadersTest {
    @ParameterizedTest
    @ValueSource(strings = {"If-Match", "if-match", "IF-MATCH", "iF-mAtCh"})
    void findsAFieldInAnyCase(String name) {
        assertThat(Headers.of(Map.of("If-Match", List.of("a"))).all(name)).containsExactly("a");
        assertThat(Headers.of(Map.of(name, List.of("a"))).first("If-Match")).contains("a");
    }

    @Test
    void findsAFieldInAnyLanguage() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(Headers.of(Map.of("IF-MATCH", List.of("a"))).first("if-match"))
                    .contains("a");
            assertThat(Headers.of(Map.of("if-match", List.of("a"))).first("IF-MATCH"))
                    .contains("a");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void keepsAllValuesInTheOrderReceived() {
        Map<String, List<String>> received = new LinkedHashMap<>();
        received.put("X-Forwarded-For", List.of("a", "b"));
        received.put("x-forwarded-for", List.of("c"));

        Headers headers = Headers.of(received);

        assertThat(headers.all("X-Forwarded-For")).containsExactly("a", "b", "c");
        assertThat(headers.first("X-Forwarded-For")).contains("a");
    }

    @Test
    void hasNothingForAFieldThatWasNotSent() {
        assertThat(Headers.NONE.all("Host")).isEmpty();
        assertThat(Headers.NONE.first("Host")).isEmpty();
        assertThat(Headers.of(Map.of("Host", List.of())).first("Host")).isEmpty();
    }

    @Test
    void doesNotChangeWithWhatItWasMadeOf() {
        List<String> values = new ArrayList<>(List.of("a"));
        Headers headers = Headers.of(Map.of("Host", values));

        values.add("b");

        assertThat(headers.all("Host")).containsExactly("a").isUnmodifiable();
    }

    @Test
    void tellsNamesOnly() {
        assertThat(Headers.of(Map.of("Authorization", List.of("Bearer canary"))))
                .hasToString("[authorization]");
    }
}
