package io.sallyport.outbound.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Race;
import io.sallyport.testing.RawServer;
import io.sallyport.testing.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MetadataTokensTest {
    private final TestClock clock = new TestClock();
    private final AtomicInteger given = new AtomicInteger();

    private MetadataTokens from(RawServer server) {
        return new MetadataTokens(new PlatformEndpoint(server.uri()), clock);
    }

    /** A metadata server that numbers its tokens. */
    private RawServer numbering(int expiresIn) throws IOException {
        return new RawServer(out -> {
            String json = "{\"access_token\":\"ya29." + given.incrementAndGet() + "\",\"expires_in\":" + expiresIn
                    + ",\"token_type\":\"Bearer\"}";
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + json.length() + "\r\nConnection: close\r\n\r\n" + json)
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });
    }

    @Test
    void asksAsTheServerWantsItAndKeepsTheTokenUntilShortBeforeItsEnd() throws Exception {
        try (RawServer server = numbering(3599)) {
            MetadataTokens tokens = from(server);
            assertThat(tokens.get()).isEqualTo("ya29.1");
            assertThat(server.requests()).singleElement().asString().contains("\r\nMetadata-Flavor: Google\r\n");
            clock.advance(Duration.ofSeconds(3599 - 240).minusNanos(1));
            assertThat(tokens.get()).isEqualTo("ya29.1");
            clock.advance(Duration.ofNanos(1));
            assertThat(tokens.get()).isEqualTo("ya29.2");
            assertThat(tokens.get()).isEqualTo("ya29.2");
            assertThat(tokens.toString()).doesNotContain("ya29");
        }
    }

    @Test
    void asksOnceForMany() throws Exception {
        try (RawServer server = numbering(3599)) {
            MetadataTokens tokens = from(server);
            assertThat(Race.of(16, tokens::get)).containsOnly("ya29.1");
        }
    }

    /** A token that expires soon is returned only to the caller that requested it. */
    @Test
    void keepsNoTokenThatEndsSoon() throws Exception {
        try (RawServer server = numbering(200)) {
            MetadataTokens tokens = from(server);
            assertThat(tokens.get()).isEqualTo("ya29.1");
            assertThat(tokens.get()).isEqualTo("ya29.2");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "secret",
                "{\"access_token\":\"ya29.secret\"}",
                "{\"access_token\":\"ya29.secret\",\"expires_in\":0}",
                "{\"access_token\":\"ya29.secret\",\"expires_in\":-1}",
                "{\"access_token\":\"ya29.secret\",\"expires_in\":\"3599\"}",
                "{\"access_token\":\"\",\"expires_in\":3599}",
                "{\"access_token\":\"ya29.secret\\r\\nX: y\",\"expires_in\":3599}",
                "{\"access_token\":1,\"expires_in\":3599}",
                "{\"expires_in\":3599}"
            })
    void takesNoAnswerThatIsNone(String json) throws Exception {
        try (RawServer server = RawServer.answering(
                "HTTP/1.1 200 OK", "Content-Length: " + json.length(), "Connection: close", "", json)) {
            assertThatExceptionOfType(NoAccessTokenException.class)
                    .isThrownBy(() -> from(server).get())
                    .withMessageNotContaining("secret");
        }
    }

    @Test
    void tellsThatTheServerRefuses() throws Exception {
        try (RawServer server =
                RawServer.answering("HTTP/1.1 403 Forbidden", "Content-Length: 6", "Connection: close", "", "secret")) {
            assertThatExceptionOfType(NoAccessTokenException.class)
                    .isThrownBy(() -> from(server).get())
                    .withMessageContaining("HTTP status 403")
                    .withMessageNotContaining("secret");
        }
    }

    @Test
    void areAtHandWhereAFunctionRunsAsItsOwnServiceAccount() {
        assertThat(MetadataTokens.areAtHand(Map.of("K_SERVICE", "gcp-login"))).isTrue();
        assertThat(MetadataTokens.areAtHand(Map.of("K_SERVICE", "gcp-login", "GOOGLE_APPLICATION_CREDENTIALS", "")))
                .isTrue();
        assertThat(MetadataTokens.areAtHand(Map.of("K_SERVICE", ""))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GOOGLE_APPLICATION_CREDENTIALS", "GCE_METADATA_HOST", "SALLYPORT_GOOGLE_AUDIENCE"})
    void areNotAtHandWhereAVariableSaysOtherwise(String name) {
        Map<String, String> variables = new HashMap<>(Map.of("K_SERVICE", "gcp-login", name, "something"));
        assertThat(MetadataTokens.areAtHand(variables)).isFalse();
        variables.remove(name);
        variables.remove("K_SERVICE");
        assertThat(MetadataTokens.areAtHand(variables)).isFalse();
    }
}
