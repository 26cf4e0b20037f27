package io.sallyport.cli.identity;

import io.sallyport.cli.command.ExitCode;
import io.sallyport.runtime.Environment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** Settings of an identity as an OAuth client. */
@Command(
        name = "client",
        description = "Manages OAuth clients' secrets and aliases.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            ExitCode.DONE_TEXT,
            ExitCode.UNAVAILABLE_TEXT,
            ExitCode.INVALID_TEXT,
            ExitCode.NOT_FOUND_TEXT,
            ExitCode.REFUSED_TEXT
        })
public final class ClientCommand {
    private ClientCommand() {}

    public static CommandLine commandLine(Environment environment) {
        return new CommandLine(new ClientCommand())
                .addSubcommand(ClientSecretCommand.newSecret())
                .addSubcommand(ClientSecretCommand.commandLine(environment))
                .addSubcommand(new ClientAliasCommand(environment));
    }
}
