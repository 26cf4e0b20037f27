package io.sallyport.method.aws;

import io.sallyport.Quoted;
import io.sallyport.identity.Glob;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An ARN that is allowed: a role with any path or none, in whose name {@code *} stands for any text; one of its sessions;
 * a user; an account's owner; or a federated user. {@code *} alone allows any principal.
 *
 * @param name of the role, or of the user with its path
 * @param session of a role; {@code *} for any
 */
record PrincipalPattern(
        String text, String partition, String account, CallerArn.Kind kind, String name, String session) {
    private static final String ANY = "*";

    private static final String START = "arn:(aws(?:-[a-z]{2,8}){0,2}):";
    private static final String ROLE_NAME = "([\\w+=,.@*-]{1,64})";
    private static final Pattern ROLE =
            Pattern.compile(START + "iam::([0-9]{12}):role/(?:[!-)+-.0-~]{1,512}/){0,64}" + ROLE_NAME);
    private static final Pattern SESSION =
            Pattern.compile(START + "sts::([0-9]{12}):assumed-role/" + ROLE_NAME + "/(\\*|[\\w+=,.@-]{1,64})");

    /** @throws IllegalArgumentException saying that it is no ARN of a principal, or has a star outside a role's name */
    static PrincipalPattern parse(String text) {
        if (text.equals(ANY)) {
            return new PrincipalPattern(ANY, "", "", CallerArn.Kind.ROLE, ANY, ANY);
        }
        Matcher role = ROLE.matcher(text);
        if (role.matches() && !role.group(3).contains("**")) {
            return new PrincipalPattern(text, role.group(1), role.group(2), CallerArn.Kind.ROLE, role.group(3), ANY);
        }
        Matcher session = SESSION.matcher(text);
        if (session.matches() && !session.group(3).contains("**")) {
            return new PrincipalPattern(
                    text, session.group(1), session.group(2), CallerArn.Kind.ROLE, session.group(3), session.group(4));
        }
        CallerArn exact = CallerArn.parse(text)
                .filter(arn -> arn.kind() != CallerArn.Kind.ROLE && !text.contains(ANY))
                .orElseThrow(() -> new IllegalArgumentException(
                        "awsAuth.allowedPrincipalArns must be ARNs of roles, users, federated users or root, with the"
                                + " account's number, and * only within the name of a role; it has "
                                + Quoted.quote(text)));
        return new PrincipalPattern(text, exact.partition(), exact.account(), exact.kind(), exact.name(), "");
    }

    /** Whether it allows any principal, on purpose. */
    boolean isAny() {
        return text.equals(ANY);
    }

    /** Whether it allows this principal: partition and account are compared exactly, whatever the name. */
    boolean allows(CallerArn caller) {
        if (isAny()) {
            return true;
        }
        if (!partition.equals(caller.partition()) || !account.equals(caller.account()) || kind != caller.kind()) {
            return false;
        }
        return kind == CallerArn.Kind.ROLE
                ? Glob.matches(name, caller.name()) && (session.equals(ANY) || session.equals(caller.session()))
                : name.equals(caller.name());
    }

    @Override
    public String toString() {
        return text;
    }
}
