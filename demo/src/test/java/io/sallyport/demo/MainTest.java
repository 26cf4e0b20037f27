package io.sallyport.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.Main;
import io.sallyport.server.ServerFixture;
import io.sallyport.testing.RawHttp;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class MainTest {
    private static final Pattern WHOLE_TOKEN =
            Pattern.compile("eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}");

    @TempDir
    private Path folder;

    /** A command's result. */
    private record Outcome(int exitCode, String out, String err) {}

    private static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                Main.commandLine().setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = commandLine.execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void explainsItself(String option) {
        Outcome outcome = run(option);
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains("Usage: sallyport", "serve", "demo", "gcloud-config", "gcloud-token", "--version");
    }

    @Test
    void explainsHowToServe() {
        Outcome outcome = run("serve", "--help");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains("Usage: sallyport serve", "--host", "--port", "--data", "--identities", "127.0.0.1", "8080")
                .contains("SALLYPORT_STORE", "SALLYPORT_SIGNING_KEYS_FILE");
    }

    @Test
    void explainsTheDemo() {
        Outcome outcome = run("demo", "--help");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("Usage: sallyport demo", "--full");
    }

    @Test
    void tellsItsVersion() {
        Outcome outcome = run("--version");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).matches("sallyport \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--nothing",
                "xyzzy",
                "serve --nothing",
                "demo --nothing",
                "serve --port many",
                "serve --port",
                "serve --identities",
                "serve here"
            })
    void refusesACommandLineThatItDoesNotKnow(String line) {
        Outcome outcome = run(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("Usage: sallyport").doesNotContain("\tat ");
    }

    @Test
    void namesEveryFaultOfAnIdentitiesFile() throws Exception {
        Path file = Files.writeString(folder.resolve("identities.yaml"), """
                identities:
                  - id: everybody
                    gcpAuth: {type: gce}
                  - id: misspelt
                    rolle: admin
                """);
        Outcome outcome = serve("--identities", file.toString());
        assertRefused(outcome);
        assertThat(outcome.err())
                .contains(file.toString())
                .contains("2 fault(s)")
                .contains("identity everybody")
                .contains("\"rolle\"");
        assertThat(folder.resolve("data")).as("nothing was begun").doesNotExist();
    }

    @Test
    void saysThatAnIdentitiesFileIsMissing() {
        Outcome outcome = serve("--identities", folder.resolve("missing.yaml").toString());
        assertRefused(outcome);
        assertThat(outcome.err()).contains(folder.resolve("missing.yaml") + " cannot be read");
    }

    @Test
    void saysThatAPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, RawHttp.LOOPBACK)) {
            Outcome outcome = serve("--port", String.valueOf(taken.getLocalPort()));
            assertRefused(outcome);
            assertThat(outcome.err())
                    .isEqualToNormalizingNewlines(
                            "cannot serve on 127.0.0.1:" + taken.getLocalPort() + ": Address already in use\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"70000", "-1"})
    void saysThatAPortIsNone(String port) {
        Outcome outcome = serve("--port", port);
        assertRefused(outcome);
        assertThat(outcome.err()).contains("the port must be from 0 to 65535, not " + port);
    }

    @Test
    void saysThatTheDataFolderCannotBeOne() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Outcome outcome = run("serve", "--port", "0", "--data", file.toString());
        assertRefused(outcome);
        assertThat(outcome.err()).contains("the data folder " + file + " cannot be used: " + file + " is not a folder");
    }

    /** An issuer is https, or http on loopback: if others are to reach the server, an issuer must be configured. */
    @Test
    void asksForAnIssuerWhereOthersCanReachIt() {
        Outcome outcome = serve("--host", "0.0.0.0");
        assertRefused(outcome);
        assertThat(outcome.err()).contains("SALLYPORT_ISSUER");
    }

    private Outcome serve(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("serve", "--data", folder.resolve("data").toString()));
        if (!List.of(arguments).contains("--port")) {
            all.addAll(List.of("--port", "0"));
        }
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private static void assertRefused(Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).doesNotContain("\tat ").doesNotContain("Exception");
    }

    @Test
    void showsInADemoThatEveryStepDoesWhatItShould() {
        Outcome outcome = run("demo");
        assertThat(outcome.exitCode()).as(outcome.out()).isZero();
        assertThat(outcome.out())
                .contains("Every step did what it should.")
                .contains("ok: the login is granted", "the reason is wrong_audience")
                .doesNotContain("FAILED");
        assertThat(outcome.out().lines().filter(line -> line.contains("ok: "))).hasSizeGreaterThan(10);
        assertThat(WHOLE_TOKEN.matcher(outcome.out()).results().map(found -> found.group()))
                .isEmpty();
        assertThat(outcome.out()).as("tokens are shown cut short").containsPattern("eyJ[A-Za-z0-9_-]{10}\\.\\.\\.");
    }

    @Test
    void showsWholeTokensInADemoWhenAskedTo() {
        Outcome outcome = run("demo", "--full");
        assertThat(outcome.exitCode()).as(outcome.out()).isZero();
        assertThat(WHOLE_TOKEN.matcher(outcome.out()).results().count()).isGreaterThan(5);
    }

    @Test
    void servesUntilItIsEnded() throws Exception {
        Path identities = Files.writeString(folder.resolve("identities.yaml"), "identities: [{id: a}]");
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--port=0",
                "--data=" + folder.resolve("data"),
                "--identities=" + identities);
        builder.environment().keySet().removeIf(name -> name.startsWith("SALLYPORT_"));
        Process process = builder.redirectOutput(new File(out.toString())).start();
        try (BufferedReader err = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
            List<String> said = linesTo(err, "Identities are kept in");
            Matcher address = Pattern.compile("Sallyport serves on http://127\\.0\\.0\\.1:(\\d+) as issuer (\\S+)")
                    .matcher(said.get(0));
            assertThat(address.matches()).as(said.get(0)).isTrue();
            assertThat(address.group(2)).isEqualTo("http://127.0.0.1:" + address.group(1));
            assertThat(said).contains("  POST " + ServerFixture.LOGIN, "  GET /.well-known/jwks.json");
            int port = Integer.parseInt(address.group(1));
            assertThat(RawHttp.send(port, RawHttp.head("GET", "/.well-known/openid-configuration", ""))
                            .body())
                    .contains("\"issuer\":\"" + address.group(2) + "\"");
            String body = ServerFixture.json(ServerFixture.VM, "a.b.c");
            RawHttp.Answer denied = RawHttp.send(
                    port, RawHttp.chunked(ServerFixture.LOGIN, "Content-Type: application/json\r\n", body));
            assertThat(denied.status()).isEqualTo(401);
            // Not the process's own destroy, which closes the streams.
            process.toHandle().destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(err.lines()).as("it ends in silence").isEmpty();
            assertThat(Files.readAllLines(out))
                    .as("standard output holds what was stored, the decisions and nothing else")
                    .satisfiesExactly(
                            stored -> assertThat(stored)
                                    .startsWith("{\"severity\":\"INFO\"")
                                    .contains("\"action\":\"identity.seed\"", "\"identityId\":\"a\""),
                            decided -> assertThat(decided)
                                    .startsWith("{\"severity\":\"WARNING\"")
                                    .contains("\"reason\":\"unknown_identity\""));
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> linesTo(BufferedReader reader, String last) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (line.startsWith(last)) {
                return lines;
            }
        }
        throw new IOException("it ended, and said: " + lines);
    }
}
