package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.jwt.Algorithm;
import io.sallyport.method.aws.AwsFixture;
import io.sallyport.method.azure.AzureAttestation;
import io.sallyport.method.azure.Guid;
import io.sallyport.method.gcp.GcpAttestation;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.issuer.ClaimName;
import io.sallyport.method.issuer.ClaimPattern;
import io.sallyport.method.issuer.ClaimRule;
import io.sallyport.method.issuer.IssuerAttestation;
import io.sallyport.method.issuer.TrustedIssuer;
import io.sallyport.method.issuer.TrustedKeys;
import io.sallyport.method.kubernetes.KubernetesAttestation;
import io.sallyport.method.provider.Providers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every combination of every method's constraints, against workloads of an unrelated organization that choose whatever
 * facts they can to match: either the configuration is refused, or the workloads are.
 */
class ConstraintMatrixTest {
    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final String ZONE = "europe-west1-b";
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String PRINCIPAL = "c1d2e3f4-0000-4000-8000-0123456789ab";
    private static final String SUBSCRIPTION = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590";
    private static final String MACHINE = "/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/vm1";
    private static final String GITHUB = "https://token.actions.githubusercontent.com";

    /**
     * @param base what the method always needs
     * @param constraints every combination of these is configured
     * @param ours a workload that meets them all
     * @param strangers workloads of others, whose choosable facts match ours
     */
    private record Case(
            String name,
            String method,
            Map<String, Object> base,
            Map<String, Object> constraints,
            Attestation ours,
            List<Attestation> strangers) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "ID tokens of Google",
                        "gcpAuth",
                        Map.of("type", "gce"),
                        Map.of(
                                "allowedServiceAccounts",
                                EMAIL,
                                "allowedServiceAccountIds",
                                "103254117850239431021",
                                "allowedProjects",
                                "shop",
                                "allowedZones",
                                ZONE),
                        google(GcpAuth.Type.GCE, EMAIL, "103254117850239431021", "shop"),
                        List.of(
                                google(GcpAuth.Type.GCE, "payments@shop2.iam.gserviceaccount.com", "1", "shop2"),
                                new GcpAttestation(
                                        GcpAuth.Type.GCE,
                                        "payments@shop2.iam.gserviceaccount.com",
                                        "1",
                                        Optional.empty()))),
                new Case(
                        "JWTs that service accounts sign",
                        "gcpAuth",
                        Map.of("type", "iam"),
                        Map.of("allowedServiceAccounts", EMAIL, "singleUse", true, "requireExpiry", true),
                        new GcpAttestation(GcpAuth.Type.IAM, EMAIL, "", Optional.empty()),
                        List.of(new GcpAttestation(
                                GcpAuth.Type.IAM, "payments@shop2.iam.gserviceaccount.com", "", Optional.empty()))),
                // A tenant is not a constraint: it may contain other companies' multi-tenant applications.
                new Case(
                        "tokens of Azure",
                        "azureAuth",
                        Map.of("tenantId", TENANT),
                        Map.of(
                                "resource",
                                "api://sallyport",
                                "allowedServicePrincipalIds",
                                PRINCIPAL,
                                "allowedResources",
                                SUBSCRIPTION),
                        azure(PRINCIPAL, Optional.of(SUBSCRIPTION + MACHINE)),
                        List.of(
                                azure("c1d2e3f4-0000-4000-8000-0123456789ac", Optional.empty()),
                                azure(
                                        "c1d2e3f4-0000-4000-8000-0123456789ac",
                                        Optional.of("/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09591" + MACHINE)))),
                // A role's name is not a constraint without its account: every customer of AWS may give it to one.
                new Case(
                        "requests that AWS principals sign",
                        "awsAuth",
                        Map.of(),
                        Map.of(
                                "stsEndpoint",
                                "https://sts.eu-west-1.amazonaws.com/",
                                "allowedAccountIds",
                                "123456789012",
                                "allowedPrincipalArns",
                                "arn:aws:iam::123456789012:role/pay*",
                                "singleUse",
                                false,
                                "requireServerId",
                                true),
                        AwsFixture.session("123456789012", "payments"),
                        List.of(
                                AwsFixture.session("999999999999", "payments"),
                                AwsFixture.session("123456789013", "payments"))),
                kubernetes("tokens that a cluster reviews", Map.of("kubernetesHost", "kube.example.com"), "shop"),
                kubernetes("tokens of a namespace by a pattern", Map.of("kubernetesHost", "kube.example.com"), "sho*"),
                kubernetes(
                        "tokens that a gateway reviews",
                        Map.of("tokenReviewMode", "gateway", "gatewayId", "g"),
                        "shop"),
                kubernetes(
                        "tokens that are proven offline",
                        Map.of(
                                "tokenReviewMode", "jwks",
                                "jwksIssuer", "https://oidc.example.com",
                                "allowedAudience", "sallyport"),
                        "shop"));
    }

    /** In a shared cluster, a tenant may give the accounts in its own namespace the names of ours. */
    private static Case kubernetes(String name, Map<String, Object> base, String namespaces) {
        return new Case(
                name,
                "kubernetesAuth",
                base,
                Map.of(
                        "allowedNamespaces", namespaces,
                        "allowedNames", "payments",
                        "allowedServiceAccountIds", "uid-1",
                        "allowedAudience", "sallyport"),
                new KubernetesAttestation("shop", "payments", "uid-1", Optional.empty(), Optional.empty()),
                List.of(new KubernetesAttestation(
                        "strangers", "payments", "uid-2", Optional.empty(), Optional.empty())));
    }

    private static GcpAttestation google(GcpAuth.Type type, String account, String id, String project) {
        return new GcpAttestation(
                type, account, id, Optional.of(new GcpAttestation.Instance(project, ZONE, "1", "payments-1")));
    }

    private static AzureAttestation azure(String principal, Optional<String> resource) {
        return new AzureAttestation(new Guid(TENANT), new Guid(principal), "", resource);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void admitsNoWorkloadOfAnUnrelatedOrganization(Case platform) {
        int taken = 0;
        for (Map<String, Object> constraints : combinations(platform.constraints())) {
            Optional<AuthMethod<Attestation>> method = method(platform, constraints);
            if (method.isEmpty()) {
                continue;
            }
            taken++;
            assertThatCode(() -> method.get().admit(platform.ours()))
                    .as("%s", constraints)
                    .doesNotThrowAnyException();
            for (Attestation stranger : platform.strangers()) {
                assertThatExceptionOfType(Refused.class)
                        .as("%s admits %s", constraints, stranger)
                        .isThrownBy(() -> method.get().admit(stranger));
            }
        }
        assertThat(taken).as("configurations that are taken").isPositive();
    }

    /** Each constraint that suffices alone, so that none of these is refused either. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void takesEachConstraintThatStrangersCannotMeetAlone(Case platform) {
        Set<String> alone = new LinkedHashSet<>();
        platform.constraints().forEach((name, value) -> {
            if (method(platform, Map.of(name, value)).isPresent()) {
                alone.add(name);
            }
        });
        assertThat(alone)
                .isSubsetOf(
                        "allowedServiceAccounts",
                        "allowedServiceAccountIds",
                        "allowedProjects",
                        "allowedServicePrincipalIds",
                        "allowedResources",
                        "allowedNamespaces",
                        "allowedAccountIds",
                        "allowedPrincipalArns")
                .isNotEmpty();
        Set<String> others = new LinkedHashSet<>(platform.constraints().keySet());
        others.removeAll(alone);
        assertThat(others)
                .isSubsetOf(
                        "allowedZones",
                        "allowedNames",
                        "allowedAudience",
                        "resource",
                        "singleUse",
                        "requireExpiry",
                        "stsEndpoint",
                        "requireServerId");
    }

    /** Nor does * mean "any workload" in a list that does not say whose workload it is. */
    @ParameterizedTest
    @ValueSource(strings = {"allowedZones", "allowedNames"})
    void takesAnyForNoConstraintEither(String name) {
        Case platform = cases().filter(one -> one.constraints().containsKey(name))
                .findFirst()
                .orElseThrow();
        assertThat(method(platform, Map.of(name, "*"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"allowedServiceAccounts", "allowedServiceAccountIds", "allowedProjects"})
    void takesZonesBesideAnyOnPurpose(String any) {
        Case google = cases().findFirst().orElseThrow();
        assertThat(method(google, Map.of("allowedZones", ZONE, any, "*"))).isPresent();
    }

    /** Anyone who signs up with a public issuer, with a repository and workflow named like ours. */
    @Test
    void admitsNoRepositoryOfAnotherOwnerOnASharedIssuer() {
        int taken = 0;
        List<Map<String, String>> claimRules = claimRules();
        for (String subject : SUBJECTS) {
            for (Map<String, String> claims : claimRules) {
                TrustedIssuer rule;
                try {
                    rule = trusted(subject, claims);
                } catch (UnconstrainedException e) {
                    continue;
                }
                taken++;
                for (IssuerAttestation stranger : STRANGERS) {
                    assertThat(rule.objection(stranger))
                            .as("%s with %s admits %s", subject, claims, stranger)
                            .isPresent();
                }
            }
        }
        assertThat(taken).isGreaterThan(claimRules.size());
        assertThat(trusted("repo:acme/*", Map.of()).objection(OURS)).isEmpty();
        assertThat(trusted("*", Map.of("repository_owner_id", "42")).objection(OURS))
                .isEmpty();
    }

    private static final List<String> SUBJECTS = List.of(
            "*",
            "repo:acme/shop:ref:refs/heads/main",
            "repo:acme@42/shop@7:*",
            "repo:acme/*",
            "repo:acme/shop:*",
            "repo:acme*",
            "repo:acm*/shop:*",
            "repo:*/shop:*",
            "repo:*",
            "*:ref:refs/heads/main",
            "*acme/shop*",
            "environment:production",
            "environment:*",
            "ref:refs/heads/main",
            "job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main",
            "job_workflow_ref:acme/*",
            "repository:acme/shop:*",
            "repository_owner:acme",
            "repository_owner:acme:*",
            "repository_owner:acme*",
            "repository_owner_id:42:*",
            "repository_owner_id:42*",
            "repository_id:7");

    private static final Map<String, String> FREE_CLAIMS = Map.of(
            "ref", "refs/heads/main",
            "environment", "production",
            "workflow", "deploy",
            "actor", "acme-dev",
            "job_workflow_ref", "acme/ci/.github/workflows/deploy.yml@refs/heads/main");

    private static final IssuerAttestation OURS = github("acme", "42", "7", "repo:acme/shop:ref:refs/heads/main");

    /** With names that begin and end as ours do, and subjects made of any claims they choose. */
    private static final List<IssuerAttestation> STRANGERS = Stream.of("acme-evil", "evil-acme", "evil")
            .flatMap(owner -> Stream.of(
                            "repo:" + owner + "/shop:ref:refs/heads/main",
                            "repo:" + owner + "@421/shop@71:ref:refs/heads/main",
                            "environment:production",
                            "environment:production:repo:" + owner + "/shop",
                            "ref:refs/heads/main",
                            "job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main",
                            "job_workflow_ref:acme/ci/.github/workflows/deploy.yml@refs/heads/main:repo:" + owner
                                    + "/acme/shop:ref:refs/heads/main",
                            "repository:" + owner + "/shop:ref:refs/heads/main",
                            "repository_owner:" + owner,
                            "repository_owner_id:421:ref:refs/heads/main",
                            "repository_id:71")
                    .map(subject -> github(owner, "421", "71", subject)))
            .toList();

    private static IssuerAttestation github(String owner, String ownerId, String repositoryId, String subject) {
        Map<String, String> claims = new LinkedHashMap<>(FREE_CLAIMS);
        claims.put("repository", owner + "/shop");
        claims.put("repository_id", repositoryId);
        claims.put("repository_owner", owner);
        claims.put("repository_owner_id", ownerId);
        return new IssuerAttestation(
                "jwt-bearer", GITHUB, subject, "sallyport", new LinkedHashMap<>(claims), Map.of(), "");
    }

    /** No rule, each alone, and each pair of them. */
    private static List<Map<String, String>> claimRules() {
        Map<String, String> all = new LinkedHashMap<>(FREE_CLAIMS);
        all.put("repository", "acme/shop");
        all.put("repository_id", "7");
        all.put("repository_owner", "acme");
        all.put("repository_owner_id", "42");
        List<Map.Entry<String, String>> single = new ArrayList<>(all.entrySet());
        all.forEach((name, value) -> {
            single.add(Map.entry(name, value + "*"));
            single.add(Map.entry(name, "*" + value));
        });
        single.add(Map.entry("repository", "acme/*"));
        single.add(Map.entry("repository", "*/shop"));
        single.add(Map.entry("repository_owner", "*"));
        List<Map<String, String>> rules = new ArrayList<>();
        rules.add(Map.of());
        for (Map.Entry<String, String> one : single) {
            rules.add(Map.ofEntries(one));
            for (Map.Entry<String, String> other : single) {
                if (one.getKey().compareTo(other.getKey()) < 0) {
                    rules.add(Map.ofEntries(one, other));
                }
            }
        }
        return rules;
    }

    private static TrustedIssuer trusted(String subject, Map<String, String> claims) {
        Map<ClaimName, ClaimRule> patterns = new LinkedHashMap<>();
        claims.forEach((name, pattern) -> patterns.put(ClaimName.of(name), ClaimRule.of(new ClaimPattern(pattern))));
        return new TrustedIssuer(
                GITHUB,
                new ClaimPattern(subject),
                List.of("sallyport"),
                new TrustedKeys.ByDiscovery(new IssuerUrl(GITHUB), Algorithm.RS256, Optional.empty()),
                patterns,
                false);
    }

    /** Empty if the configuration is refused, because strangers could meet it or it is incomplete. */
    @SuppressWarnings("unchecked")
    private static Optional<AuthMethod<Attestation>> method(Case platform, Map<String, Object> constraints) {
        Map<String, Object> fields = new LinkedHashMap<>(platform.base());
        fields.putAll(constraints);
        try {
            Identity identity = Providers.DOCUMENTS.read(new IdentityId("payments"), Map.of(platform.method(), fields));
            return Optional.of((AuthMethod<Attestation>) identity.methods().get(0));
        } catch (UnconstrainedException e) {
            return Optional.empty();
        }
    }

    private static List<Map<String, Object>> combinations(Map<String, Object> constraints) {
        List<Map<String, Object>> combinations = new ArrayList<>();
        combinations.add(Map.of());
        constraints.forEach((name, value) -> {
            for (Map<String, Object> without : List.copyOf(combinations)) {
                Map<String, Object> with = new LinkedHashMap<>(without);
                with.put(name, value);
                combinations.add(with);
            }
        });
        return combinations;
    }
}
