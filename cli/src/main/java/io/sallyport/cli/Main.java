package io.sallyport.cli;

import io.sallyport.IdentityId;
import io.sallyport.Quoted;
import io.sallyport.Refused;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.MoreCommands;
import io.sallyport.cli.command.Redacted;
import io.sallyport.cli.command.RedactedFaults;
import io.sallyport.cli.command.Remedies;
import io.sallyport.cli.explain.ExplainCommand;
import io.sallyport.cli.identity.AudienceCommand;
import io.sallyport.cli.identity.AuthCommand;
import io.sallyport.cli.identity.ClientCommand;
import io.sallyport.cli.identity.GrantCommand;
import io.sallyport.cli.identity.IdentityCommand;
import io.sallyport.cli.keys.CloudKmsException;
import io.sallyport.cli.keys.KeyFileException;
import io.sallyport.cli.keys.KeysCommand;
import io.sallyport.cli.token.TokenCommand;
import io.sallyport.cli.workload.GcloudConfigCommand;
import io.sallyport.cli.workload.GcloudTokenCommand;
import io.sallyport.cli.workload.LoginCommand;
import io.sallyport.runtime.Environment;
import io.sallyport.server.LocalServer;
import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "sallyport",
        description = "Lets workloads log in with their platform's token and get a short-lived access token.",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        subcommands = {ServeCommand.class, GcloudConfigCommand.class, GcloudTokenCommand.class})
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    public static CommandLine commandLine() {
        return commandLine(Environment.system());
    }

    /** @param environment for the commands that need nothing else from outside */
    public static CommandLine commandLine(Environment environment) {
        return commandLine(environment, new Input(System.in));
    }

    /** @param input for the commands that read standard input */
    public static CommandLine commandLine(Environment environment, Input input) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.addSubcommand(KeysCommand.commandLine(environment));
        commandLine.addSubcommand(ExplainCommand.real(environment));
        commandLine.addSubcommand(new LoginCommand(environment.variables(), environment.clock()));
        commandLine.addSubcommand(IdentityCommand.commandLine(environment));
        commandLine.addSubcommand(AuthCommand.commandLine(environment, input));
        commandLine.addSubcommand(ClientCommand.commandLine(environment));
        commandLine.addSubcommand(GrantCommand.commandLine(environment));
        commandLine.addSubcommand(AudienceCommand.commandLine(environment));
        commandLine.addSubcommand(TokenCommand.commandLine(environment, input));
        for (MoreCommands more : ServiceLoader.load(MoreCommands.class)) {
            more.commands().forEach(commandLine::addSubcommand);
        }
        commandLine.registerConverter(IdentityId.class, Main::identityId);
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(new RedactedFaults());
        commandLine.setExecutionExceptionHandler((thrown, command, parsed) -> {
            if (thrown instanceof InvalidConfigurationException
                    || thrown instanceof KeyFileException
                    || thrown instanceof IllegalStateException) {
                command.getErr().println(Redacted.message(thrown));
                return ExitCode.INVALID;
            }
            if (thrown instanceof Refused refused) {
                command.getErr().println(Redacted.text(Remedies.of(refused, command.getCommandSpec())));
                return ExitCode.of(refused.reason());
            }
            if (thrown instanceof CloudKmsException || thrown instanceof IOException) {
                command.getErr()
                        .println(
                                thrown instanceof IOException e
                                        ? Redacted.text(LocalServer.why(e))
                                        : Redacted.message(thrown));
                return KeysCommand.UNAVAILABLE;
            }
            throw thrown;
        });
        return commandLine;
    }

    private static IdentityId identityId(String text) {
        if (!IdentityId.isValid(text)) {
            throw new CommandLine.TypeConversionException(Quoted.quote(text) + " is not an identity id: an id is "
                    + IdentityId.FORM + "; run sallyport identity list");
        }
        return new IdentityId(text);
    }
}
