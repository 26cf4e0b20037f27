package io.sallyport.cli.identity;

import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.identity.IdentityId;
import io.sallyport.method.gcp.GcpProvider;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "gcp", description = "For workloads of Google Cloud.")
final class AuthSetGcpCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "Of the identity.")
    private IdentityId id = new IdentityId("none");

    @Option(
            names = "--type",
            paramLabel = "gce|iam",
            description = "gce: with an ID token of the metadata server, the default of a new one;"
                    + " iam: with a JWT that its service account signs.")
    private @Nullable String type;

    @Option(names = "--allowed-service-accounts", paramLabel = "EMAIL", split = ",", description = "By e-mail address.")
    private @Nullable List<String> serviceAccounts;

    @Option(names = "--allowed-service-account-ids", paramLabel = "ID", split = ",", description = "By unique id.")
    private @Nullable List<String> serviceAccountIds;

    @Option(names = "--allowed-projects", paramLabel = "PROJECT", split = ",", description = "Of the instance, by id.")
    private @Nullable List<String> projects;

    @Option(
            names = "--allowed-zones",
            paramLabel = "ZONE",
            split = ",",
            description = "Of the instance; only beside projects or service accounts, since every customer has them.")
    private @Nullable List<String> zones;

    @Option(
            names = "--require-expiry",
            negatable = true,
            description = "For iam: a signed JWT without exp is not taken.")
    private @Nullable Boolean requireExpiry;

    @Option(names = "--single-use", negatable = true, description = "For iam: a signed JWT is good for one login.")
    private @Nullable Boolean singleUse;

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    AuthSetGcpCommand(Environment environment) {
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        return output.changed(
                "set gcp of",
                changes.make("auth.set", id, registry -> registry.setMethod(id, new GcpProvider(), this::fields)));
    }

    private Map<String, @Nullable Object> fields(Map<String, @Nullable Object> stored) {
        FieldMap fields = new FieldMap()
                .put("type", type == null && stored.isEmpty() ? "gce" : type)
                .texts("allowedServiceAccounts", serviceAccounts)
                .texts("allowedServiceAccountIds", serviceAccountIds)
                .texts("allowedProjects", projects)
                .texts("allowedZones", zones)
                .put("requireExpiry", requireExpiry)
                .put("singleUse", singleUse);
        return policy.addTo(fields).map();
    }
}
