package io.sallyport.cli.token;

import io.sallyport.Refused;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.IssuerOptions;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.server.OpenKeys;
import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        description = {
            "Shows a token's contents, and whether this deployment issued it and it has not expired.",
            "Does not read the store; sallyport token introspect does."
        })
final class TokenInspectCommand implements Callable<Integer> {
    private final Environment environment;
    private final Input input;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "-",
            description = "File that holds the token (standard input).")
    private Path file = Path.of("-");

    @Mixin
    private IssuerOptions issuer = new IssuerOptions();

    @Mixin
    private final StoreOptions store;

    @Mixin
    private OutputOptions output = new OutputOptions();

    TokenInspectCommand(Environment environment, Input input) {
        this.environment = environment;
        this.input = input;
        store = new StoreOptions(environment);
    }

    @Override
    public Integer call() throws IOException {
        String token = input.read(file);
        String[] parts = token.split("\\.", -1);
        Map<String, @Nullable Object> says = new LinkedHashMap<>();
        says.put("header", part(parts, 0));
        says.put("claims", part(parts, 1));
        Settings settings = issuer.settings(environment.variables(), store.data());
        boolean accepted = true;
        try (OpenKeys keys = OpenKeys.open(settings, environment, store.data())) {
            keys.verifier(settings).verify(token, environment.clock().instant());
            says.put("accepted", true);
        } catch (Refused refused) {
            accepted = false;
            says.put("accepted", false);
            says.put("reason", refused.reason().code());
            says.put("detail", refused.detail());
        }
        if (output.isJson()) {
            output.json(says);
        } else {
            output.lines(says);
            if (!accepted) {
                output.say("not accepted, so none of its claims can be trusted");
            }
        }
        return accepted ? ExitCode.DONE : ExitCode.REFUSED;
    }

    /** Decodes a part of the token, unverified. */
    private static Map<String, @Nullable Object> part(String[] parts, int index) {
        try {
            if (parts.length == 3) {
                return Json.parseObject(Base64.getUrlDecoder().decode(parts[index]));
            }
        } catch (MalformedJsonException | IllegalArgumentException e) {
            // Reported below, without the text.
        }
        throw new InvalidConfigurationException(
                List.of("not a JWT: expected three dot-separated parts, as in the accessToken of a login's answer"));
    }
}
