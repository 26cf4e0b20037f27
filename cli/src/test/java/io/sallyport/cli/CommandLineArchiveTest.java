package io.sallyport.cli;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line as released: unpacked, inspected and run. Runs after the archive is built. */
@Timeout(120)
class CommandLineArchiveTest {
    private static final String VERSION = System.getProperty("project.version", "0.1.0-SNAPSHOT");
    private static final Path ARCHIVE = Path.of("target", "sallyport-cli-" + VERSION + ".tar.gz");

    /** What operators do not need: the simulated clouds and their libraries, the demo, and test libraries. */
    private static final Predicate<String> NOT_SHIPPED = Pattern.compile(
                    "^(org/bouncycastle|io/sallyport/(simulated|demo"
                            + "|testing|platforms|bench|azureapp)|org/(junit|mockito|assertj|opentest4j)|net/bytebuddy)/")
            .asPredicate();

    @TempDir
    private static Path folder;

    private static Path home;

    private static Path user;

    /** A command's result. */
    private record Outcome(int exitCode, String out, String err) {}

    @BeforeAll
    static void unpack() throws Exception {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
        // A space, as in many home folders' names.
        Path place = Files.createDirectory(folder.resolve("sally port"));
        Process tar = new ProcessBuilder(
                        "tar", "-xzpf", ARCHIVE.toAbsolutePath().toString())
                .directory(place.toFile())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        try (Stream<Path> files = Files.list(place)) {
            assertThat(files).containsExactly(place.resolve("sallyport-" + VERSION));
        }
        home = place.resolve("sallyport-" + VERSION).toRealPath();
        user = Files.createDirectory(folder.resolve("home"));
    }

    @Test
    void holdsTheLauncherAndTheJarsOfTheClassPathAlone() throws Exception {
        TreeSet<String> expected =
                new TreeSet<>(List.of("bin/sallyport", "LICENSE", "NOTICE", "THIRD-PARTY-NOTICES.txt"));
        for (Path jar : classPath()) {
            expected.add("lib/" + jar.getFileName());
        }
        TreeSet<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                found.add(home.relativize(file).toString());
            }
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void namesEveryLibraryInTheNotices() throws Exception {
        List<String> words = List.of(
                Files.readString(home.resolve("THIRD-PARTY-NOTICES.txt")).split("[\\s,]+"));
        assertThat(classPath())
                .extracting(jar -> jar.getFileName().toString().replaceFirst("(-\\d.*)?\\.jar$", ""))
                .filteredOn(name -> !name.startsWith("sallyport") && !name.startsWith("fn-"))
                .isNotEmpty()
                .isSubsetOf(words);
    }

    @Test
    void letsEveryoneReadItAndRunTheLauncher() throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean runs = file.endsWith("bin/sallyport");
                assertThat(Files.getPosixFilePermissions(file))
                        .as(file.toString())
                        .isEqualTo(PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    @Test
    void hasNoSimulatedCloudsAndNoBouncyCastle() throws Exception {
        for (Path jar : classPath()) {
            assertThat(entries(jar)).as(jar.toString()).noneMatch(NOT_SHIPPED);
        }
    }

    /** A library that contains parts of others would hide the versions that we chose, or be hidden by them. */
    @Test
    void findsEachClassInOneJarAlone() throws Exception {
        Set<String> all = new HashSet<>();
        for (Path jar : classPath()) {
            List<String> classes = entries(jar).stream()
                    .filter(name -> name.endsWith(".class") && !name.contains("module-info"))
                    .toList();
            assertThat(classes).as(jar.toString()).noneMatch(all::contains);
            all.addAll(classes);
        }
        assertThat(all)
                .contains("com/fasterxml/jackson/core/JsonFactory.class", "org/eclipse/jetty/server/Server.class")
                .noneMatch(name -> name.contains("functions/invoker"));
    }

    @Test
    void saysItsVersion() throws Exception {
        Outcome outcome = run(home.resolve("bin/sallyport"), "--version");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo("sallyport " + VERSION + "\n");
        assertThat(outcome.err()).isEmpty();
    }

    /** On the embedded store, with its native library; through a link, as from an installation on the path. */
    @Test
    void createsAnIdentity() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("sallyport"), home.resolve("bin/sallyport"));
        Outcome created = run(link, "identity", "create", "payments", "--data", "a store");
        assertThat(created.exitCode()).as(created.err()).isZero();
        Outcome listed = run(link, "identity", "list", "--data", "a store", "--output", "json");
        assertThat(listed.exitCode()).as(listed.err()).isZero();
        assertThat(Json.parseObject(listed.out()))
                .extractingByKey("identities", as(LIST))
                .singleElement(as(MAP))
                .containsEntry("id", "payments");
    }

    /** Google's libraries split the command at spaces, so it must not contain any. */
    @Test
    void namesItselfInCredentialFiles() throws Exception {
        Path place = Files.createDirectories(folder.resolve("opt/sallyport")).toRealPath();
        Path launcher = Files.createDirectory(place.resolve("bin")).resolve("sallyport");
        Files.copy(home.resolve("bin/sallyport"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(place.resolve("lib"), home.resolve("lib"));
        Outcome outcome = run(
                launcher,
                "gcloud-config",
                "--issuer=https://login.example.com",
                "--identity=payments",
                "--platform=gcp",
                "--project-number=123456789012",
                "--pool=workloads",
                "--provider=sallyport");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains(launcher + " gcloud-token ");
    }

    /** The operators' command line has no demo; that is for people who have the source. */
    @Test
    void hasNoDemo() throws Exception {
        Outcome outcome = run(home.resolve("bin/sallyport"), "demo");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("Unmatched argument");
    }

    @Test
    void keepsTheClassesOfAStartAndSqlitesLibraryInTheUsersCache() throws Exception {
        assertThat(run(home.resolve("bin/sallyport"), "--version").exitCode()).isZero();
        try (Stream<Path> files = Files.list(user.resolve(".cache/sallyport"))) {
            List<String> names = files.peek(file -> assertThat(file).isNotEmptyFile())
                    .map(file -> file.getFileName().toString())
                    .toList();
            List<String> archives =
                    names.stream().filter(name -> name.endsWith(".jsa")).toList();
            assertThat(archives).isNotEmpty();
            // Both are there only if the trial served all that it was asked. Other tests start other Javas.
            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(archives.stream()
                            .flatMap(name -> Stream.of(name, name + ".so"))
                            .toList());
        }
    }

    /** The launcher's jar, and those that its manifest names, in class-loading order. */
    private static List<Path> classPath() throws IOException {
        Path lib = home.resolve("lib");
        List<Path> jars = new ArrayList<>(List.of(lib.resolve("sallyport.jar")));
        try (JarFile jar = new JarFile(jars.get(0).toFile())) {
            String names = Objects.requireNonNull(jar.getManifest())
                    .getMainAttributes()
                    .getValue(Attributes.Name.CLASS_PATH);
            Stream.of(names.split(" ")).map(lib::resolve).forEach(jars::add);
        }
        return jars;
    }

    private static List<String> entries(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(entry -> entry.getName()).toList();
        }
    }

    private Outcome run(Path launcher, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH", System.getenv().getOrDefault("PATH", ""),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "HOME", user.toString()));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
