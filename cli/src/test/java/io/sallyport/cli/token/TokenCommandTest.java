package io.sallyport.cli.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.cli.Cli;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.json.Json;
import io.sallyport.runtime.Environment;
import io.sallyport.server.LocalServer;
import io.sallyport.server.SessionClient;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.TestClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that inspect and revoke tokens of a running server, and changes by command as the server sees them. */
class TokenCommandTest {
    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final IdentityId A = new IdentityId("a");

    private final TestClock clock = new TestClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final Environment environment =
            SessionClient.environment(Map.of("SALLYPORT_IDENTITY_CACHE_SECONDS", "5"), clock);

    @TempDir
    private Path data;

    private LocalServer server;
    private SessionClient client;
    private Cli cli;

    @BeforeEach
    void serve() {
        server = SessionClient.serve(environment, data, google, List.of());
        client = new SessionClient(server.port(), google);
        cli = new Cli(environment, data);
        cli.done("identity", "create", "a");
        cli.done("auth", "set", "gcp", "a", "--allowed-service-accounts=" + EMAIL, "--ttl=600", "--max-ttl=3600");
        cli.done("audience", "add", "a", SessionClient.ISSUER);
        clock.advance(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        server.close();
        google.close();
    }

    private Cli.Outcome token(String command, String token, String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "token";
        arguments[1] = command;
        System.arraycopy(more, 0, arguments, 2, more.length);
        arguments[more.length + 2] = "--output=json";
        Cli.Outcome outcome = cli.runWith(token + "\n", arguments);
        if (token.length() > 100) {
            assertThat(outcome.out() + outcome.err()).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
        }
        return outcome;
    }

    @Test
    void showsWhatATokenSaysAndThatItIsOurs() throws Exception {
        String token = client.token(A);
        Cli.Outcome outcome = token("inspect", token).exits(ExitCode.DONE);

        assertThat(outcome.json()).containsEntry("accepted", true);
        assertThat((Map<?, ?>) outcome.json().get("claims")).extracting("sub").isEqualTo("a");
        assertThat((Map<?, ?>) outcome.json().get("header")).extracting("typ").isEqualTo("at+jwt");
        Path file = Files.writeString(data.resolve("token"), token);
        assertThat(cli.done("token", "inspect", file.toString()).out()).contains("claims.sub", "accepted");
    }

    @Test
    void saysWhyATokenIsNotAccepted() throws Exception {
        String token = client.token(A);
        String forged =
                token.substring(0, token.lastIndexOf('.') + 1) + "AAAA" + token.substring(token.lastIndexOf('.') + 5);
        assertThat(token("inspect", forged).exits(ExitCode.REFUSED).json())
                .containsEntry("accepted", false)
                .containsEntry("reason", "access_token_invalid");
        assertThat(token("inspect", token, "--issuer=https://other.example.com")
                        .exits(ExitCode.REFUSED)
                        .json()
                        .get("detail")
                        .toString())
                .contains("wrong_issuer");
        clock.advance(Duration.ofSeconds(600));
        assertThat(token("inspect", token).exits(ExitCode.REFUSED).json())
                .containsEntry("reason", "access_token_expired");
        assertThat(token("inspect", "no token").exits(ExitCode.INVALID).err()).contains("three dot-separated parts");
        assertThat(token("inspect", "a.b.c").exits(ExitCode.INVALID).err()).contains("three dot-separated parts");
    }

    /** A forged token must not be able to control the operator's terminal. */
    @Test
    void printsNoControlCharactersOfAToken() throws Exception {
        String claims = Json.writeString(Map.of("sub\u009b31m", "\u001b[2J\u202e\u2028"));
        Base64.Encoder encoder = Base64.getUrlEncoder();
        String token = encoder.encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(UTF_8)) + ".AAAA";
        for (String form : List.of("json", "table")) {
            Cli.Outcome outcome = cli.runWith(token, "token", "inspect", "--output=" + form);

            assertThat(outcome.out() + outcome.err())
                    .containsIgnoringCase("sub\\u009b31m")
                    .matches("[ -~\n]*");
        }
    }

    @Test
    void needsKeysToTellWhatIsOurs() throws Exception {
        String token = client.token(A);
        assertThat(new Cli(environment, data.resolve("elsewhere"))
                        .runWith(token, "token", "inspect")
                        .exits(ExitCode.INVALID)
                        .err())
                .contains("SALLYPORT_SIGNING_KEYS");
        String published = cli.done("keys", "public").out();
        Environment verifying = SessionClient.environment(Map.of("SALLYPORT_PUBLIC_KEYS", published), clock);
        new Cli(verifying, data.resolve("elsewhere"))
                .runWith(token, "token", "inspect")
                .exits(ExitCode.DONE);
    }

