package io.sallyport.method.issuer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Public issuers that give JWTs to unrelated organizations, and what a rule must fix to admit only one organization.
 * Anyone can sign up with them, get JWTs for any audience, and choose most of their content. Every other issuer is the
 * operator's: rules for it are accepted as configured.
 *
 * <p>{@code terraform/modules/identity/shared_issuers.json} has the same table. Sources: {@code
 * docs/adr/0021-what-counts-as-a-constraint.md}.
 */
final class SharedIssuers {
    private static final String SUBJECT = "sub";

    /** A value without a star. */
    private static final String EXACT = "^[^*]+$";

    private static final String EXACT_OR = EXACT + "|";

    private static final String GOOGLE =
            "an exact subject, an exact claim email beside email_verified true, or an exact claim hd";

    /**
     * What fixes the organization, by issuer without a trailing slash: any of the sets suffices, and every pattern in
     * it must be found in the rule's text for that claim. A pattern that begins with the owner is anchored, and its
     * owner has no star.
     *
     * @param remedy what to set, for people
     */
    record Owner(String remedy, List<Map<String, String>> fixedBy) {
        Owner {
            fixedBy = List.copyOf(fixedBy);
        }
    }

    private static final Map<String, Owner> ISSUERS = Map.ofEntries(
            // Repository administrators choose the claims that a subject is made of, so no other subject is safe, not
            // even an exact one: "environment:production" is anyone's.
            Map.entry(
                    "https://token.actions.githubusercontent.com",
                    new Owner(
                            "a subject that begins with repo:OWNER/, or an exact claim repository_owner_id or repository_owner",
                            List.of(
                                    Map.of(
                                            SUBJECT,
                                            "^(repo|repository):[^*/]+/|^(repository_owner|repository_owner_id|repository_id):[^*:]+(:|$)"),
                                    Map.of("repository", "^[^*/]+/"),
                                    Map.of("repository_id", EXACT),
                                    Map.of("repository_owner", EXACT),
                                    Map.of("repository_owner_id", EXACT),
                                    Map.of("enterprise", EXACT),
                                    Map.of("enterprise_id", EXACT)))),
            Map.entry(
                    "https://gitlab.com",
                    new Owner(
                            "a subject that begins with project_path:GROUP/, or an exact claim namespace_id or project_id",
                            List.of(
                                    Map.of(SUBJECT, EXACT_OR + "^project_path:[^*/]+/"),
                                    Map.of("namespace_path", EXACT_OR + "^[^*/]+/"),
                                    Map.of("project_path", EXACT_OR + "^[^*/]+/"),
                                    Map.of("namespace_id", EXACT),
                                    Map.of("project_id", EXACT)))),
            Map.entry("https://accounts.google.com", new Owner(GOOGLE, google())),
            Map.entry("accounts.google.com", new Owner(GOOGLE, google())),
            Map.entry(
                    "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
                    new Owner(
                            "an exact subject, or an exact claim oid: the tenant is that of all personal accounts",
                            List.of(Map.of(SUBJECT, EXACT), Map.of("oid", EXACT)))),
            Map.entry(
                    "https://app.terraform.io",
                    new Owner(
                            "a subject that begins with organization:ORGANIZATION:, or an exact claim"
                                    + " terraform_organization_id",
                            List.of(
                                    Map.of(SUBJECT, EXACT_OR + "^organization:[^*:]+:"),
                                    Map.of("terraform_organization_id", EXACT),
                                    Map.of("terraform_organization_name", EXACT),
                                    Map.of("terraform_project_id", EXACT),
                                    Map.of("terraform_workspace_id", EXACT)))),
            Map.entry(
                    "https://agent.buildkite.com",
                    new Owner(
                            "a subject that begins with organization:ORGANIZATION:, or an exact claim organization_id",
                            List.of(
                                    Map.of(SUBJECT, EXACT_OR + "^organization:[^*:]+:"),
                                    Map.of("organization_id", EXACT),
                                    Map.of("organization_slug", EXACT),
                                    Map.of("pipeline_id", EXACT)))),
            Map.entry(
                    "https://api.pulumi.com/oidc",
                    new Owner(
                            "a subject that begins with pulumi:environments:org:ORGANIZATION: or pulumi:deploy:org:ORGANIZATION:",
                            List.of(
                                    Map.of(
                                            SUBJECT,
                                            EXACT_OR
                                                    + "^pulumi:(environments:org|environments:pulumi\\.organization\\.login|deploy:org):[^*:]+:")))),
            Map.entry(
                    "https://api.pulumi.com/oidc/v2",
                    new Owner(
                            "an exact claim https://pulumi.com/org_id",
                            List.of(
                                    Map.of("https://pulumi.com/org_id", EXACT),
                                    Map.of("https://pulumi.com/org", EXACT)))),
            Map.entry(
                    "https://oidc.vercel.com",
                    new Owner(
                            "a subject that begins with owner:TEAM:, or an exact claim owner_id",
                            List.of(
                                    Map.of(SUBJECT, EXACT_OR + "^owner:[^*:]+:"),
                                    Map.of("owner_id", EXACT),
                                    Map.of("project_id", EXACT)))),
            Map.entry(
                    "https://oidc.codefresh.io",
                    new Owner(
                            "a subject that begins with account:ACCOUNT:",
                            List.of(Map.of(SUBJECT, EXACT_OR + "^account:[^*:]+:"), Map.of("account_id", EXACT)))),
            Map.entry(
                    "https://scalr.io",
                    new Owner(
                            "a subject that begins with account:ACCOUNT:",
                            List.of(Map.of(SUBJECT, EXACT_OR + "^account:[^*:]+:")))),
            Map.entry(
                    "https://proidc.upbound.io",
                    new Owner(
                            "a subject that begins with mcp:ORGANIZATION/",
                            List.of(Map.of(SUBJECT, EXACT_OR + "^mcp:[^*/]+/")))),
            Map.entry("https://login.app.env0.com", new Owner("an exact subject", List.of(Map.of(SUBJECT, EXACT)))));

