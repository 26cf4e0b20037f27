package io.sallyport.simulated.aws;

import java.util.Locale;

/**
 * A caller of AWS as STS names it: AWS STS API, {@code GetCallerIdentity}, "Response Elements".
 *
 * @param userId for a session, its role's unique id and its name
 */
public record AwsPrincipal(String account, String arn, String userId) {
    static AwsPrincipal of(AwsSession session) {
        return new AwsPrincipal(
                session.account(), session.arn(), uniqueId("AROA", session.roleArn()) + ":" + session.name());
    }

    /** @param path begins and ends with a slash */
    public static AwsPrincipal user(String account, String path, String name) {
        String arn = "arn:aws:iam::" + account + ":user" + path + name;
        return new AwsPrincipal(account, arn, uniqueId("AIDA", arn));
    }

    /** The account's owner. */
    public static AwsPrincipal root(String account) {
        return new AwsPrincipal(account, "arn:aws:iam::" + account + ":root", account);
    }

    /** What {@code GetFederationToken} makes. */
    public static AwsPrincipal federatedUser(String account, String name) {
        return new AwsPrincipal(account, "arn:aws:sts::" + account + ":federated-user/" + name, account + ":" + name);
    }

    /** IAM User Guide, "IAM identifiers", unique identifiers. */
    private static String uniqueId(String prefix, String arn) {
        return prefix + String.format(Locale.ROOT, "%017d", Math.abs((long) arn.hashCode()));
    }
}
