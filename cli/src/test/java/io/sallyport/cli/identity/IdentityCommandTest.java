package io.sallyport.cli.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.cli.Cli;
import io.sallyport.cli.Main;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.testing.TestEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that manage identities: what each does, its exit codes, and what it suggests instead. */
class IdentityCommandTest {
    @TempDir
    private Path folder;

    private Cli cli;

    @BeforeEach
    void chooseAFolder() {
        cli = new Cli(folder.resolve("data"));
    }

    @Test
    void makesAnIdentityInAStoreThatIsNotThereYet() {
        Cli.Outcome made = cli.done(
                "identity",
                "create",
                "payments",
                "--name=Payments",
                "--role=viewer",
                "--project=shop=editor,viewer",
                "--metadata=team=checkout",
                "--metadata=note=a=b",
                "--alias=pay",
                "--delete-protection");

        assertThat(made.out()).isEqualTo("payments" + System.lineSeparator());
        assertThat(made.err()).contains("sallyport auth set");
        assertThat(cli.shown("payments"))
                .containsEntry("id", "payments")
                .containsEntry("name", "Payments")
                .containsEntry("role", "viewer")
                .containsEntry("projects", Map.of("shop", List.of("editor", "viewer")))
                .containsEntry("alias", "pay")
                .containsEntry("hasDeleteProtection", true)
                .containsEntry("disabled", false)
                .containsEntry("createdAt", "2026-03-01T12:00:00Z")
                .containsEntry(
                        "metadata",
                        List.of(Map.of("key", "team", "value", "checkout"), Map.of("key", "note", "value", "a=b")))
                .containsEntry("lastLogin", null);
    }

    @Test
    void makesAnIdWhereNoneIsChosen() {
        String id = cli.done("identity", "create").out().trim();
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(cli.shown(id)).doesNotContainKey("notBefore");
        cli.done("identity", "create", "chosen");
        assertThat(cli.shown("chosen")).containsEntry("notBefore", "2026-03-01T12:00:00.000Z");
    }

    @Test
    void changesWhatIsNamedAndLeavesTheRest() {
        cli.done(
                "identity",
                "create",
                "a",
                "--name=A",
                "--project=p=x",
                "--project=q=y",
                "--metadata=k=1",
                "--metadata=l=2",
                "--delete-protection");

        cli.done(
                "identity",
                "update",
                "a",
                "--role=admin",
                "--project=p=",
                "--project=r=z",
                "--metadata=k=3",
                "--remove-metadata=l",
                "--no-delete-protection");

        assertThat(cli.shown("a"))
                .containsEntry("name", "A")
                .containsEntry("role", "admin")
                .containsEntry("projects", Map.of("q", List.of("y"), "r", List.of("z")))
                .containsEntry("metadata", List.of(Map.of("key", "k", "value", "3")))
                .containsEntry("hasDeleteProtection", false);
    }

    @Test
    void disablesEnablesRevokesAndDeletes() {
        cli.done("identity", "create", "a");
        cli.done("identity", "disable", "a");
        assertThat(cli.shown("a")).containsEntry("disabled", true);
        cli.done("identity", "enable", "a");
        assertThat(cli.shown("a")).containsEntry("disabled", false);
        cli.done("identity", "revoke-tokens", "a");
        assertThat(cli.shown("a")).containsEntry("notBefore", "2026-03-01T12:00:00.000Z");
        cli.done("identity", "delete", "a");
        cli.run("identity", "show", "a").exits(ExitCode.NOT_FOUND);
    }

    @Test
    void pagesThroughAListByCursor() throws Exception {
        for (String id : List.of("c", "a", "d", "b", "e")) {
            cli.done("identity", "create", id, "--name=" + (id.equals("e") ? "Other" : "Same"));
        }
        List<Object> seen = new ArrayList<>();
        List<String> more = new ArrayList<>();
        do {
            List<String> arguments =
                    new ArrayList<>(List.of("identity", "list", "--search=Sa", "--limit=3", "--output=json"));
            arguments.addAll(more);
            Map<String, Object> page =
                    cli.done(arguments.toArray(String[]::new)).json();
            ((List<?>) page.get("identities")).forEach(one -> seen.add(((Map<?, ?>) one).get("id")));
            more = page.containsKey("nextCursor") ? List.of("--cursor=" + page.get("nextCursor")) : List.of();
        } while (!more.isEmpty());
        assertThat(seen).containsExactly("a", "b", "c", "d");

        assertThat(cli.done("identity", "list", "--limit=5").out().lines())
                .hasSize(6)
                .first()
                .asString()
                .startsWith("ID  NAME");
        assertThat(cli.done("identity", "list", "--limit=2").err()).contains("--cursor ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--cursor=!", "--cursor=e30", "--limit=0", "--limit=1001", "--limit=x"})
    void refusesAPageThatThereIsNot(String argument) {
        cli.done("identity", "create", "a");
        Cli.Outcome refused = cli.run("identity", "list", argument).exits(ExitCode.INVALID);
        assertThat(refused.err()).contains(argument.substring(0, 7));
    }

