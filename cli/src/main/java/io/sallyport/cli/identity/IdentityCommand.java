package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeLog;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

@Command(
        name = "identity",
        description = {
            "Creates, shows and changes identities, directly in the store.",
            "A running server sees a change within a few seconds: SALLYPORT_IDENTITY_CACHE_SECONDS."
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
public final class IdentityCommand {
    private IdentityCommand() {}

    public static CommandLine commandLine(Environment environment) {
        return new CommandLine(new IdentityCommand())
                .addSubcommand(new IdentityCreateCommand(environment))
                .addSubcommand(new IdentityListCommand(environment))
                .addSubcommand(new IdentityShowCommand(environment))
                .addSubcommand(new IdentityUpdateCommand(environment))
                .addSubcommand(new Disable(environment))
                .addSubcommand(new Enable(environment))
                .addSubcommand(new RevokeTokens(environment))
                .addSubcommand(new Delete(environment));
    }

    @Command(
            name = "disable",
            description = "Disables an identity: it cannot log in, and its tokens are refused until it is enabled.")
    private static final class Disable implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Disable(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            return output.changed(
                    "disabled", changes.make("identity.disable", id, registry -> registry.disable(id, true)));
        }
    }

    @Command(name = "enable", description = "Lets a disabled identity log in again.")
    private static final class Enable implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Enable(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            return output.changed(
                    "enabled", changes.make("identity.enable", id, registry -> registry.disable(id, false)));
        }
    }

    @Command(
            name = "revoke-tokens",
            description = "Revokes every token issued to the identity so far. It may log in again.")
    private static final class RevokeTokens implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        RevokeTokens(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            return output.changed(
                    "revoked the tokens of",
                    changes.make("identity.revoke-tokens", id, registry -> registry.revokeTokens(id)));
        }
    }

    @Command(name = "delete", description = "Deletes an identity and revokes its tokens.")
    private static final class Delete implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "ID", description = "The identity's id.")
        private IdentityId id = new IdentityId("none");

        @Option(
                names = "--invalid",
                description = "Deletes a stored document that is not a valid identity, and only that.")
        private boolean invalid;

        @Mixin
        private final ChangeOptions changes;

        @Mixin
        private OutputOptions output = new OutputOptions();

        Delete(Environment environment) {
            changes = new ChangeOptions(environment);
        }

        @Override
        public Integer call() throws Refused, IOException {
            if (!invalid) {
                IdentityRecord record = changes.make("identity.delete", id, registry -> registry.delete(id));
                return output.changed("deleted", record);
            }
            try (StoreOptions.OpenRegistry open = changes.open()) {
                return deleteInvalid(open.open().stores().identities());
            }
        }

        private int deleteInvalid(IdentityStore identities) throws Refused, IOException {
            ChangeLog log = changes.log();
            log.requireWritable();
            Optional<IdentityRecord> valid;
            try {
                valid = identities.findRecord(id);
            } catch (Refused refused) {
                if (refused.reason() != Reason.IDENTITY_INVALID
                        && refused.reason() != Reason.UNCONSTRAINED_AUTH_METHOD) {
                    throw refused;
                }
                identities.delete(id);
                log.write(
                        "identity.delete",
                        java.util.Map.of("identityId", id.value(), "invalid", true),
                        changes.environment().clock().instant());
                output.say("deleted " + id + ", which was not a valid identity");
                return ExitCode.DONE;
            }
            if (valid.isEmpty()) {
                throw new Refused(Reason.NO_SUCH_IDENTITY, "there is no such identity");
            }
            output.say(id + " is valid: omit --invalid");
            return ExitCode.INVALID;
        }
    }
}
