package io.sallyport.platforms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A separate JVM for a cloud's runtime, with its output. It can resolve no host but this one. */
final class RuntimeProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    private RuntimeProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts a JVM.
     *
     * @param variables all of its environment
     * @param folder for the process's files
     * @param command what stands behind {@code java} and the options that Terraform sets
     */
    static RuntimeProcess start(Map<String, String> variables, Path folder, List<String> command) throws IOException {
        // The machine that runs the tests may be able to reach Google; these processes must not.
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
        List<String> whole = Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx256m",
                                "-Djdk.net.hosts.file=" + hosts),
                        command.stream())
                .toList();
        ProcessBuilder builder =
                new ProcessBuilder(whole).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(variables);
        RuntimeProcess started = new RuntimeProcess(builder.start());
        Thread reader = new Thread(started::read, "runtime-output");
        reader.setDaemon(true);
        reader.start();
        return started;
    }

    /** A class path of the jars or folders that contain these classes. */
    static String classPathOf(Class<?>... classes) {
        return Arrays.stream(classes)
                .map(RuntimeProcess::placeOf)
                .distinct()
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path placeOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            // The process was stopped while it wrote.
        } finally {
            end();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * Waits for a line.
     *
     * @return what follows the beginning
     * @throws IOException if the process ends without it
     */
    String await(String beginning) throws IOException, InterruptedException {
        return await(beginning, line -> line.startsWith(beginning)).substring(beginning.length());
    }

    /**
     * Waits for a line.
     *
     * @param what the line is, for the message if it never comes
     */
    synchronized String await(String what, Predicate<String> line) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (int next = 0; ; next++) {
            while (next == lines.size()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (ended || left <= 0) {
                    throw new IOException("the runtime did not say \"" + what + "\":\n" + text());
                }
                wait(left);
            }
            if (line.test(lines.get(next))) {
                return lines.get(next);
            }
        }
    }

    /** Its output so far. */
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    String text() {
        return String.join("\n", lines());
    }

    /** Its exit code when it ends by itself. */
    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the runtime goes on:\n" + text());
        }
        return process.exitValue();
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while a runtime ended", e));
        }
    }
}
