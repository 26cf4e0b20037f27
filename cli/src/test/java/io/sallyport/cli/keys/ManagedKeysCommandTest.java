package io.sallyport.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.sallyport.IdentityId;
import io.sallyport.cli.Main;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.server.OpenKeys;
import io.sallyport.server.ReadOnlyData;
import io.sallyport.server.ServeFiles;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestEnvironment;
import io.sallyport.token.AccessToken;
import io.sallyport.token.SessionId;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TrustedIps;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sallyport keys} on managed keys, in a data folder. */
@Timeout(60)
class ManagedKeysCommandTest {
    private static final String ISSUER = "http://127.0.0.1:8080";
    private static final Duration LEAD = Duration.ofHours(2);

    private final TestEnvironment world = new TestEnvironment(Map.of("SALLYPORT_SIGNING_KEYS", "managed:local"));
    private final TestClock clock = world.clock();

    @TempDir
    private Path folder;

    private record Outcome(int exitCode, String out, String err) {}

    private Outcome keys(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("keys", arguments[0], "--data", folder.toString()));
        all.addAll(Arrays.asList(arguments).subList(1, arguments.length));
        int exitCode = Main.commandLine(world.environment())
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
        assertThat(err.toString()).doesNotContain("\tat ").doesNotContain("Exception");
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private Outcome succeed(String... arguments) {
        Outcome outcome = keys(arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return outcome;
    }

    private Map<String, ?> listed() throws MalformedJsonException {
        return Json.parseObject(succeed("list", "--output", "json").out());
    }

    private List<Object> listed(String member) throws MalformedJsonException {
        List<Object> values = new ArrayList<>();
        for (Object key : (List<?>) listed().get("keys")) {
            values.add(((Map<?, ?>) key).get(member));
        }
        return values;
    }

    @Test
    void makesTheFirstKeyAndTheNextOneAndTellsWhenEachSigns() throws Exception {
        assertThat(succeed("list").out()).contains("Next rotation: now");
        assertThat(succeed("rotate").out()).contains("it signs now");
        assertThat(succeed("rotate").out())
                .contains("it signs from " + clock.instant().plus(LEAD));
        assertThat(listed("state")).containsExactly("current", "next");

        Outcome again = keys("rotate");
        assertThat(again.exitCode()).isEqualTo(KeysCommand.TOO_EARLY);
        assertThat(again.err()).contains("too early", "2 h 0 min");

        clock.advance(LEAD);
        assertThat(listed("state")).containsExactly("retired", "current");
        assertThat(succeed("list").out()).contains("retired", "current", "Next rotation: ");
        assertThat(listed().get("nextRotation"))
                .isEqualTo(clock.instant().plus(Duration.ofDays(7)).minus(LEAD).toString());
    }

    @Test
    void rotatesOnScheduleForATimer() throws Exception {
        assertThat(succeed("rotate", "--due").out()).contains("it signs now");
        assertThat(succeed("rotate", "--due").out()).contains("no key is due before");
        assertThat(listed("kid")).hasSize(1);
        clock.advance(Duration.ofDays(7));
        assertThat(succeed("rotate", "--due").out()).contains("it signs from");
        assertThat(listed("kid")).hasSize(2);
    }

    @Test
    void saysThatTheNextRotationIsOverdue() {
        succeed("rotate");
        clock.advance(Duration.ofDays(9));
        assertThat(succeed("list").out()).contains("overdue");
    }

    @Test
    void replacesACompromisedKeyInTwoSteps() throws Exception {
        succeed("rotate");
        String compromised = String.valueOf(listed("kid").get(0));

        assertThat(keys("retire", "--key", compromised).exitCode()).isEqualTo(KeysCommand.TOO_EARLY);
        Outcome last = keys("retire", "--key", compromised, "--force");
        assertThat(last.exitCode()).isEqualTo(2);
        assertThat(last.err()).contains("rotate --force first");
        assertThat(listed("kid")).containsExactly(compromised);

        assertThat(succeed("rotate", "--force").out()).contains("it signs now");
        assertThat(succeed("retire", "--key", compromised, "--force").out()).contains("removed " + compromised);
        assertThat(listed("kid")).hasSize(1).doesNotContain(compromised);
        assertThat(listed("state")).containsExactly("current");

        assertThat(keys("retire", "--key", compromised, "--force").exitCode()).isEqualTo(2);
        assertThat(succeed("retire").out()).contains("by themselves");
    }

    @Test
    void removesANextKeyThatNeverSigned() throws Exception {
        succeed("rotate");
        succeed("rotate");
        succeed("retire", "--key", String.valueOf(listed("kid").get(1)));
        assertThat(listed("state")).containsExactly("current");
    }

    /** Back to a file: there, the managed keys only verify, until their last token has expired. */
    @Test
    void printsPublicKeysThatAFileCanKeepForTheTokensThatAreOut() throws Exception {
        succeed("rotate");
        succeed("rotate");
        String printed = succeed("public").out();
        assertThat(printed).doesNotContain("\"d\"");
        assertThat(SigningKeys.parsePublic(printed).published().toString())
                .contains(
                        String.valueOf(listed("kid").get(0)),
                        String.valueOf(listed("kid").get(1)));

        Path file = folder.resolve("keys.json");
        succeed("generate", "--file", file.toString());
        JWK fresh = JWKSet.parse(Files.readString(file)).getKeys().get(0);
        String joined =
                "{\"keys\":[" + fresh.toJSONString() + "," + printed.strip().replaceFirst("^\\{\"keys\":\\[", "");
        SigningKeys both = SigningKeys.parsePrivate(joined);
        assertThat(both.signer(() -> (version, digest) -> new byte[0]).keyId())
                .isEqualTo(fresh.computeThumbprint().toString());
        assertThat(both.published().toString())
                .contains(String.valueOf(listed("kid").get(0)));
    }

    @Test
    void refusesWhatIsForFilesAlone() {
        assertThat(keys("generate").exitCode()).isEqualTo(2);
        assertThat(keys("rotate", "--algorithm", "RS256").exitCode()).isEqualTo(2);
        assertThat(keys("rotate", "--due", "--file", folder.resolve("none.json").toString())
                        .exitCode())
                .isEqualTo(2);
    }

    /** {@code token inspect} and {@code explain} read them, the latter without what decrypts them. */
    @Test
    void areReadByOtherCommands() throws Exception {
        succeed("rotate");
        ServeFiles files = new ServeFiles(folder);
        Map<String, String> variables = new HashMap<>(files.withManagedKey(world.variables()));
        variables.put("SALLYPORT_ISSUER", ISSUER);
        Settings settings = Settings.forServing(variables);
        Path token = folder.resolve("token");
        try (OpenKeys open = OpenKeys.open(settings, world.environment(), files)) {
            Files.writeString(token, new TokenMinter(ISSUER, open.keys().orElseThrow()).mint(token()));
        }
        StringWriter out = new StringWriter();
        int exitCode = Main.commandLine(world.environment())
                .setOut(new PrintWriter(out, true))
                .execute("token", "inspect", token.toString(), "--data", folder.toString(), "--output", "json");
        assertThat(out.toString()).contains("\"accepted\":true");
        assertThat(exitCode).isZero();

        SqliteDatabase.open(files.database()).close();
        ReadOnlyData data = new ReadOnlyData(folder);
        Settings explaining = data.settings(world.variables(), Optional.empty());
        assertThat(explaining.managedKeys().orElseThrow().key()).isEmpty();
        Stores.Opened opened = data.open(explaining, world.environment());
        try (AutoCloseable connection = opened.connection()) {
            assertThat(connection).isNotNull();
            assertThat(opened.stores()
                            .keys()
                            .orElseThrow()
                            .published(clock.instant())
                            .published()
                            .toString())
                    .contains(String.valueOf(listed("kid").get(0)));
        }
    }

    private AccessToken token() {
        return new AccessToken(
                "token-1",
                new AccessToken.Subject(new IdentityId("payments"), "Payments", "viewer", Map.of()),
                new AccessToken.Session(
                        new SessionId("session-00000001"), clock.instant(), "gcp", Map.of(), 0, TrustedIps.ANYWHERE),
                AccessToken.Target.own(ISSUER),
                clock.instant(),
                clock.instant().plusSeconds(60));
    }

    @Test
    void readsWhatEncryptsThemFromAFile() throws Exception {
        Path file = Files.writeString(folder.resolve("managed"), "managed:" + "A".repeat(43) + "=\n");
        TestEnvironment other = new TestEnvironment(Map.of("SALLYPORT_SIGNING_KEYS_FILE", file.toString()));
        StringWriter out = new StringWriter();
        int exitCode = Main.commandLine(other.environment())
                .setOut(new PrintWriter(out, true))
                .execute("keys", "rotate", "--data", folder.toString());
        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains("it signs now");
        assertThat(folder.resolve("keys.db")).exists();
        assertThat(folder.resolve("signing-keys.json")).doesNotExist();
    }

    @Test
    void doesNotTouchAFileThatIsNamed() throws IOException {
        Path file = folder.resolve("keys.json");
        succeed("generate", "--file", file.toString());
        assertThat(succeed("list", "--file", file.toString()).out()).contains("current");
        assertThat(folder.resolve("keys.db")).doesNotExist();
    }
}