    private SharedIssuers() {}

    private static List<Map<String, String>> google() {
        return List.of(Map.of(SUBJECT, EXACT), Map.of("email", EXACT, "email_verified", "^true$"), Map.of("hd", EXACT));
    }

    /** The table, for the test that compares it with Terraform's and the documentation. */
    static Map<String, Owner> all() {
        return ISSUERS;
    }

    /** What to set so that the rule admits only one organization; empty if it does, or if the issuer is not shared. */
    static Optional<String> remedy(String issuer, ClaimPattern subject, Map<ClaimName, ClaimRule> claims) {
        Owner owner = ISSUERS.get(issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer);
        if (owner == null) {
            return Optional.empty();
        }
        for (Map<String, String> rules : owner.fixedBy()) {
            if (areMet(rules, subject, claims)) {
                return Optional.empty();
            }
        }
        return Optional.of(owner.remedy());
    }

    private static boolean areMet(Map<String, String> owner, ClaimPattern subject, Map<ClaimName, ClaimRule> claims) {
        for (Map.Entry<String, String> rule : owner.entrySet()) {
            Pattern expression = Pattern.compile(rule.getValue());
            boolean isMet = rule.getKey().equals(SUBJECT)
                    ? expression.matcher(subject.text()).find()
                    : isRequired(rule.getKey(), expression, claims);
            if (!isMet) {
                return false;
            }
        }
        return true;
    }

    /** Whether a rule for the claim, by whatever name, allows only values that have what the expression finds. */
    private static boolean isRequired(String claim, Pattern expression, Map<ClaimName, ClaimRule> claims) {
        for (Map.Entry<ClaimName, ClaimRule> rule : claims.entrySet()) {
            if (rule.getKey().isClaim(claim) && rule.getValue().requires(expression)) {
                return true;
            }
        }
        return false;
    }
}
