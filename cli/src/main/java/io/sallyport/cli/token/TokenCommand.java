package io.sallyport.cli.token;

import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Input;
import io.sallyport.runtime.Environment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

@Command(
        name = "token",
        description = {
            "Inspects and revokes access tokens.",
            "Tokens are read from a file or standard input; no command prints one."
        },
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
public final class TokenCommand {
    private TokenCommand() {}

    public static CommandLine commandLine(Environment environment, Input input) {
        return new CommandLine(new TokenCommand())
                .addSubcommand(new TokenInspectCommand(environment, input))
                .addSubcommand(new TokenIntrospectCommand(environment, input))
                .addSubcommand(new TokenRevokeCommand(environment, input));
    }
}
