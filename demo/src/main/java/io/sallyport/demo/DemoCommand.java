package io.sallyport.demo;

import io.sallyport.cli.command.Quiet;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "Starts a server on an embedded store and a simulated Google Cloud, and logs workloads in. Every request and"
                    + " answer is shown unchanged, and every token is real.",
            "Exits with 0 if every step did what it should."
        },
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--full", description = "Shows tokens in full.")
    private boolean full;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Quiet.logs();
        Transcript transcript = new Transcript(
                Optional.ofNullable(spec).orElseThrow().commandLine().getOut(), full);
        try (Demo demo = Demo.start(transcript)) {
            demo.play();
        }
        return transcript.end() ? 0 : 1;
    }
}
