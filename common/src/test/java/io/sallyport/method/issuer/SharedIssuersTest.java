package io.sallyport.method.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SharedIssuersTest {
    @ParameterizedTest(name = "{0}: {1} with {2}")
    @CsvSource(delimiter = '|', textBlock = """
            https://token.actions.githubusercontent.com | repo:acme/shop:ref:refs/heads/main | ''
            https://token.actions.githubusercontent.com | repo:acme@42/shop@7:ref:refs/heads/main | ''
            https://token.actions.githubusercontent.com | repo:acme/* | ''
            https://token.actions.githubusercontent.com | repository_owner:acme:environment:production | ''
            https://token.actions.githubusercontent.com | repository_owner_id:42 | ''
            https://token.actions.githubusercontent.com | environment:production | repository_owner=acme
            https://token.actions.githubusercontent.com | * | repository=acme/*
            https://token.actions.githubusercontent.com | * | repository_id=7
            https://token.actions.githubusercontent.com | * | enterprise_id=9
            https://token.actions.githubusercontent.com/acme | * | ref=refs/heads/main
            https://gitlab.com | project_path:acme/* | ''
            https://gitlab.com | project_path:acme/shop:ref_type:branch:ref:main | ''
            https://gitlab.com | * | namespace_id=42
            https://gitlab.com | * | namespace_path=acme/*
            https://gitlab.example.com | project_path:* | ''
            https://accounts.google.com | 103254117850239431021 | ''
            accounts.google.com | * | email=a@example.com,email_verified=true
            https://accounts.google.com | * | hd=example.com
            https://app.terraform.io | organization:acme:* | ''
            https://app.terraform.io | * | terraform_organization_id=org-1
            https://agent.buildkite.com | organization:acme:pipeline:*:ref:refs/heads/main:* | ''
            https://agent.buildkite.com | 0184990a-477b-4fa8-9968-496074483cee | ''
            https://agent.buildkite.com | * | organization_slug=acme
            https://api.pulumi.com/oidc | pulumi:deploy:org:acme:project:* | ''
            https://api.pulumi.com/oidc/v2 | * | https://pulumi.com/org_id=1
            https://oidc.vercel.com | owner:acme:* | ''
            https://oidc.vercel.com/acme | owner:* | ''
            https://oidc.codefresh.io | account:5f30ebd30312313ae7f17948:* | ''
            https://scalr.io | account:acme:* | ''
            https://proidc.upbound.io | mcp:acme/* | ''
            https://oidc.circleci.com/org/1 | org/1/* | ''
            https://ci.example.com | repo:* | ''
            """)
    void takesARuleThatFixesTheOwner(String issuer, String subject, String claims) {
        assertThat(SharedIssuers.remedy(issuer, new ClaimPattern(subject), claims(claims)))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1} with {2}")
    @CsvSource(delimiter = '|', textBlock = """
            https://token.actions.githubusercontent.com | * | ''
            https://token.actions.githubusercontent.com/ | repo:* | ''
            https://token.actions.githubusercontent.com | repo:acme* | ''
            https://token.actions.githubusercontent.com | repo:*/shop:* | ''
            https://token.actions.githubusercontent.com | repo:/* | ''
            https://token.actions.githubusercontent.com | *repo:acme/* | ''
            https://token.actions.githubusercontent.com | environment:production | ''
            https://token.actions.githubusercontent.com | job_workflow_ref:acme/ci/x.yml@refs/heads/main | ''
            https://token.actions.githubusercontent.com | repository_owner:acme* | ''
            https://token.actions.githubusercontent.com | * | repository_owner=acme*
            https://token.actions.githubusercontent.com | * | repository=acme*
            https://token.actions.githubusercontent.com | * | repository=*/shop
            https://token.actions.githubusercontent.com | * | job_workflow_ref=acme/ci/x.yml@refs/heads/main
            https://token.actions.githubusercontent.com | * | actor=acme
            https://gitlab.com | project_path:* | ''
            https://gitlab.com | project_path:acme* | ref_protected=true
            https://gitlab.com | * | namespace_path=acme*
            https://gitlab.com | * | user_login=acme
            https://accounts.google.com | 1* | ''
            https://accounts.google.com | * | email=a@example.com
            accounts.google.com | * | email=*@example.com,email_verified=true
            https://accounts.google.com | * | email=a@example.com,email_verified=*
            https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0 | * | azp=1
            https://app.terraform.io | organization:*:workspace:prod:* | ''
            https://app.terraform.io | organization:acme* | terraform_workspace_name=prod
            https://agent.buildkite.com | organization:*:pipeline:shop:* | ''
            https://agent.buildkite.com | * | build_branch=main
            https://api.pulumi.com/oidc | pulumi:deploy:org:* | ''
            https://api.pulumi.com/oidc/v2 | * | https://pulumi.com/root_env=shop/prod
            https://oidc.vercel.com | owner:*:project:shop:* | environment=production
            https://oidc.codefresh.io | account:*:pipeline:1 | ''
            https://scalr.io | account:*:environment:prod:* | ''
            https://proidc.upbound.io | mcp:*/shop:* | ''
            https://login.app.env0.com/ | a* | ''
            """)
    void refusesARuleThatUnrelatedOrganizationsCouldMeet(String issuer, String subject, String claims) {
        assertThat(SharedIssuers.remedy(issuer, new ClaimPattern(subject), claims(claims)))
                .hasValueSatisfying(remedy -> assertThat(remedy).isNotBlank());
    }

    /** * means "any" elsewhere; here it would mean the whole world. */
    @ParameterizedTest
    @MethodSource("issuers")
    void takesAnyOnNone(String issuer) {
        assertThatExceptionOfType(UnconstrainedException.class)
                .isThrownBy(() -> Providers.DOCUMENTS.read(
                        new IdentityId("deployer"),
                        Map.of(
                                "jwtBearerAuth",
                                Map.of(
                                        "trustedIssuers",
                                        List.of(Map.of(
                                                "issuer",
                                                issuer,
                                                "subject",
                                                "*",
                                                "audience",
                                                "sallyport",
                                                "jwksUri",
                                                "https://keys.example.com/keys",
                                                "claims",
                                                Map.of("ref", "refs/heads/main")))))))
                .withMessageContaining(issuer)
                .withMessageContaining(SharedIssuers.all().get(issuer).remedy());
    }

    static Stream<String> issuers() {
        return SharedIssuers.all().keySet().stream().sorted();
    }

    @Test
    void areThoseThatTerraformKnows() throws Exception {
        Map<String, Object> table = new LinkedHashMap<>();
        SharedIssuers.all().forEach((issuer, owner) -> table.put(issuer, owner.fixedBy()));
        assertThat(Json.parseObject(Files.readString(Path.of("../terraform/modules/identity/shared_issuers.json"))))
                .isEqualTo(table);
    }

    @Test
    void areThoseThatTheDocumentationLists() throws Exception {
        String readme = Files.readString(Path.of("../terraform/modules/identity/README.md"));
        String docs = Files.readString(Path.of("../docs/constraints.md"));
        for (String issuer : SharedIssuers.all().keySet()) {
            assertThat(docs).contains("`" + issuer + "`");
        }
        assertThat(readme).contains("Shared issuers", "docs/constraints.md");
    }

    private static Map<ClaimName, ClaimRule> claims(String text) {
        Map<ClaimName, ClaimRule> claims = new LinkedHashMap<>();
        for (String claim : text.split(",", -1)) {
            if (!claim.isEmpty()) {
                String[] parts = claim.split("=", 2);
                claims.put(ClaimName.of(parts[0]), ClaimRule.of(new ClaimPattern(parts[1])));
            }
        }
        return claims;
    }
}
