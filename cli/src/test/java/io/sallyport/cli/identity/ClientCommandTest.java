package io.sallyport.cli.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sallyport.IdentityId;
import io.sallyport.cli.Main;
import io.sallyport.http.ClientAddress;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.Secret;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class ClientCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    @Test
    void makesASecretThatItsStoredPartKnows() throws Exception {
        assertThat(commandLine.execute("client", "new-secret", "--id", "2026-11", "--output", "json"))
                .isZero();
        Map<String, Object> made = new java.util.HashMap<>(Json.parseObject(out.toString()));
        Secret secret = new Secret(String.valueOf(made.remove("clientSecret")));
        assertThat(secret.text()).matches("sallyport_secret_[A-Za-z0-9_-]{43}");
        assertThat(secretsOf(Map.of("clientSecretAuth", Map.of("secrets", List.of(made))))
                        .verify(secret, ClientAddress.UNKNOWN, Instant.now())
                        .id())
                .isEqualTo("2026-11");
    }

    @Test
    @SuppressWarnings("unchecked")
    void printsWhatGoesIntoTheIdentitiesFile() throws Exception {
        assertThat(commandLine.execute("client", "new-secret", "--id", "first")).isZero();
        String secret = out.toString().lines().skip(1).findFirst().orElseThrow().substring(2);
        assertThat(secretsOf(new YAMLMapper().readValue(out.toString(), Map.class))
                        .verify(new Secret(secret), ClientAddress.UNKNOWN, Instant.now()))
                .isNotNull();
    }

    @Test
    @SuppressWarnings("unchecked")
    void printsTheLimitsOfASecret() throws Exception {
        assertThat(commandLine.execute(
                        "client",
                        "new-secret",
                        "--id",
                        "a",
                        "--ttl",
                        "60",
                        "--uses",
                        "3",
                        "--description",
                        "it's \"one\""))
                .isZero();
        assertThat(secretsOf(new YAMLMapper().readValue(out.toString(), Map.class))
                        .secrets())
                .singleElement()
                .returns(Duration.ofSeconds(60), ClientSecret::ttl)
                .returns(3L, ClientSecret::numUsesLimit)
                .returns("it's \"one\"", ClientSecret::description);
        assertThat(commandLine.execute("client", "new-secret", "--id", "a", "--ttl", "-1"))
                .isEqualTo(2);
    }

    @Test
    void makesAnotherEachTime() {
        commandLine.execute("client", "new-secret", "--id", "a");
        String first = out.toString();
        commandLine.execute("client", "new-secret", "--id", "a");
        assertThat(out.toString().substring(first.length())).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "", "ä"})
    void refusesAnIdThatCannotStandInALog(String id) {
        assertThat(commandLine.execute("client", "new-secret", "--id", id)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("1 to 64");
    }

    private static ClientSecretAuth secretsOf(Map<String, Object> fields) {
        Identity identity = Providers.DOCUMENTS.read(new IdentityId("client"), fields);
        return identity.method(ClientSecretAuth.class).orElseThrow();
    }
}
