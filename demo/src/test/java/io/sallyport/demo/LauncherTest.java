package io.sallyport.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that people start the product with, in a copy of the project's folders with nothing but itself in them. */
@Timeout(60)
class LauncherTest {
    /** Tests of a module run in its folder. */
    private static final Path SCRIPT = Path.of("..", "sallyport");

    private static final List<String> TOOLS =
            List.of("dirname", "readlink", "sed", "find", "mkdir", "touch", "grep", "head");
    private static final Instant BUILT = Instant.parse("2026-01-02T00:00:00Z");

    @TempDir
    private Path folder;

    private Path bash;
    private Path home;
    private Path jar;
    private Path tools;

    /** What the script came to. */
    private record Outcome(int exitCode, String out, String err) {}

    @BeforeEach
    void copyTheScript() throws IOException {
        Optional<Path> found = onPath("bash");
        assumeTrue(found.isPresent(), "no bash here");
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
        bash = found.get();
        tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : TOOLS) {
            executable(tools.resolve(tool), "exec '" + onPath(tool).orElseThrow() + "' \"$@\"");
        }
        // A space, as in many a home folder's name.
        home = Files.createDirectory(folder.resolve("sally port"));
        Files.copy(SCRIPT, home.resolve("sallyport"));
        jar = write("demo/target/sallyport-demo.jar", "built before", BUILT);
        write("pom.xml", "", BUILT.minusSeconds(60));
        write("common/src/main/java/Common.java", "", BUILT.minusSeconds(60));
    }

    private static Optional<Path> onPath(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(place -> Path.of(place, tool))
                .filter(Files::isExecutable)
                .findFirst();
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
        fakeJava(tools, "17");
        Outcome outcome = run(Map.of("JAVA_HOME", "/nowhere/jdk"));
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo("sallyport: JAVA_HOME is /nowhere/jdk, and there is no bin/java in it. Point it to a JDK,"
                        + " version 17 or later.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8", "9", "11", "16"})
    void saysThatAJavaIsTooOld(String version) throws Exception {
        Path java = fakeJava(tools, version);
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
        fakeJava(tools, version);
        assertRan(run(Map.of()), jar);
    }

    @Test
    void prefersTheJavaOfJavaHome() throws Exception {
        fakeJava(tools, "11");
        Path jdk = Files.createDirectories(folder.resolve("my jdk/bin"));
        fakeJava(jdk, "21");
        assertRan(run(Map.of("JAVA_HOME", jdk.getParent().toString())), jar);
    }

    @Test
    void handsItsArgumentsOnAsTheyAre() throws Exception {
        fakeJava(tools, "17");
        assertRan(run(Map.of(), "demo", "--full", "a  b", "", "*"), jar, "demo", "--full", "a  b", "", "*");
    }

    @Test
    void handsOnOptionsForJava() throws Exception {
        fakeJava(tools, "17");
        Outcome outcome = run(Map.of("SALLYPORT_JAVA_OPTIONS", "-Xmx64m -Da=b"));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines()).contains("<-Xmx64m>", "<-Da=b>");
    }

    /** Once for each build; whatever comes of it, the command runs. */
    @Test
    void keepsTheClassesOfAStart() throws Exception {
        for (String tool : List.of("mktemp", "mv", "rm")) {
            executable(tools.resolve(tool), "exec '" + onPath(tool).orElseThrow() + "' \"$@\"");
        }
        fakeJava(tools, "17");
        String fake = Files.readString(tools.resolve("java"));
        executable(
                tools.resolve("java"),
                "case $1 in -XX:ArchiveClassesAtExit=*) printf 'kept%s' \"$SALLYPORT_STORE\" >\"${1#*=}\"; exit 1 ;; esac",
                fake.substring(fake.indexOf('\n') + 1));
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
        fakeJava(tools, "17");
        Files.createDirectory(folder.resolve("elsewhere"));
        Path links = Files.createDirectory(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("absolute"), home.resolve("sallyport"));
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../sally port/sallyport"));
        Files.createSymbolicLink(links.resolve("chained"), Path.of("relative"));
        assertRan(run(folder.resolve(from), as, Map.of(), "demo"), jar, "demo");
    }

    @Test
    void buildsWhatIsNotBuilt() throws Exception {
        fakeJava(tools, "17");
        executable(tools.resolve("javac"), "exit 0");
        executable(tools.resolve("mvn"), "echo \"mvn $*\"; printf built > demo/target/sallyport-demo.jar");
        Files.delete(jar);
        Outcome outcome = run(Map.of(), "demo");
        assertRan(outcome, jar, "demo");
        assertThat(outcome.err()).isEqualTo("sallyport: building; the first time this takes some minutes\n");
        assertThat(jar).hasContent("built");
        assertThat(home.resolve("demo/target/build.log"))
                .content(UTF_8)
                .contains("-pl demo -am package")
                .as("what only clouds need is not built")
                .contains("-Darchives.skip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"pom.xml", "common/pom.xml", "common/src/main/java/New.java", "fn-some/src/main/java/A.java"})
    void buildsAgainWhenSomethingIsNewer(String source) throws Exception {
        fakeJava(tools, "17");
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
        fakeJava(tools, "17");
        write("common/src/test/java/CommonTest.java", "", BUILT.plusSeconds(1));
        assertRan(run(Map.of()), jar);
    }

    @Test
    void saysThatThereIsNoCompiler() throws Exception {
        fakeJava(tools, "17");
        Files.delete(jar);
        Outcome outcome = run(Map.of());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .isEqualTo("sallyport: there is a Java runtime but no compiler. Install a JDK, version 17 or later, or"
                        + " set JAVA_HOME to one.\n");
    }

    @Test
    void saysThatThereIsNoMaven() throws Exception {
        fakeJava(tools, "17");
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
        fakeJava(tools, "17");
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

    /** Tells its version, and otherwise the arguments that it is given, one a line. */
    private static Path fakeJava(Path bin, String version) throws IOException {
        return executable(
                bin.resolve("java"),
                "if [ \"$1\" = -XshowSettings:properties ]; then",
                "  echo 'Property settings:' >&2",
                "  echo '    java.specification.version = " + version + "' >&2",
                "  echo '    java.vm.specification.version = 1' >&2",
                "else",
                "  printf '<%s>\\n' \"$@\"",
                "fi");
    }

    private static Path executable(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void assertRan(Outcome outcome, Path jar, String... arguments) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        List<String> expected = new ArrayList<>(List.of("<-jar>", "<" + jar + ">"));
        Stream.of(arguments).map(argument -> "<" + argument + ">").forEach(expected::add);
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines).endsWith(expected.toArray(String[]::new));
        assertThat(lines)
                .filteredOn(line -> !line.startsWith("<-X") && !line.startsWith("<-Dsallyport.command="))
                .isEqualTo(expected);
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        return run(folder, home.resolve("sallyport").toString(), environment, arguments);
    }

    private Outcome run(Path from, String script, Map<String, String> environment, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(bash.toString(), script));
        command.addAll(List.of(arguments));
        File out = folder.resolve("out").toFile();
        File err = folder.resolve("err").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(from.toFile())
                .redirectOutput(out)
                .redirectError(err);
        builder.environment().clear();
        Map<String, String> all = new HashMap<>(environment);
        all.put("PATH", tools.toString());
        builder.environment().putAll(all);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
    }
}