    @Test
    void saysWhatIntrospectionWouldSayAndCountsNoUse() throws Exception {
        cli.done("auth", "set", "gcp", "a", "--max-uses=2");
        clock.advance(Duration.ofSeconds(10));
        String token = client.token(A);
        for (int i = 0; i < 5; i++) {
            assertThat(token("introspect", token).exits(ExitCode.DONE).json())
                    .containsEntry("active", true)
                    .containsEntry("sub", "a")
                    .containsEntry("uses_left", 2L);
        }
        String bearer = client.token(A);
        assertThat(SessionClient.body(client.introspect(bearer, token))).containsEntry("uses_left", 1L);
        assertThat(token("introspect", token).json()).containsEntry("uses_left", 1L);
        assertThat(SessionClient.body(client.introspect(client.token(A), token)))
                .containsEntry("uses_left", 0L);
        assertThat(token("introspect", token).exits(ExitCode.REFUSED).json())
                .containsEntry("active", false)
                .containsEntry("reason", "uses_exhausted");
    }

    @Test
    void saysWhyAnAddressIsNotTrusted() throws Exception {
        cli.done("auth", "set", "gcp", "a", "--trusted-ip=127.0.0.1,10.0.0.0/8");
        clock.advance(Duration.ofSeconds(10));
        String token = client.token(A);
        assertThat(token("introspect", token).exits(ExitCode.REFUSED).json())
                .containsEntry("reason", "client_address_not_trusted");
        token("introspect", token, "--client-ip=10.1.2.3").exits(ExitCode.DONE);
    }

    @Test
    void revokesTheSessionOfATokenAtOnce() throws Exception {
        String token = client.token(A);
        Path log = data.resolve("log");
        token("revoke", token, "--audit-log=" + log).exits(ExitCode.DONE);

        assertThat(token("introspect", token).exits(ExitCode.REFUSED).json())
                .containsEntry("reason", "session_revoked");
        assertThat(client.renew(token).statusCode()).isEqualTo(403);
        assertThat(Files.readString(log)).contains("\"action\":\"token.revoke\"", "\"identityId\":\"a\"");
    }

    @Test
    void revokesASessionByItsId() throws Exception {
        String token = client.token(A);
        String session = SessionClient.claims(token).getStringClaim("sid");
        clock.advance(Duration.ofSeconds(600));
        assertThat(token("revoke", token).exits(ExitCode.INVALID).err())
                .contains("--session SID", "sallyport token inspect");
        clock.advance(Duration.ofSeconds(-600));

        cli.done("token", "revoke", "--session=" + session);
        token("introspect", token).exits(ExitCode.REFUSED);
        cli.run("token", "revoke", "--session=x y").exits(ExitCode.INVALID);
        cli.run("token", "revoke", "file", "--session=" + session).exits(ExitCode.INVALID);
    }

    @Test
    void saysThatWhatWasRemovedTakesItsTokensWithIt() throws Exception {
        String token = client.token(A);
        cli.done("auth", "remove", "gcp", "a");
        assertThat(token("introspect", token).json()).containsEntry("reason", "no_auth_method");
        cli.done("auth", "set", "gcp", "a", "--allowed-service-accounts=" + EMAIL);
        assertThat(token("introspect", token).json()).containsEntry("reason", "session_revoked");
        cli.done("identity", "disable", "a");
        assertThat(token("introspect", token).json()).containsEntry("reason", "identity_disabled");
        cli.done("identity", "delete", "a");
        assertThat(token("introspect", token).json()).containsEntry("reason", "unknown_identity");
        cli.done("identity", "create", "a");
        cli.done("auth", "set", "gcp", "a", "--allowed-service-accounts=" + EMAIL);
        assertThat(token("introspect", token).json()).containsEntry("reason", "session_revoked");
    }

    @Test
    void saysThatATokenOfAnUnownedAudienceCannotBeIntrospected() throws Exception {
        String token = client.token(A);
        assertThat(token("introspect", token).exits(ExitCode.DONE).err()).isEmpty();
        cli.done("audience", "remove", "a", SessionClient.ISSUER);
        assertThat(token("introspect", token).exits(ExitCode.DONE).err()).contains("sallyport audience add");
    }

    /** The server is not notified: it reads again once its cache has expired. */
    @Test
    void theServerSeesAChangeOnceItsCacheIsOver() throws Exception {
        String token = client.token(A);
        cli.done("identity", "disable", "a");
        clock.advance(Duration.ofMillis(4999));
        assertThat(client.login(A).statusCode()).isEqualTo(200);
        clock.advance(Duration.ofMillis(1));
        assertThat(client.login(A).statusCode()).isEqualTo(401);

        cli.done("identity", "enable", "a");
        clock.advance(Duration.ofSeconds(5));
        assertThat(client.login(A).statusCode()).isEqualTo(200);
        cli.done("identity", "revoke-tokens", "a");
        clock.advance(Duration.ofSeconds(5));
        assertThat(client.renew(token).statusCode()).isEqualTo(403);
        assertThat(client.login(A).statusCode()).isEqualTo(200);
    }

    @Test
    void theServerSeesANewIdentityAtOnceAndItsLoginIsShown() throws Exception {
        cli.done("identity", "create", "b");
        cli.done("auth", "set", "gcp", "b", "--allowed-service-accounts=" + EMAIL);
        clock.advance(Duration.ofSeconds(1));
        assertThat(client.login(new IdentityId("b")).statusCode()).isEqualTo(200);
        assertThat(cli.shown("b").get("lastLogin"))
                .isEqualTo(Map.of("at", "2026-03-01T12:00:11Z", "method", "gcp-id-token"));
    }
}
