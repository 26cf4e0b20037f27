package io.sallyport.cli;

import io.sallyport.cli.command.ServeArguments;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;

/** The process: a plain {@code serve} starts at once, every other command line goes through {@link Main}. */
public final class EntryPoint {
    private EntryPoint() {}

    public static void main(String[] arguments) throws Exception {
        Optional<ServeArguments> serve = ServeArguments.read(arguments);
        if (serve.isEmpty()) {
            Main.main(arguments);
            return;
        }
        try {
            Serving.run(serve.get(), new PrintWriter(System.err, true, Charset.defaultCharset()));
        } catch (Exception fault) {
            System.exit(Faults.report(fault));
        }
    }

    /** Apart, so that a start without faults loads none of this. */
    private static final class Faults {
        static int report(Exception fault) throws Exception {
            CommandLine command =
                    Objects.requireNonNull(Main.commandLine().getSubcommands().get("serve"));
            CommandLine.ParseResult nothing =
                    CommandLine.ParseResult.builder(command.getCommandSpec()).build();
            return command.getExecutionExceptionHandler().handleExecutionException(fault, command, nothing);
        }
    }
}
