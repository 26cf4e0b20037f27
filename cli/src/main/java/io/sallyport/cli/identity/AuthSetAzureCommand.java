package io.sallyport.cli.identity;

import io.sallyport.Refused;
import io.sallyport.cli.command.ChangeOptions;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.identity.IdentityId;
import io.sallyport.method.azure.AzureProvider;
import io.sallyport.runtime.Environment;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "azure", description = "For managed identities of Azure, and its service principals.")
final class AuthSetAzureCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "Of the identity.")
    private IdentityId id = new IdentityId("none");

    @Option(names = "--tenant-id", paramLabel = "GUID", description = "The Entra tenant.")
    private @Nullable String tenantId;

    @Option(
            names = "--cloud",
            paramLabel = "CLOUD",
            description = "public (the default of a new one), usgovernment or china.")
    private @Nullable String cloud;

    @Option(
            names = "--resource",
            paramLabel = "URI",
            description = "What tokens are asked for; the resource manager of the cloud unless it is named.")
    private @Nullable String resource;

    @Option(
            names = "--allowed-service-principal-ids",
            paramLabel = "GUID",
            split = ",",
            description = "By object id, the claim oid.")
    private @Nullable List<String> servicePrincipalIds;

    @Option(
            names = "--allowed-resources",
            paramLabel = "ARM-ID",
            split = ",",
            description = "What the managed identity belongs to: a resource, a resource group or a subscription.")
    private @Nullable List<String> resources;

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Mixin
    private final ChangeOptions changes;

    @Mixin
    private OutputOptions output = new OutputOptions();

    AuthSetAzureCommand(Environment environment) {
        changes = new ChangeOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        FieldMap fields = new FieldMap()
                .put("tenantId", tenantId)
                .put("cloud", cloud)
                .put("resource", resource)
                .texts("allowedServicePrincipalIds", servicePrincipalIds)
                .texts("allowedResources", resources);
        policy.addTo(fields);
        return output.changed(
                "set azure of",
                changes.make(
                        "auth.set",
                        id,
                        registry -> registry.setMethod(id, new AzureProvider(), stored -> fields.map())));
    }
}