    static Stream<List<String>> onAnUnknownIdentity() {
        return Stream.of(
                List.of("identity", "show", "no-such-id"),
                List.of("identity", "update", "no-such-id", "--name=x"),
                List.of("identity", "disable", "no-such-id"),
                List.of("identity", "enable", "no-such-id"),
                List.of("identity", "delete", "no-such-id"),
                List.of("identity", "delete", "no-such-id", "--invalid"),
                List.of("identity", "revoke-tokens", "no-such-id"),
                List.of("auth", "show", "gcp", "no-such-id"),
                List.of("auth", "remove", "gcp", "no-such-id"),
                List.of("auth", "set", "gcp", "no-such-id", "--allowed-service-accounts=*"),
                List.of("client", "alias", "no-such-id", "x"),
                List.of("client", "secret", "add", "no-such-id"),
                List.of("client", "secret", "list", "no-such-id"),
                List.of("client", "secret", "remove", "no-such-id", "x"),
                List.of("grant", "add", "no-such-id", "orders-api"),
                List.of("grant", "list", "no-such-id"),
                List.of("audience", "add", "no-such-id", "orders-api"),
                List.of("audience", "list", "no-such-id"));
    }

    @ParameterizedTest
    @MethodSource("onAnUnknownIdentity")
    void saysHowToFindWhoThereIs(List<String> arguments) {
        cli.done("identity", "create", "valid-id");
        Cli.Outcome refused = cli.run(arguments.toArray(String[]::new)).exits(ExitCode.NOT_FOUND);
        assertThat(refused.err()).contains("sallyport identity list");
        assertThat(refused.out()).isEmpty();
    }

    @Test
    void refusesWithWhatToDoInstead() throws Exception {
        cli.done("identity", "create", "a", "--alias=first", "--delete-protection");
        cli.done("identity", "create", "b");

        assertThat(cli.run("identity", "create", "a").exits(ExitCode.REFUSED).err())
                .contains("sallyport identity update");
        assertThat(cli.run("identity", "delete", "a").exits(ExitCode.REFUSED).err())
                .contains("--no-delete-protection");
        assertThat(cli.run("identity", "update", "b", "--alias=first")
                        .exits(ExitCode.REFUSED)
                        .err())
                .contains("belongs to a")
                .contains("sallyport client alias");
        assertThat(cli.run("identity", "update", "b").exits(ExitCode.INVALID).err())
                .contains("--name");
        assertThat(cli.run("identity", "show", "a b").exits(ExitCode.INVALID).err())
                .contains("127");
    }

