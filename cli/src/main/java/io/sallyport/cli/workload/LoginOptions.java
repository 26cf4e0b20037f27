package io.sallyport.cli.workload;

import io.sallyport.IdentityId;
import io.sallyport.cli.command.OptionFaults;
import io.sallyport.runtime.Issuer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a workload logs in to Sallyport with its platform's credential. */
final class LoginOptions {
    private static final Pattern RESOURCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}");
    private static final Pattern AUDIENCE = Pattern.compile("(?:[A-Za-z0-9._:-]|//[A-Za-z0-9])[A-Za-z0-9._:/-]{0,254}");
    private static final Pattern GUID = Pattern.compile("(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description = "Sallyport's address, such as https://login.example.com.")
    private String issuer = "";

    @Option(names = "--identity", paramLabel = "ID", description = "The identity to log in as.")
    private String identity = "";

    @Option(
            names = "--platform",
            description = "Where the workload runs: ${COMPLETION-CANDIDATES}. Its token comes from the metadata server"
                    + " (GCE_METADATA_HOST names another), from the Instance Metadata Service"
                    + " (AZURE_POD_IDENTITY_AUTHORITY_HOST names another), or from --projected-token.")
    private @Nullable Platform platform;

    @Option(
            names = "--azure-resource",
            defaultValue = "https://management.azure.com/",
            paramLabel = "URI",
            description = "azure: the resource to request the platform's token for (${DEFAULT-VALUE}).")
    private String azureResource = "";

    @Option(
            names = "--azure-client-id",
            paramLabel = "GUID",
            description = "azure: the client id of the user-assigned identity, if there are several.")
    private @Nullable String azureClientId;

    @Option(
            names = "--projected-token",
            paramLabel = "FILE",
            description = "kubernetes: the projected service account token.")
    private @Nullable Path projectedToken;

    @Option(
            names = "--audience",
            description = "The audience of Sallyport's token. By default, gcloud-token uses"
                    + " GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE, and login gets a token for Sallyport's own API.")
    private @Nullable String audience;

    void check(OptionFaults faults) {
        faults.require(isIssuer(issuer), "--issuer", "Sallyport's https address, without a path", issuer);
        faults.require(IdentityId.isValid(identity), "--identity", IdentityId.FORM, identity);
        if (platform == null) {
            faults.add("--platform is missing; it must be gcp, azure or kubernetes");
        }
        faults.requireMatch(RESOURCE, "--azure-resource", "a URI in plain characters", azureResource);
        Optional.ofNullable(azureClientId)
                .ifPresent(id -> faults.requireMatch(GUID, "--azure-client-id", "a GUID", id));
        Optional.ofNullable(audience)
                .ifPresent(name -> faults.requireMatch(AUDIENCE, "--audience", "a name or address", name));
        if (platform == Platform.KUBERNETES) {
            faults.requirePlainPath("--projected-token", projectedToken == null ? Path.of("") : projectedToken);
        }
    }

    private static boolean isIssuer(String url) {
        try {
            return url.equals(new Issuer(url).url());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The checked options as arguments, none of which contains a space. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add("--issuer=" + issuer);
        arguments.add("--identity=" + identity);
        arguments.add("--platform=" + platform);
        if (platform == Platform.AZURE) {
            arguments.add("--azure-resource=" + azureResource);
            Optional.ofNullable(azureClientId).ifPresent(id -> arguments.add("--azure-client-id=" + id));
        }
        if (platform == Platform.KUBERNETES) {
            arguments.add("--projected-token=" + projectedToken);
        }
        audience().ifPresent(name -> arguments.add("--audience=" + name));
        return arguments;
    }

    Issuer issuer() {
        return new Issuer(issuer);
    }

    IdentityId identity() {
        return new IdentityId(identity);
    }

    /** The platform, once the options are checked. */
    Platform platform() {
        return Optional.ofNullable(platform).orElseThrow();
    }

    Optional<String> audience() {
        return Optional.ofNullable(audience);
    }

    /** The source of the platform's token, once the options are checked. */
    PlatformToken platformToken(Map<String, String> variables) throws NoTokenException {
        return switch (platform()) {
            case GCP -> GcpMetadata.at(variables, identity());
            case AZURE -> AzureImds.at(variables, azureResource, Optional.ofNullable(azureClientId));
            case KUBERNETES ->
                new ProjectedToken(Optional.ofNullable(projectedToken).orElseThrow());
        };
    }
}
