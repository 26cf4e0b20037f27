package io.sallyport.outbound.google;

import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.settings.Variables;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes a function that runs elsewhere a principal of Google Cloud: by workload identity federation, with its
 * platform's credential and no long-lived key.
 *
 * @param audience {@code SALLYPORT_GOOGLE_AUDIENCE}: the full resource name of a provider of a workload identity pool
 */
public record Federation(String audience, Platform platform) {
    static final String AUDIENCE = "SALLYPORT_GOOGLE_AUDIENCE";

    private static final String FORM = "the full name of a workload identity pool provider, such as"
            + " //iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/POOL/providers/PROVIDER";

    private static final Pattern PATTERN =
            Pattern.compile("//iam\\.googleapis\\.com/projects/[0-9]{1,20}/locations/global"
                    + "/workloadIdentityPools/[a-z0-9-]{4,32}/providers/[a-z0-9-]{4,32}");

    /** The platform that vouches for the function. */
    sealed interface Platform permits AwsRole, AzureIdentity {}

    /** @throws InvalidConfigurationException naming every variable that is not valid */
    static Optional<Federation> of(Map<String, String> variables) {
        Variables read = new Variables(variables);
        Optional<Federation> federation = read(read);
        read.check();
        return federation;
    }

    /** Reads the configuration; empty if there is none, or if it cannot work, with the faults recorded. */
    public static Optional<Federation> read(Variables read) {
        if (!read.isSet(AUDIENCE)) {
            if (read.isSet(AzureIdentity.RESOURCE)) {
                read.fault(AzureIdentity.RESOURCE + " needs " + AUDIENCE + ", which is not set");
            }
            return Optional.empty();
        }
        Optional<String> audience = read.required(AUDIENCE, FORM, Federation::audience);
        Optional<? extends Platform> platform = platform(read);
        return audience.flatMap(name -> platform.map(found -> new Federation(name, found)));
    }

    private static String audience(String text) {
        if (!PATTERN.matcher(text).matches()) {
            throw new IllegalArgumentException("it has another form");
        }
        return text;
    }

    private static Optional<? extends Platform> platform(Variables read) {
        boolean isAws = AwsRole.isPresent(read);
        boolean isAzure = AzureIdentity.isPresent(read);
        if (isAws == isAzure) {
            read.fault(AUDIENCE + " is set, and "
                    + (isAws
                            ? "there are both AWS credentials and an Azure identity: only one may be present"
                            : "there are neither AWS credentials nor an Azure identity to exchange"));
            return Optional.empty();
        }
        return isAws ? AwsRole.read(read) : AzureIdentity.read(read);
    }
}