    @Test
    void leavesToTerraformWhatIsTerraforms() throws Exception {
        cli.done("identity", "create", "a");
        try (SqliteDatabase database = SqliteDatabase.open(cli.data().resolve("sallyport.db"))) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS)
                    .save(Providers.DOCUMENTS.readRecord(new IdentityId("a"), Map.of("managedBy", "terraform")));
        }
        assertThat(cli.run("identity", "update", "a", "--name=x")
                        .exits(ExitCode.REFUSED)
                        .err())
                .contains("terraform");
        assertThat(cli.shown("a")).containsEntry("managedBy", "terraform").containsEntry("name", "a");
    }

    @Test
    void deletesWhatIsNotValidOnlyIfToldSo() throws Exception {
        cli.done("identity", "create", "valid");
        try (SqliteDatabase database = SqliteDatabase.open(cli.data().resolve("sallyport.db"))) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS)
                    .saveDocument(new IdentityId("broken"), "{\"nmae\":\"x\"}");
        }
        assertThat(cli.run("identity", "show", "broken").exits(ExitCode.INVALID).err())
                .contains("nmae")
                .contains("--invalid");
        cli.run("identity", "delete", "broken").exits(ExitCode.INVALID);
        assertThat(cli.run("identity", "delete", "valid", "--invalid")
                        .exits(ExitCode.INVALID)
                        .err())
                .contains("omit --invalid");
        cli.done("identity", "delete", "broken", "--invalid");
        cli.run("identity", "show", "broken").exits(ExitCode.NOT_FOUND);
        assertThat(cli.shown("valid")).containsEntry("id", "valid");
    }

    @Test
    void findsNoStoreInAnEmptyFolder() {
        Cli.Outcome refused = cli.run("identity", "list").exits(ExitCode.UNAVAILABLE);
        assertThat(refused.err()).contains("--data", "SALLYPORT_STORE", "sallyport identity create");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void saysThatTheStoreCannotBeUsed() throws Exception {
        Files.createDirectories(cli.data());
        Files.writeString(cli.data().resolve("sallyport.db"), "This is no database. ".repeat(100));
        cli.run("identity", "list").exits(ExitCode.UNAVAILABLE);
    }

    @Test
    void goesToTheStoreThatIsConfigured() {
        Environment environment = new TestEnvironment(Map.of("SALLYPORT_STORE", "firestore:nothing")).environment();
        assertThat(new Cli(environment, folder)
                        .run("identity", "list")
                        .exits(ExitCode.INVALID)
                        .err())
                .contains("SALLYPORT_STORE", "firestore:PROJECT/DATABASE");
    }

    @Test
    void keepsAccountOfEachChange() throws Exception {
        Path log = folder.resolve("changes.jsonl");
        cli.done("identity", "create", "a", "--name=A", "--audit-log=" + log);
        cli.done("identity", "update", "a", "--name=B", "--audit-log=" + log);
        cli.done("identity", "delete", "a", "--audit-log=" + log);
        cli.run("identity", "delete", "a", "--audit-log=" + log).exits(ExitCode.NOT_FOUND);

        List<Map<String, Object>> lines = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            lines.add(Json.parseObject(line));
        }
        assertThat(lines)
                .extracting(line -> line.get("action"))
                .containsExactly("identity.create", "identity.update", "identity.delete");
        assertThat(lines.get(0)).containsEntry("before", null).containsEntry("time", "2026-03-01T12:00:00Z");
        assertThat((Map<?, ?>) lines.get(1).get("before")).extracting("name").isEqualTo("A");
        assertThat((Map<?, ?>) lines.get(1).get("after")).extracting("name").isEqualTo("B");
        assertThat(lines.get(2)).containsEntry("after", null);
        assertThat(lines.get(0).get("by")).isEqualTo(Map.of("way", "cli", "user", System.getProperty("user.name")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
                .isEqualTo("rw-------");
        assertThat(cli.done("identity", "create", "c", "--audit-log=-").err())
                .contains("\"action\":\"identity.create\"");
    }

    @Test
    void changesNothingThatItCannotKeepAccountOf() {
        cli.done("identity", "create", "a", "--name=A");
        cli.run("identity", "update", "a", "--name=B", "--audit-log=" + folder.resolve("none/log"))
                .exits(ExitCode.UNAVAILABLE);
        assertThat(cli.shown("a")).containsEntry("name", "A");
    }

    /** A caller that may set a name must not be able to control the operator's terminal. */
    @Test
    void printsNoControlCharacters() {
        String name = "\u001b[2Jx\u202ey\u009b31m\u2028\ufeffz\u007f";
        Cli.Outcome made = cli.done("identity", "create", "a", "--name=" + name, "--audit-log=-", "--output=json");
        assertThat(made.out() + made.err()).contains("\\u009B31m").matches("[ -~\n]*");
        assertThat(cli.shown("a")).containsEntry("name", name);
        for (String command : List.of("list", "show")) {
            List<String> arguments =
                    command.equals("list") ? List.of("identity", "list") : List.of("identity", "show", "a");
            assertThat(cli.done(arguments.toArray(String[]::new)).out())
                    .contains("\\u001b[2Jx\\u202ey")
                    .matches("[ -~\n]*");
        }
    }

    /** Scripts rely on the codes, so every command's help lists them. */
    @Test
    void everyCommandHelpsAndTellsItsExitCodes() {
        Set<String> seen = new HashSet<>();
        for (String group : List.of("identity", "auth", "client", "grant", "audience", "token")) {
            helps(List.of(group), Main.commandLine().getSubcommands().get(group), seen);
        }
        assertThat(seen).hasSizeGreaterThan(30).contains("auth set jwt-bearer", "client secret add");
    }

    private void helps(List<String> path, CommandLine command, Set<String> seen) {
        List<String> arguments = new ArrayList<>(path);
        arguments.add("--help");
        Cli.Outcome help = cli.execute("", arguments).exits(ExitCode.DONE);
        assertThat(help.out()).as(path.toString()).contains("Usage: sallyport " + String.join(" ", path));
        assertThat(help.out().split("Exit codes:", -1)).as(path.toString()).hasSize(2);
        assertThat(Arrays.stream(help.out().split("Exit codes:", -1)[1].split("\n", -1)))
                .as(path.toString())
                .anyMatch(line -> line.strip().startsWith("4"));
        seen.add(String.join(" ", path));
        command.getSubcommands().forEach((name, sub) -> {
            List<String> below = new ArrayList<>(path);
            below.add(name);
            helps(below, sub, seen);
        });
    }
}
