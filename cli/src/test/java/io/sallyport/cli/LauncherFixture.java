package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a launcher script whose path has only the programs that a test provides, such as a Java that prints its
 * arguments.
 */
public final class LauncherFixture {
    private final Path folder;
    private final Path shell;
    private final Path tools;

    /** A script's result. */
    public record Outcome(int exitCode, String out, String err) {}

    /**
     * @param folder an empty one
     * @param shell what runs the script; the test is skipped on a machine without it
     * @param tools programs of this machine that the script may call
     */
    public LauncherFixture(Path folder, String shell, List<String> tools) throws IOException {
        Optional<Path> found = onPath(shell);
        assumeTrue(found.isPresent(), "no " + shell + " here");
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
        this.folder = folder;
        this.shell = found.get();
        this.tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : tools) {
            allow(tool);
        }
    }

    private static Optional<Path> onPath(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(place -> Path.of(place, tool))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The only folder on the script's path. */
    public Path tools() {
        return tools;
    }

    /** Lets the script call a program of this machine. */
    public void allow(String tool) throws IOException {
        executable(tools.resolve(tool), "exec '" + onPath(tool).orElseThrow() + "' \"$@\"");
    }

    /** A Java on the path that prints its version if asked, and otherwise its arguments, one per line. */
    public Path fakeJava(String version) throws IOException {
        return fakeJava(tools, version);
    }

    /** As {@link #fakeJava(String)}, in another folder. */
    public static Path fakeJava(Path bin, String version) throws IOException {
        return executable(
                bin.resolve("java"),
                "if [ \"$1\" = -XshowSettings:properties ]; then",
                "  echo 'Property settings:' >&2",
                "  echo '    java.specification.version = " + version + "' >&2",
                "  echo '    java.vm.specification.version = 1' >&2",
                "  echo '    java.vm.version = " + version + ".0.1' >&2",
                "else",
                "  printf '<%s>\\n' \"$@\"",
                "fi");
    }

    /**
     * Makes the Java on the path write "kept", and the store that it would use, to the file where a JVM archives
     * classes.
     */
    public void keepClasses() throws IOException {
        String fake = Files.readString(tools.resolve("java"));
        executable(
                tools.resolve("java"),
                "case $1 in -XX:ArchiveClassesAtExit=* | -XX:AOTCacheOutput=*) printf 'kept%s' \"$SALLYPORT_STORE\" >\"${1#*=}\"; exit 1 ;; esac",
                fake.substring(fake.indexOf('\n') + 1));
    }

    /** Writes a script. */
    public static Path executable(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Runs a script with only the given environment and path. */
    public Outcome run(Path from, String script, Map<String, String> environment, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of(shell.toString(), script));
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

    /** The fake Java was started with the jar and the arguments, after options of the JVM. */
    public static void assertRan(Outcome outcome, Path jar, String... arguments) {
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        List<String> expected = new ArrayList<>(List.of("<-jar>", "<" + jar + ">"));
        Stream.of(arguments).map(argument -> "<" + argument + ">").forEach(expected::add);
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines).endsWith(expected.toArray(String[]::new));
        assertThat(lines)
                .filteredOn(line -> !line.startsWith("<-X") && !line.startsWith("<-Dsallyport.command="))
                .isEqualTo(expected);
    }
}
