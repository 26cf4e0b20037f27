package io.sallyport.cli.token;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeLog;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.IssuerOptions;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.server.OpenKeys;
import io.sallyport.session.Revocation;
import io.sallyport.token.AccessToken;
import io.sallyport.token.SessionId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke",
        description = "Revokes the session of a token: the token, and every token renewed or exchanged from it."
                + " To revoke all tokens of an identity, use sallyport identity revoke-tokens.")
final class TokenRevokeCommand implements Callable<Integer> {
    private final Environment environment;
    private final Input input;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            arity = "0..1",
            description = "File that holds the token (standard input, unless you pass --session).")
    private @Nullable Path file;

    @Option(
            names = "--session",
            paramLabel = "SID",
            description =
                    "Id of the session: the claim sid, or sessionId in the audit log. The session need not exist.")
    private @Nullable String session;

    @Mixin
    private IssuerOptions issuer = new IssuerOptions();

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    TokenRevokeCommand(Environment environment, Input input) {
        this.environment = environment;
        this.input = input;
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        Instant now = environment.clock().instant();
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        SessionId ended = session == null ? ofToken(facts, now) : named(session);
        facts.put("sessionId", ended.value());
        ChangeLog log = changes.log();
        log.requireWritable();
        try (StoreOptions.OpenRegistry open = changes.open()) {
            Revocation.revoke(ended, open.open().stores().tokens(), now);
        }
        log.write("token.revoke", facts, now);
        if (output.isJson()) {
            output.json(Map.of("revoked", true, "sessionId", ended.value()));
        } else {
            output.out().println("revoked the session " + ended);
        }
        return ExitCode.DONE;
    }

    private SessionId named(String text) {
        if (file != null) {
            throw new CommandLine.ParameterException(output.commandLine(), "pass either FILE or --session, not both");
        }
        try {
            return new SessionId(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    output.commandLine(),
                    "--session is not a session id; it is the claim sid, which sallyport token inspect shows",
                    e);
        }
    }

    private SessionId ofToken(Map<String, @Nullable Object> facts, Instant now) throws Refused, IOException {
        String text = input.read(file == null ? Path.of("-") : file);
        Settings settings = issuer.settings(environment.variables(), changes.data());
        try (OpenKeys keys = OpenKeys.open(settings, environment, changes.data())) {
            AccessToken token = keys.verifier(settings).verify(text, now).token();
            facts.put("identityId", token.subject().id().value());
            facts.put("tokenId", token.tokenId());
            return token.session().id();
        } catch (Refused refused) {
            boolean isExpired = refused.reason() == Reason.ACCESS_TOKEN_EXPIRED;
            throw new Refused(
                    refused.reason(),
                    refused.detail()
                            + (isExpired
                                    ? "; tokens renewed from it may still be valid: revoke them with sallyport token revoke"
                                            + " --session SID, with the sid that sallyport token inspect shows"
                                    : "; sallyport token inspect shows its contents"));
        }
    }
}
