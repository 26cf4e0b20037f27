package io.sallyport.demo;

import static io.sallyport.cli.LauncherFixture.assertRan;
import static io.sallyport.cli.LauncherFixture.executable;
import static io.sallyport.cli.LauncherFixture.fakeJava;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.LauncherFixture;
import io.sallyport.cli.LauncherFixture.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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

/** The script that starts the product, in a copy of the project's folders that contains nothing else. */
@Timeout(60)
class LauncherTest {
    /** Tests of a module run in its folder. */
    private static final Path SCRIPT = Path.of("..", "sallyport");

    private static final List<String> TOOLS =
            List.of("dirname", "readlink", "sed", "find", "mkdir", "touch", "grep", "head");
    private static final Instant BUILT = Instant.parse("2026-01-02T00:00:00Z");

    @TempDir
    private Path folder;

    private LauncherFixture launcher;
    private Path home;
    private Path jar;
    private Path tools;

    @BeforeEach
    void copyTheScript() throws IOException {
        launcher = new LauncherFixture(folder, "bash", TOOLS);
        tools = launcher.tools();
        // A space, as in many home folders' names.
        home = Files.createDirectory(folder.resolve("sally port"));
        Files.copy(SCRIPT, home.resolve("sallyport"));
        jar = write("demo/target/sallyport-demo.jar", "built before", BUILT);
        write("pom.xml", "", BUILT.minusSeconds(60));
        write("common/src/main/java/Common.java", "", BUILT.minusSeconds(60));
    }

