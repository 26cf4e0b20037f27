package io.sallyport.method.aws;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A principal as STS names it: IAM User Guide, "IAM identifiers", and AWS STS API Reference, {@code GetCallerIdentity}.
 *
 * @param name of the role, or of the user with its path; empty for the account's owner
 * @param session of a role; empty for others
 */
public record CallerArn(String text, String partition, String account, Kind kind, String name, String session) {
    /** The longest ARN: IAM API Reference, {@code arnType}. */
    private static final int MAX_LENGTH = 2048;

    /** What kind of principal it is. */
    public enum Kind {
        ROLE,
        USER,
        ROOT,
        FEDERATED_USER
    }

    private static final String START = "arn:(aws(?:-[a-z]{2,8}){0,2}):";
    private static final Pattern SESSION =
            Pattern.compile(START + "sts::([0-9]{12}):assumed-role/([\\w+=,.@:-]{1,128})/([\\w+=,.@:-]{1,128})");
    private static final Pattern USER =
            Pattern.compile(START + "iam::([0-9]{12}):user/((?:[!-.0-~]{1,512}/){0,64}[\\w+=,.@-]{1,128})");
    private static final Pattern ROOT = Pattern.compile(START + "iam::([0-9]{12}):root");
    private static final Pattern FEDERATED =
            Pattern.compile(START + "sts::([0-9]{12}):federated-user/([\\w+=,.@-]{1,128})");

    /** Parses it; empty if STS names no principal in this form. */
    static Optional<CallerArn> parse(String arn) {
        if (arn.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher session = SESSION.matcher(arn);
        if (session.matches()) {
            return Optional.of(new CallerArn(
                    arn, session.group(1), session.group(2), Kind.ROLE, session.group(3), session.group(4)));
        }
        Matcher user = USER.matcher(arn);
        if (user.matches()) {
            return Optional.of(new CallerArn(arn, user.group(1), user.group(2), Kind.USER, user.group(3), ""));
        }
        Matcher root = ROOT.matcher(arn);
        if (root.matches()) {
            return Optional.of(new CallerArn(arn, root.group(1), root.group(2), Kind.ROOT, "", ""));
        }
        Matcher federated = FEDERATED.matcher(arn);
        return federated.matches()
                ? Optional.of(new CallerArn(
                        arn, federated.group(1), federated.group(2), Kind.FEDERATED_USER, federated.group(3), ""))
                : Optional.empty();
    }

    /**
     * The ARN of the principal itself: for a session, that of its role without the role's path, which STS does not say.
     */
    String principal() {
        return kind == Kind.ROLE ? "arn:" + partition + ":iam::" + account + ":role/" + name : text;
    }

    @Override
    public String toString() {
        return text;
    }
}
