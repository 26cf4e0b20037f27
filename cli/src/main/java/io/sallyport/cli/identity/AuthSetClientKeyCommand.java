package io.sallyport.cli.identity;

import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.identity.IdentityId;
import io.sallyport.method.clientkey.ClientKeyProvider;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "client-key",
        description = "For OAuth clients with a key of their own: private_key_jwt (RFC 7523 section 2.2).")
final class AuthSetClientKeyCommand implements Callable<Integer> {
    private final Input input;

    @Parameters(index = "0", paramLabel = "ID", description = "Of the identity.")
    private IdentityId id = new IdentityId("none");

    @Option(
            names = "--jwks-file",
            paramLabel = "FILE",
            description = "A JWK set of its public keys, in place of those it had; - for standard input.")
    private @Nullable Path jwks;

    @Option(names = "--algorithm", paramLabel = "RS256|PS256|ES256", description = "RS256 unless it is named.")
    private @Nullable String algorithm;

    @Option(
            names = "--single-use",
            negatable = true,
            description = "Whether each JWT is good once only, and needs a jti. True unless it is named.")
    private @Nullable Boolean singleUse;

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    AuthSetClientKeyCommand(Environment environment, Input input) {
        this.input = input;
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        FieldMap fields = new FieldMap()
                .put("jwks", input.readIfNamed(jwks))
                .put("algorithm", algorithm)
                .put("singleUse", singleUse);
        policy.addTo(fields);
        return output.changed(
                "set client-key of",
                changes.make(
                        "auth.set",
                        id,
                        registry -> registry.setMethod(id, new ClientKeyProvider(), stored -> fields.map())));
    }
}
