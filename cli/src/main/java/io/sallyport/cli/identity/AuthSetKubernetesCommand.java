package io.sallyport.cli.identity;

import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.Input;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.identity.IdentityId;
import io.sallyport.method.kubernetes.KubernetesProvider;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "kubernetes", description = "For service accounts of Kubernetes.")
final class AuthSetKubernetesCommand implements Callable<Integer> {
    /** What each mode has of its own; a field of another mode would be an unknown one. */
    private static final List<String> OF_A_MODE = List.of(
            "kubernetesHost",
            "caCert",
            "tokenReviewerJwtSealed",
            "gatewayId",
            "jwksIssuer",
            "jwksUri",
            "jwksAlgorithm",
            "jwksKeys");

    private final Input input;

    @Parameters(index = "0", paramLabel = "ID", description = "Of the identity.")
    private IdentityId id = new IdentityId("none");

    @Option(
            names = "--token-review-mode",
            paramLabel = "api|jwks|gateway",
            description = "api: the cluster is asked, the default of a new one; jwks: by its issuer's keys, offline;"
                    + " gateway: by a gateway in the cluster. With another mode than before, what belongs to that one"
                    + " goes.")
    private @Nullable String mode;

    @Option(
            names = "--kubernetes-host",
            paramLabel = "URL",
            description = "For api: of the cluster's API server; a host," + " host:port or https://host:port.")
    private @Nullable String host;

    @Option(
            names = "--ca-cert-file",
            paramLabel = "FILE",
            description =
                    "PEM of the authorities of the API server, or of the host of the issuer's keys; - for standard"
                            + " input.")
    private @Nullable Path caCert;

    @Option(
            names = "--token-reviewer-jwt-file",
            paramLabel = "FILE",
            description = "For api: the token of who may review tokens, without which each workload's own is used;"
                    + " - for standard input. It is stored sealed.")
    private @Nullable Path reviewerJwt;

    @Option(names = "--gateway-id", paramLabel = "ID", description = "For gateway.")
    private @Nullable String gatewayId;

    @Option(names = "--jwks-issuer", paramLabel = "URL", description = "For jwks: the cluster's issuer.")
    private @Nullable String jwksIssuer;

    @Option(
            names = "--jwks-uri",
            paramLabel = "URL",
            description =
                    "For jwks: where the issuer's keys are, for an issuer whose discovery document is out of reach"
                            + " or names another host. Replaces keys of --jwks-file; an empty text returns to discovery.")
    private @Nullable String jwksUri;

    @Option(names = "--jwks-algorithm", paramLabel = "RS256|ES256", description = "For jwks: RS256 unless it is named.")
    private @Nullable String jwksAlgorithm;

    @Option(
            names = "--jwks-file",
            paramLabel = "FILE",
            description = "For jwks: the issuer's keys, such as kubectl get --raw /openid/v1/jwks prints them, for an"
                    + " issuer that cannot be reached; - for standard input. Replaces --jwks-uri.")
    private @Nullable Path jwksKeys;

    @Option(
            names = "--allowed-namespaces",
            paramLabel = "NAME",
            split = ",",
            description = "Names, or patterns with *.")
    private @Nullable List<String> namespaces;

    @Option(
            names = "--allowed-names",
            paramLabel = "NAME",
            split = ",",
            description = "Of service accounts, or patterns with *; only beside namespaces or service account ids.")
    private @Nullable List<String> names;

    @Option(names = "--allowed-service-account-ids", paramLabel = "UID", split = ",", description = "By uid.")
    private @Nullable List<String> serviceAccountIds;

    @Option(
            names = "--allowed-audience",
            paramLabel = "AUDIENCE",
            description =
                    "What the workload's token must be for; needed with jwks. A pod's default token is never good for"
                            + " jwks: it is for the API server, and valid for about a year.")
    private @Nullable String audience;

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    AuthSetKubernetesCommand(Environment environment, Input input) {
        this.input = input;
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        FieldMap set = new FieldMap()
                .put("tokenReviewMode", mode)
                .put("kubernetesHost", host)
                .put("caCert", input.readIfNamed(caCert))
                .put("tokenReviewerJwt", input.readIfNamed(reviewerJwt))
                .put("gatewayId", gatewayId)
                .put("jwksIssuer", jwksIssuer)
                .put("jwksUri", jwksUri)
                .put("jwksAlgorithm", jwksAlgorithm)
                .put("jwksKeys", input.readIfNamed(jwksKeys))
                .texts("allowedNamespaces", namespaces)
                .texts("allowedNames", names)
                .texts("allowedServiceAccountIds", serviceAccountIds)
                .put("allowedAudience", audience);
        policy.addTo(set);
        return output.changed(
                "set kubernetes of",
                changes.make(
                        "auth.set",
                        id,
                        registry -> registry.setMethod(id, new KubernetesProvider(), stored -> fields(set, stored))));
    }

    private Map<String, @Nullable Object> fields(FieldMap set, Map<String, @Nullable Object> stored) {
        Map<String, @Nullable Object> fields = set.map();
        if (mode != null && !mode.equals(stored.getOrDefault("tokenReviewMode", mode))) {
            OF_A_MODE.forEach(name -> fields.putIfAbsent(name, null));
        }
        // One source of keys replaces the other.
        if (jwksUri != null) {
            fields.putIfAbsent("jwksKeys", null);
        }
        if (jwksKeys != null) {
            fields.putIfAbsent("jwksUri", null);
        }
        return fields;
    }
}
