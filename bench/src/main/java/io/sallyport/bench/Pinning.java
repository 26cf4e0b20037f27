package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps what is measured on one CPU, as most instances of functions have one, and everything else on another.
 *
 * @param taskset of util-linux; nothing is pinned without it, or on a machine of one CPU
 */
record Pinning(Optional<Path> taskset, String measured, String others) {
    /** Moves this process, and what it starts from now on, out of the way. */
    static Pinning begin() throws IOException, InterruptedException {
        int cpus = Runtime.getRuntime().availableProcessors();
        Optional<Path> taskset = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "taskset"))
                .filter(Files::isExecutable)
                .findFirst()
                .filter(found -> cpus > 1);
        Pinning pinning = new Pinning(taskset, Integer.toString(cpus - 1), "0");
        if (taskset.isPresent() && pinning.moveThisProcess(taskset.get()) != 0) {
            return new Pinning(Optional.empty(), "", "");
        }
        return pinning;
    }

    private int moveThisProcess(Path command) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        command.toString(),
                        "-acp",
                        others,
                        Long.toString(ProcessHandle.current().pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** A command that runs on the CPU of what is measured. */
    List<String> onItsCpu(List<String> command) {
        List<String> pinned = new ArrayList<>();
        taskset.ifPresent(path -> pinned.addAll(List.of(path.toString(), "-c", measured)));
        pinned.addAll(command);
        return pinned;
    }
}
