package io.sallyport.cli.identity;

import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.identity.IdentityId;
import io.sallyport.method.jwtbearer.JwtBearerProvider;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "jwt-bearer",
        description =
                "Trusts an issuer of JWTs, such as that of a CI, for one subject: adds it, or changes it where the"
                        + " identity trusts it for that subject already.")
final class AuthSetJwtBearerCommand implements Callable<Integer> {
    private final Input input;

    @Parameters(index = "0", paramLabel = "ID", description = "Of the identity.")
    private IdentityId id = new IdentityId("none");

    @Option(names = "--issuer", paramLabel = "URL", required = true, description = "The claim iss.")
    private String issuer = "";

    @Option(
            names = "--subject",
            paramLabel = "PATTERN",
            required = true,
            description =
                    "The claim sub, or a pattern with *; for any, there have to be claims. For a public issuer, it or"
                            + " the claims must fix the owner: docs/constraints.md.")
    private String subject = "";

    @Option(names = "--audience", description = "The claim aud; needed for a new one.")
    private @Nullable String audience;

    @Option(names = "--algorithm", paramLabel = "RS256|PS256|ES256", description = "RS256 unless it is named.")
    private @Nullable String algorithm;

    @Option(
            names = "--jwks-uri",
            paramLabel = "URL",
            description = "Where its keys are; its discovery document says so unless that is named.")
    private @Nullable String jwksUri;

    @Option(
            names = "--jwks-file",
            paramLabel = "FILE",
            description = "Its keys themselves, so that nothing is fetched; - for standard input.")
    private @Nullable Path jwks;

    @Option(
            names = "--ca-cert-file",
            paramLabel = "FILE",
            description = "PEM of the authorities of its TLS certificate; - for standard input.")
    private @Nullable Path caCert;

    @Option(
            names = "--claim",
            paramLabel = "NAME=PATTERN",
            description =
                    "A further claim that must be there, or a pattern of it with *; those that were named before go.")
    private @Nullable Map<String, String> claims;

    @Option(names = "--single-use", negatable = true, description = "Whether each JWT is good once only.")
    private @Nullable Boolean singleUse;

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    AuthSetJwtBearerCommand(Environment environment, Input input) {
        this.input = input;
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        Map<String, @Nullable Object> trusted = new FieldMap()
                .put("issuer", issuer.trim())
                .put("subject", subject.trim())
                .put("audience", audience)
                .put("algorithm", algorithm)
                .put("jwksUri", jwksUri)
                .put("jwks", input.readIfNamed(jwks))
                .put("caCert", input.readIfNamed(caCert))
                .put("claims", claims)
                .put("singleUse", singleUse)
                .map();
        if (trusted.containsKey("jwks")) {
            trusted.putIfAbsent("jwksUri", null);
            trusted.putIfAbsent("caCert", null);
        } else if (trusted.containsKey("jwksUri") || trusted.containsKey("caCert")) {
            trusted.put("jwks", null);
        }
        return output.changed(
                "set jwt-bearer of",
                changes.make(
                        "auth.set",
                        id,
                        registry ->
                                registry.setMethod(id, new JwtBearerProvider(), stored -> fields(stored, trusted))));
    }

    private Map<String, @Nullable Object> fields(
            Map<String, @Nullable Object> stored, Map<String, @Nullable Object> trusted) {
        Map<String, @Nullable Object> fields =
                new LinkedHashMap<>(policy.addTo(new FieldMap()).map());
        fields.put("trustedIssuers", Entries.TRUSTED_ISSUERS.with(stored, trusted));
        return fields;
    }
}
