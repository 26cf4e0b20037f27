package io.sallyport.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A process whose CPU time, wall time and memory can be read. */
final class MeasuredProcess implements AutoCloseable {
    private static final Duration MAX_START = Duration.ofMinutes(2);

    private final Process process;
    private final long start;
    private final Path output;

    private MeasuredProcess(Process process, long start, Path output) {
        this.process = process;
        this.start = start;
        this.output = output;
    }

    /**
     * Starts it with only the given environment.
     *
     * @param output receives all its output
     */
    static MeasuredProcess start(List<String> command, Map<String, String> environment, Path output)
            throws IOException {
        Files.createDirectories(output.toAbsolutePath().getParent());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new MeasuredProcess(process, start, output);
    }

    /**
     * Waits until it answers a request with 200. A process that starts on a busy machine may find that its own
     * deadlines, for Firestore or for keys, pass while its classes are still being loaded: it is asked again, as callers
     * do.
     */
    @SuppressWarnings("SystemOut")
    void awaitAnswer(int port, HttpMessage request) throws IOException {
        while (true) {
            requireLiving();
            try (KeptConnection connection = new KeptConnection(port)) {
                connection.exchange(request);
                return;
            } catch (KeptConnection.NotNowException again) {
                System.out.println("asked again, since the first answer was " + again.getMessage());
            } catch (SocketException | EOFException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        }
    }

    /** Waits until it has printed a line. */
    void awaitOutput() throws IOException {
        while (Files.size(output) == 0) {
            requireLiving();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    private void requireLiving() throws IOException {
        if (!process.isAlive() || wallMillis() > MAX_START.toMillis()) {
            throw new IOException("the process does not start:\n" + Files.readString(output));
        }
    }

    /** Milliseconds since it was started. */
    double wallMillis() {
        return (System.nanoTime() - start) / 1e6;
    }

    /** User and system time of all its threads, in the kernel's steps of 10 ms. */
    double cpuMillis() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e6;
    }

    /** Its peak resident memory; 0 if the system does not report it. */
    double peakMebibytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Asks it to stop, and lets it clean up. */
    void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the process does not end");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
