package io.sallyport.method.aws;

/** What AWS vouches for about principals of the tests. */
public final class AwsFixture {
    private AwsFixture() {}

    /** A session of a role. */
    public static AwsAttestation session(String account, String role) {
        return attestation("arn:aws:sts::" + account + ":assumed-role/" + role + "/i-0123456789abcdef0");
    }

    static AwsAttestation attestation(String arn) {
        return new AwsAttestation(CallerArn.parse(arn).orElseThrow(), "AROAEXAMPLE:i-0123456789abcdef0");
    }
}
