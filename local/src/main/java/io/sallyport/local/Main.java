package io.sallyport.local;

import io.sallyport.runtime.InvalidConfigurationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "sallyport",
        description = "Workloads log in with what their platform gives them and get a short-lived access token.",
        mixinStandardHelpOptions = true,
        version = "sallyport 0.1.0-SNAPSHOT",
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            ClientCommand.class,
            GcloudConfigCommand.class,
            GcloudTokenCommand.class
        })
public final class Main {
    /** What was asked for cannot be done as configured. */
    static final int INVALID_CONFIGURATION = 2;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((thrown, command, parsed) -> {
            if (thrown instanceof InvalidConfigurationException || thrown instanceof IllegalStateException) {
                command.getErr().println(thrown.getMessage());
                return INVALID_CONFIGURATION;
            }
            throw thrown;
        });
        return commandLine;
    }
}
