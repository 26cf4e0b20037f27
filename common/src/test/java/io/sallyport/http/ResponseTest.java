package io.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResponseTest {
    @Test
    void keepsItsHeadersInTheirOrder() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (char name = 'z'; name >= 'a'; name--) {
            headers.put(String.valueOf(name), "1");
        }

        Response response = new Response(200, headers, "");

        assertThat(response.headers().keySet()).containsExactlyElementsOf(headers.keySet());
        assertThat(response.with("0", "1").headers().keySet()).endsWith("a", "0");
    }

    @Test
    void doesNotChangeWithWhatItWasMadeOf() {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("a", "1"));
        Response response = new Response(200, headers, "");

        headers.put("b", "2");
        Response more = response.with("c", "3");

        assertThat(response.headers()).isEqualTo(Map.of("a", "1")).isUnmodifiable();
        assertThat(more.headers()).isEqualTo(Map.of("a", "1", "c", "3"));
    }

    @Test
    void tellsNothingOfItsBody() {
        assertThat(Response.json(200, Map.of("accessToken", "canary")).toString())
                .doesNotContain("canary");
    }
}
