package io.sallyport.cli;

import static io.sallyport.cli.LauncherFixture.assertRan;
import static io.sallyport.cli.LauncherFixture.executable;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.LauncherFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code bin/sallyport} of a release, next to a fake {@code lib}. */
@Timeout(60)
class ReleaseLauncherTest {
    /** Tests of a module run in its folder. */
    private static final Path SCRIPT = Path.of("src", "main", "launcher", "sallyport");

    private static final List<String> TOOLS =
            List.of("dirname", "readlink", "sed", "mkdir", "cksum", "mktemp", "rm", "mv", "find", "env");

    @TempDir
    private Path folder;

    private LauncherFixture launcher;
    private Path home;
    private Path jar;
    private Path user;

    @BeforeEach
    void unpack() throws IOException {
        launcher = new LauncherFixture(folder, "sh", TOOLS);
        // A space, as in many home folders' names.
        home = Files.createDirectories(folder.resolve("sally port/sallyport-1.2.3"));
        Files.createDirectory(home.resolve("bin"));
        Files.copy(SCRIPT, home.resolve("bin/sallyport"));
        jar = Files.writeString(Files.createDirectory(home.resolve("lib")).resolve("sallyport.jar"), "built");
        user = Files.createDirectory(folder.resolve("user's home"));
    }

    @ParameterizedTest(name = "from {0} as {1}")
    @CsvSource({
        "elsewhere, ../sally port/sallyport-1.2.3/bin/sallyport",
        "sally port/sallyport-1.2.3, bin/sallyport",
        "sally port/sallyport-1.2.3/lib, ../bin/sallyport",
        "elsewhere, ../links/absolute",
        "elsewhere, ../links/relative",
        "links, ./-chained"
    })
    void findsItsFilesFromAnywhere(String from, String as) throws Exception {
        launcher.fakeJava("17");
        Files.createDirectory(folder.resolve("elsewhere"));
        Path links = Files.createDirectory(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("absolute"), home.resolve("bin/sallyport"));
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../sally port/sallyport-1.2.3/bin/sallyport"));
        Files.createSymbolicLink(links.resolve("-chained"), Path.of("relative"));
        Outcome outcome = launcher.run(folder.resolve(from), as, Map.of("CDPATH", folder.toString()), "identity");
        assertRan(outcome, jar, "identity");
        assertThat(outcome.out().lines()).contains("<-Dsallyport.command=" + home.resolve("bin/sallyport") + ">");
    }

    @Test
    void handsItsArgumentsOnAsTheyAre() throws Exception {
        launcher.fakeJava("17");
        assertRan(run(Map.of(), "token", "--full", "a  b", "", "*"), jar, "token", "--full", "a  b", "", "*");
    }

