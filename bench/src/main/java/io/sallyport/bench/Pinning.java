package io.sallyport.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps the measured processes on one CPU, as most function instances have one, and everything else on another, until
 * it is closed.
 *
 * @param taskset of util-linux; without it, or on a machine with one CPU, nothing is pinned
 */
record Pinning(Optional<Path> taskset, int lastCpu) implements Closeable {
    /** Moves this process, and everything it starts from now on, to the other CPU. */
    static Pinning begin() throws IOException, InterruptedException {
        int lastCpu = Runtime.getRuntime().availableProcessors() - 1;
        Optional<Path> taskset = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "taskset"))
                .filter(Files::isExecutable)
                .findFirst()
                .filter(found -> lastCpu > 0);
        Pinning pinning = new Pinning(taskset, lastCpu);
        return pinning.moveThisProcess("0") ? pinning : new Pinning(Optional.empty(), lastCpu);
    }

    private boolean moveThisProcess(String cpus) throws IOException, InterruptedException {
        return taskset.isPresent()
                && new ProcessBuilder(
                                        taskset.get().toString(),
                                        "-acp",
                                        cpus,
                                        Long.toString(ProcessHandle.current().pid()))
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    /** A command that runs on the CPU reserved for measured processes. */
    List<String> onItsCpu(List<String> command) {
        List<String> pinned = new ArrayList<>();
        taskset.ifPresent(path -> pinned.addAll(List.of(path.toString(), "-c", Integer.toString(lastCpu))));
        pinned.addAll(command);
        return pinned;
    }

    /** Lets this process have all CPUs again. */
    @Override
    public void close() throws IOException {
        try {
            moveThisProcess("0-" + lastCpu);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while moving");
        }
    }
}
