package io.sallyport.cli.workload;

import io.sallyport.cli.command.OptionFaults;
import java.util.regex.Pattern;

/**
 * The workload identity pool provider of Google Cloud that trusts Sallyport: IAM API, {@code
 * projects.locations.workloadIdentityPools.providers}.
 */
record PoolProvider(String projectNumber, String pool, String provider) {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,19}");
    /** The limits of the methods {@code create} of pools and of providers. */
    private static final Pattern ID = Pattern.compile("(?!gcp-)[a-z0-9-]{4,32}");

    private static final String ID_FORM = "4 to 32 of the characters a-z 0-9 -, not starting with gcp-";

    void check(OptionFaults faults) {
        faults.requireMatch(NUMBER, "--project-number", "the number of the pool's project", projectNumber);
        faults.requireMatch(ID, "--pool", ID_FORM, pool);
        faults.requireMatch(ID, "--provider", ID_FORM, provider);
    }

    /** The audience at Google's token service, and of Sallyport's token for it. */
    String audience() {
        return "//iam.googleapis.com/projects/" + projectNumber + "/locations/global/workloadIdentityPools/" + pool
                + "/providers/" + provider;
    }
}