    @Test
    void handsOnOptionsForJava() throws Exception {
        launcher.fakeJava("17");
        Outcome outcome = run(Map.of("SALLYPORT_JAVA_OPTIONS", "-Xmx64m -Da=b -Dall=*"));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines()).contains("<-Xmx64m>", "<-Da=b>", "<-Dall=*>");
    }

    @Test
    void endsAsTheProductEnds() throws Exception {
        executable(
                launcher.tools().resolve("java"),
                "[ \"$1\" = -XshowSettings:properties ] && echo '    java.specification.version = 17' && exit",
                "exit 42");
        assertThat(run(Map.of()).exitCode()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "21", "25", "100"})
    void runsOnEveryJavaFrom17(String version) throws Exception {
        launcher.fakeJava(version);
        assertRan(run(Map.of()), jar);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8", "9", "11", "16"})
    void saysThatAJavaIsTooOld(String version) throws Exception {
        Path java = launcher.fakeJava(version);
        assertFailed(
                run(Map.of()),
                java + " is Java " + version
                        + ". Install a Java runtime, version 17 or later, or set JAVA_HOME to one.");
    }

    @Test
    void prefersTheJavaOfJavaHome() throws Exception {
        launcher.fakeJava("11");
        Path runtime = Files.createDirectories(folder.resolve("my runtime/bin"));
        LauncherFixture.fakeJava(runtime, "21");
        assertRan(run(Map.of("JAVA_HOME", runtime.getParent().toString())), jar);
    }

    @Test
    void saysThatThereIsNoJava() throws Exception {
        assertFailed(
                run(Map.of()),
                "there is no java. Install a Java runtime, version 17 or later (on Debian: apt-get install"
                        + " openjdk-17-jre-headless), or set JAVA_HOME.");
    }

    @Test
    void saysThatJavaHomeHoldsNoJava() throws Exception {
        launcher.fakeJava("17");
        assertFailed(
                run(Map.of("JAVA_HOME", "/nowhere/jre")),
                "JAVA_HOME is /nowhere/jre, and there is no bin/java in it. Point it to a Java runtime, version 17 or"
                        + " later.");
    }

    @Test
    void saysThatItsJarIsMissing() throws Exception {
        launcher.fakeJava("17");
        Files.delete(jar);
        assertFailed(run(Map.of()), jar + " is missing. Unpack the release again; bin and lib stay together.");
    }

    @Test
    void keepsTheClassesOfAStartForEachReleaseAndJvm() throws Exception {
        launcher.fakeJava("17");
        launcher.keepClasses();
        Map<String, String> environment =
                Map.of("HOME", user.toString(), "SALLYPORT_STORE", "firestore:shop/sallyport");
        Path cache = user.resolve(".cache/sallyport");

        Outcome first = run(environment, "identity");
        assertRan(first, jar, "identity");
        Path archive = only(cache);
        assertThat(archive).as("nothing of it is for a store in use").hasContent("kept");
        assertThat(Files.getPosixFilePermissions(cache)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(first.out().lines()).contains("<-XX:SharedArchiveFile=" + archive + ">");

        Files.writeString(archive, "still");
        assertRan(run(environment, "identity"), jar, "identity");
        assertThat(only(cache)).hasContent("still");

        // Another build with the same name, size and time as the one before.
        FileTime time = Files.getLastModifiedTime(jar);
        Files.setLastModifiedTime(Files.writeString(jar, "again"), time);
        assertRan(run(environment, "identity"), jar, "identity");
        assertThat(content(cache)).hasSize(2);

        launcher.fakeJava("21");
        launcher.keepClasses();
        assertRan(run(environment, "identity"), jar, "identity");
        assertThat(content(cache)).hasSize(3);
    }

    @Test
    void removesTheArchivesOfLongAgoWhenItMakesOne() throws Exception {
        launcher.fakeJava("17");
        launcher.keepClasses();
        Path cache = Files.createDirectories(user.resolve("caches/sallyport"));
        Path old = Files.writeString(cache.resolve("1-2.jsa"), "old");
        Path interrupted = Files.writeString(cache.resolve("1-2.jsa.77"), "half");
        for (Path each : List.of(old, interrupted)) {
            Files.setLastModifiedTime(each, FileTime.from(Instant.now().minusSeconds(90 * 86_400L)));
        }
        Path recent = Files.writeString(cache.resolve("3-4.jsa"), "recent");
        assertRan(run(Map.of("XDG_CACHE_HOME", user.resolve("caches").toString())), jar);
        assertThat(content(cache)).hasSize(2).contains(recent).doesNotContain(old, interrupted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/nowhere", "relative", ""})
    void runsWithoutAFolderForTheClasses(String place) throws Exception {
        launcher.fakeJava("17");
        launcher.keepClasses();
        Outcome outcome = run(Map.of("HOME", place));
        assertRan(outcome, jar);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).doesNotContain("SharedArchiveFile");
    }

    @Test
    void runsThoughTheClassesCannotBeKept() throws Exception {
        launcher.fakeJava("17");
        launcher.keepClasses();
        Files.writeString(user.resolve(".cache"), "a file where the folder would be");
        Outcome outcome = run(Map.of("HOME", user.toString()));
        assertRan(outcome, jar);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).doesNotContain("SharedArchiveFile");
    }

    private static List<Path> content(Path cache) throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        }
    }

    private static Path only(Path cache) throws IOException {
        assertThat(content(cache)).hasSize(1);
        return content(cache).get(0);
    }

    private static void assertFailed(Outcome outcome, String message) {
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).isEqualTo("sallyport: " + message + "\n");
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        return launcher.run(folder, home.resolve("bin/sallyport").toString(), environment, arguments);
    }
}