    private Path write(String name, String content, Instant time) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.from(time));
        for (Path in = file.getParent(); in.startsWith(home); in = in.getParent()) {
            Files.setLastModifiedTime(in, FileTime.from(BUILT.minusSeconds(60)));
        }
        return file;
    }

    @Test
    void saysThatThereIsNoJava() throws Exception {
        Outcome outcome = run(Map.of());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .isEqualTo("sallyport: there is no java. Install a JDK, version 17 or later (on Debian: apt-get install"
                        + " openjdk-17-jdk-headless), or set JAVA_HOME.\n");
    }

    @Test
    void saysThatJavaHomeHoldsNoJava() throws Exception {
        launcher.fakeJava("17");
        Outcome outcome = run(Map.of("JAVA_HOME", "/nowhere/jdk"));
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo("sallyport: JAVA_HOME is /nowhere/jdk, and there is no bin/java in it. Point it to a JDK,"
                        + " version 17 or later.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8", "9", "11", "16"})
    void saysThatAJavaIsTooOld(String version) throws Exception {
        Path java = launcher.fakeJava(version);
        Outcome outcome = run(Map.of());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).as("it was not run").isEmpty();
        assertThat(outcome.err())
                .isEqualTo("sallyport: " + java + " is Java " + version
                        + ". Install a JDK, version 17 or later, or set JAVA_HOME to one.\n");
    }

    @Test
    void saysThatAJavaDoesNotTellItsVersion() throws Exception {
        Path java = executable(tools.resolve("java"), "echo what?");
        Outcome outcome = run(Map.of());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("sallyport: " + java + " is Java of an unknown version.");
    }

    @Test
    void saysThatAJavaDoesNotRun() throws Exception {
        Path java = executable(tools.resolve("java"), "exit 127");
        Outcome outcome = run(Map.of());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("sallyport: " + java + " is Java of an unknown version.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "21", "25", "100"})
    void runsOnEveryJavaFrom17(String version) throws Exception {
        launcher.fakeJava(version);
        assertRan(run(Map.of()), jar);
    }

    @Test
    void prefersTheJavaOfJavaHome() throws Exception {
        launcher.fakeJava("11");
        Path jdk = Files.createDirectories(folder.resolve("my jdk/bin"));
        fakeJava(jdk, "21");
        assertRan(run(Map.of("JAVA_HOME", jdk.getParent().toString())), jar);
    }

    @Test
    void handsItsArgumentsOnAsTheyAre() throws Exception {
        launcher.fakeJava("17");
        assertRan(run(Map.of(), "demo", "--full", "a  b", "", "*"), jar, "demo", "--full", "a  b", "", "*");
    }

    @Test
    void handsOnOptionsForJava() throws Exception {
        launcher.fakeJava("17");
        Outcome outcome = run(Map.of("SALLYPORT_JAVA_OPTIONS", "-Xmx64m -Da=b"));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines()).contains("<-Xmx64m>", "<-Da=b>");
    }

    /** Once per build; whatever happens, the command runs. */
    @Test
    void keepsTheClassesOfAStart() throws Exception {
        for (String tool : List.of("mktemp", "mv", "rm", "env")) {
            launcher.allow(tool);
        }
        launcher.fakeJava("17");
        launcher.keepClasses();
        Path archive = home.resolve("demo/target/sallyport.jsa");
        assertRan(run(Map.of("SALLYPORT_STORE", "firestore:shop/sallyport"), "demo"), jar, "demo");
        assertThat(archive).as("nothing of it is for a store in use").hasContent("kept");
        Files.writeString(archive, "still");
        assertThat(run(Map.of(), "demo").out().lines()).contains("<-XX:SharedArchiveFile=" + archive + ">");
        assertThat(archive).hasContent("still");
        Files.setLastModifiedTime(archive, FileTime.from(BUILT.minusSeconds(1)));
        assertRan(run(Map.of(), "demo"), jar, "demo");
        assertThat(archive).hasContent("kept");
        try (Stream<Path> files = Files.list(archive.getParent())) {
            assertThat(files).containsExactlyInAnyOrder(archive, jar);
        }
    }

    @Test
    void endsAsTheProductEnds() throws Exception {
        executable(
                tools.resolve("java"),
                "[ \"$1\" = -XshowSettings:properties ] && echo '    java.specification.version = 17' && exit",
                "exit 42");
        assertThat(run(Map.of()).exitCode()).isEqualTo(42);
    }

    @ParameterizedTest(name = "from {0} as {1}")
    @CsvSource({
        "elsewhere, ../sally port/sallyport",
        "sally port, ./sallyport",
        "sally port/demo/target, ../../sallyport",
        "elsewhere, ../links/absolute",
        "elsewhere, ../links/relative",
        "links, chained"
    })
    void findsItsFilesFromAnywhere(String from, String as) throws Exception {
        launcher.fakeJava("17");
        Files.createDirectory(folder.resolve("elsewhere"));
        Path links = Files.createDirectory(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("absolute"), home.resolve("sallyport"));
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../sally port/sallyport"));
        Files.createSymbolicLink(links.resolve("chained"), Path.of("relative"));
        assertRan(launcher.run(folder.resolve(from), as, Map.of(), "demo"), jar, "demo");
    }

    @Test
    void buildsWhatIsNotBuilt() throws Exception {
        launcher.fakeJava("17");
        executable(tools.resolve("javac"), "exit 0");
        executable(
                tools.resolve("mvn"),
                "echo \"mvn $*\"",
                "echo '[INFO] Building Sallyport 0.1.0-SNAPSHOT                             [1/12]'",
                "echo '[INFO] Building Sallyport: simulated clouds 0.1.0-SNAPSHOT           [2/12]'",
                "echo '[WARNING] Building on sand'",
                "echo '[INFO] Building Sallyport: demo 1.10 [12/12]'",
                "printf built > demo/target/sallyport-demo.jar");
        Files.delete(jar);
        Outcome outcome = run(Map.of(), "demo");
        assertRan(outcome, jar, "demo");
        assertThat(outcome.err()).isEqualTo("""
                        sallyport: building; the first build downloads the libraries and takes some minutes
                        sallyport: [2/12] simulated clouds
                        sallyport: [12/12] demo
                        """);
        assertThat(jar).hasContent("built");
        assertThat(home.resolve("demo/target/build.log"))
                .content(UTF_8)
                .contains("-pl demo -am package", "Building on sand", "[12/12]")
                .as("what only clouds need is not built")
                .contains("-Darchives.skip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"pom.xml", "common/pom.xml", "common/src/main/java/New.java", "fn-some/src/main/java/A.java"})
    void buildsAgainWhenSomethingIsNewer(String source) throws Exception {
        launcher.fakeJava("17");
        executable(tools.resolve("javac"), "exit 0");
        executable(tools.resolve("mvn"), "printf again > demo/target/sallyport-demo.jar");
        write(source, "", BUILT.plusSeconds(1));
        assertRan(run(Map.of()), jar);
        assertThat(jar).hasContent("again");
        Files.delete(tools.resolve("mvn"));
        assertRan(run(Map.of()), jar);
    }

    @Test
    void doesNotBuildForTheSakeOfTests() throws Exception {
        launcher.fakeJava("17");
        write("common/src/test/java/CommonTest.java", "", BUILT.plusSeconds(1));
        assertRan(run(Map.of()), jar);
    }

    @Test
    void saysThatThereIsNoCompiler() throws Exception {
        launcher.fakeJava("17");
        Files.delete(jar);
        Outcome outcome = run(Map.of());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo("sallyport: there is a Java runtime but no compiler. Install a JDK, version 17 or later, or"
                        + " set JAVA_HOME to one.\n");
    }

    @Test
    void saysThatThereIsNoMaven() throws Exception {
        launcher.fakeJava("17");
        executable(tools.resolve("javac"), "exit 0");
        Files.delete(jar);
        Outcome outcome = run(Map.of());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo("sallyport: there is no mvn. Install Maven, version 3.8 or later (on Debian: apt-get install"
                        + " maven).\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo '[ERROR] cannot find symbol'",
                "i=0; while [ $i -lt 3000 ]; do echo '[ERROR] cannot find symbol'; i=$((i + 1)); done",
                "echo nothing that looks like an error"
            })
    void saysThatTheBuildFails(String mavenSays) throws Exception {
        launcher.fakeJava("17");
        executable(tools.resolve("javac"), "exit 0");
        executable(tools.resolve("mvn"), mavenSays, "exit 1");
        Files.delete(jar);
        Outcome outcome = run(Map.of());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .endsWith("sallyport: the build failed; all of its output is in " + home + "/demo/target/build.log\n");
        assertThat(outcome.err().contains("cannot find symbol")).isEqualTo(mavenSays.contains("ERROR"));
        assertThat(outcome.err().lines()).hasSizeLessThan(25);
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        return launcher.run(folder, home.resolve("sallyport").toString(), environment, arguments);
    }
}
