package io.sallyport.simulated.federation;

/**
 * The name of a workload identity pool provider: IAM API, resource {@code
 * projects.locations.workloadIdentityPools.providers}.
 *
 * @param project its number
 */
public record ProviderName(String project, String pool, String provider) {
    private static final String IAM = "//iam.googleapis.com/";

    /** What the token service is given as {@code audience}, and by default what a token's {@code aud} may be. */
    public String audience() {
        return IAM + poolPath() + "/providers/" + provider;
    }

    /** One identity of the pool, as a member of an IAM policy. */
    public String principal(String subject) {
        return "principal:" + IAM + poolPath() + "/subject/" + subject;
    }

    /** All identities of the pool whose attribute has that value. */
    public String principalSet(String attribute, String value) {
        return "principalSet:" + IAM + poolPath() + "/attribute." + attribute + "/" + value;
    }

    /** All identities of the pool. */
    public String everyPrincipal() {
        return "principalSet:" + IAM + poolPath() + "/*";
    }

    private String poolPath() {
        return "projects/" + project + "/locations/global/workloadIdentityPools/" + pool;
    }
}
