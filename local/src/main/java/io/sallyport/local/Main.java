package io.sallyport.local;

import io.sallyport.runtime.Environment;
import io.sallyport.runtime.InvalidConfigurationException;
import java.io.IOException;
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
        return commandLine(Environment.system());
    }

    /** @param environment of those commands that need no more of the outside world */
    static CommandLine commandLine(Environment environment) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.addSubcommand(KeysCommand.commandLine(environment));
        commandLine.addSubcommand(ExplainCommand.real(environment));
        commandLine.addSubcommand(new LoginCommand(environment.variables(), environment.clock()));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(new RedactedFaults());
        commandLine.setExecutionExceptionHandler((thrown, command, parsed) -> {
            if (thrown instanceof InvalidConfigurationException
                    || thrown instanceof KeyFileException
                    || thrown instanceof IllegalStateException) {
                command.getErr().println(thrown.getMessage());
                return INVALID_CONFIGURATION;
            }
            if (thrown instanceof CloudKmsException || thrown instanceof IOException) {
                command.getErr().println(thrown instanceof IOException e ? LocalServer.why(e) : thrown.getMessage());
                return KeysCommand.UNAVAILABLE;
            }
            throw thrown;
        });
        return commandLine;
    }
}
