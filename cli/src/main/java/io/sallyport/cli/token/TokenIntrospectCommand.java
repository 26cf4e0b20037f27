package io.sallyport.cli.token;

import io.sallyport.Refused;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.IssuerOptions;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.identity.Audience;
import io.sallyport.identity.Name;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.oauth.Introspection;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.session.Sessions;
import io.sallyport.token.VerifiedAccessToken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "introspect",
        description = {
            "Shows what introspection would answer for a token now, and if it is inactive, why.",
            "Does not count a use of the token."
        })
final class TokenIntrospectCommand implements Callable<Integer> {
    private final Environment environment;
    private final Input input;

    @Parameters(
            index = "0",
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = "-",
            description = "File that holds the token (standard input).")
    private Path file = Path.of("-");

    @Option(
            names = "--client-ip",
            paramLabel = "ADDRESS",
            defaultValue = "",
            description =
                    "Address of the client that presented the token, for a token that is restricted to addresses.")
    private String clientIp = "";

    @Mixin
    private IssuerOptions issuer = new IssuerOptions();

    @Mixin
    private final StoreOptions store;

    @Mixin
    private OutputOptions output = new OutputOptions();

    TokenIntrospectCommand(Environment environment, Input input) {
        this.environment = environment;
        this.input = input;
        store = new StoreOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        String token = input.read(file);
        Settings settings = issuer.settings(environment.variables(), store.data());
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        boolean active = true;
        try (StoreOptions.OpenRegistry open = store.open()) {
            answer.putAll(active(token, settings, open.open().stores()));
        } catch (Refused refused) {
            if (refused.reason().isUndecided()) {
                throw refused;
            }
            active = false;
            answer.put("active", false);
            answer.put("reason", refused.reason().code());
            answer.put("detail", refused.detail());
        }
        if (output.isJson()) {
            output.json(answer);
        } else {
            output.lines(answer);
        }
        return active ? ExitCode.DONE : ExitCode.REFUSED;
    }

    private Map<String, @Nullable Object> active(String token, Settings settings, Stores stores) throws Refused {
        Instant now = environment.clock().instant();
        CachedIdentities identities = new CachedIdentities(stores.identities(), Duration.ZERO, environment.clock());
        Sessions sessions = stores.sessions(identities, settings);
        VerifiedAccessToken verified = sessions.verify(token, now);
        Sessions.Live live = sessions.requireLive(verified, now);
        Optional<Audience> owned = identities
                .owner(new Name(verified.token().audience()))
                .flatMap(owner -> owner.client().audience(verified.token().audience()));
        if (owned.isPresent()) {
            Introspection.requireAllowed(live, owned.get(), clientIp);
        } else {
            Sessions.requireTrusted(live.token(), clientIp);
        }
        sessions.requireUsesLeft(verified.token(), now);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("active", true);
        answer.putAll(verified.claims());
        answer.put("token_type", "Bearer");
        if (verified.token().session().maxUses() > 0) {
            stores.tokens()
                    .usesLeft(verified.token().session().id(), now)
                    .ifPresent(left -> answer.put("uses_left", left));
        }
        if (owned.isEmpty()) {
            output.say("no identity owns the audience " + verified.token().audience()
                    + ", so no resource server can introspect the token; run sallyport audience add");
        }
        return answer;
    }
}
