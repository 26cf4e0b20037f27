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
            case NO_SUCH_IDENTITY -> "; run sallyport identity list";
            case NO_SUCH_METHOD, GRANT_MISSING, AUDIENCE_NOT_OWNED ->
                "; run sallyport identity show ID to see what it has";
            case IDENTITY_EXISTS -> "; change it with sallyport identity update, or omit the id to create another";
            case NAME_TAKEN -> "; remove it there first, with sallyport client alias or sallyport audience remove";
            case DELETE_PROTECTED -> "; sallyport identity update ID --no-delete-protection removes the protection";
            case IDENTITY_INVALID, UNCONSTRAINED_AUTH_METHOD ->
                "; fix the stored document where it is managed, or run sallyport identity delete ID --invalid";
            case STORE_UNAVAILABLE, STORE_TIMEOUT ->
                "; the change may or may not have been made: run sallyport identity show ID, and try again";
            case SECRET_UNREADABLE -> "; use the encryption key of the deployment";
            case CHANGED_MEANWHILE -> "; try again";
            default -> "";
        };
    }
}
