package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process cost from its start to its first answer with status 200.
 *
 * @param cpuMillis of all its threads, the JVM's own included
 * @param peakMebibytes resident
 */
record FirstAnswer(double cpuMillis, double wallMillis, double peakMebibytes) {
    /** @param command up to the subject's own arguments, including pinning */
    static FirstAnswer of(Subject subject, List<String> command, Path output) throws IOException {
        try (RunningServer server = RunningServer.start(subject, command, output)) {
            double wall = server.process().wallMillis();
            return new FirstAnswer(
                    server.process().cpuMillis(), wall, server.process().peakMebibytes());
        }
    }

    /** Starts it to write its class archive: it must exit cleanly. */
    static void thenEnd(Subject subject, List<String> command, Path output) throws IOException, InterruptedException {
        try (RunningServer server = RunningServer.start(subject, command, output)) {
            server.process().end();
        }
    }
}
