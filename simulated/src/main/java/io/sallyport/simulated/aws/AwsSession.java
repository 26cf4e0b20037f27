package io.sallyport.simulated.aws;

/**
 * A session of a role: for a Lambda function, of its execution role and under its own name.
 *
 * @param account its number
 */
public record AwsSession(String account, String role, String name) {
    /** IAM User Guide, "IAM identifiers", assumed-role sessions. */
    public String arn() {
        return roleArn() + "/" + name;
    }

    /** What Google's default mapping makes of it: {@code attribute.aws_role}. */
    public String roleArn() {
        return "arn:aws:sts::" + account + ":assumed-role/" + role;
    }
}
