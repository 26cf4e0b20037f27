package io.sallyport.cli.command;

import io.sallyport.InvalidField;
import io.sallyport.Refused;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** What to do after a refused command. */
public final class Remedies {
    private static final Pattern FIELD = Pattern.compile("\\b[a-z]+[A-Z][A-Za-z]*\\b");

    /** The options whose names differ from their fields'. */
    private static final Map<String, String> OPTIONS = Map.of(
            "accessTokenTTL", "--ttl",
            "accessTokenMaxTTL", "--max-ttl",
            "accessTokenNumUsesLimit", "--max-uses",
            "accessTokenTrustedIps", "--trusted-ip",
            "hasDeleteProtection", "--delete-protection",
            "tokenReviewerJwt", "--token-reviewer-jwt-file",
            "caCert", "--ca-cert-file",
            "jwksKeys", "--jwks-file",
            "defaultScopes", "--default-scope");

    private Remedies() {}

    /** Describes a refusal in terms of the command's own options, and what to do. */
    public static String of(Refused refused, CommandSpec command) {
        String problem = refused.fields().isEmpty()
                ? refused.detail()
                : refused.fields().stream().map(InvalidField::problem).collect(Collectors.joining("; "));
        return FIELD.matcher(problem).replaceAll(field -> option(field, command)) + remedy(refused);
    }

    private static String option(MatchResult field, CommandSpec command) {
        String name = field.group();
        String option = OPTIONS.getOrDefault(
                name, "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
        return command.findOption(option) == null ? name : option;
    }

    private static String remedy(Refused refused) {
        return switch (refused.reason()) {
            case NO_SUCH_IDENTITY -> "; sallyport identity list shows those that there are";
            case NO_SUCH_METHOD, GRANT_MISSING, AUDIENCE_NOT_OWNED -> "; sallyport identity show ID shows what it has";
            case IDENTITY_EXISTS -> "; sallyport identity update changes it, and without an id a new one is made";
            case NAME_TAKEN -> "; take it away there first, by sallyport client alias or sallyport audience remove";
            case DELETE_PROTECTED -> "; sallyport identity update ID --no-delete-protection takes the protection away";
            case IDENTITY_INVALID, UNCONSTRAINED_AUTH_METHOD ->
                "; what is stored has to be mended by who wrote it, or removed by sallyport identity delete ID --invalid";
            case STORE_UNAVAILABLE, STORE_TIMEOUT ->
                "; whether a change was made is not known: look by sallyport identity show ID, and try again";
            case SECRET_UNREADABLE -> "; name the key that the deployment has";
            case CHANGED_MEANWHILE -> "; try again";
            default -> "";
        };
    }
}
