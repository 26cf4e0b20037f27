package io.sallyport.demo;

import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.secret.Secret;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.federation.ProviderName;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The identities that the clients of {@code conformance/} log in as: one for each auth method, named after it. */
final class ConformanceIdentities {
    static final String MACHINE = "machine@shop.iam.gserviceaccount.com";
    static final String AUDIENCE = "sallyport";
    static final String TRUST_DOMAIN = "prod.example.com";

    /** A resource for which every identity has a grant. */
    static final String ORDERS = "https://orders.example.com/api";

    static final ProviderName GOOGLE_POOL = new ProviderName("326694433618", "workloads", "sallyport");
    static final String SECRET = "0f6bQ2J1o0m9Zt4hXyKc3uVw8sNqLrPd7eAgTiBjEkM";
    static final ManagedIdentity MANAGED_IDENTITY = managedIdentity("a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11");

    private ConformanceIdentities() {}

    static ManagedIdentity managedIdentity(String objectId) {
        return new ManagedIdentity(
                "72f988bf-86f1-41af-91ab-2d7cd011db47",
                objectId,
                "c1d2e3f4-0000-4000-8000-0123456789ab",
                "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/prod"
                        + "/providers/Microsoft.Compute/virtualMachines/vm-1");
    }

    /** @param bundle the keys of the trust domain */
    static List<Map<String, Object>> of(SimulatedCluster cluster, String bundle) {
        ClusterServiceAccount reviewer = cluster.serviceAccount("sallyport", "reviewer");
        cluster.allowReviewsBy(reviewer);
        List<Map<String, Object>> all = new ArrayList<>();
        all.add(with("gcp-id-token", "gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", MACHINE)));
        all.add(with("gcp-iam", "gcpAuth", Map.of("type", "iam", "allowedServiceAccounts", MACHINE)));
        all.add(with(
                "azure",
                "azureAuth",
                Map.of(
                        "tenantId", MANAGED_IDENTITY.tenantId(),
                        "allowedServicePrincipalIds", MANAGED_IDENTITY.objectId())));
        Map<String, Object> kubernetes = new LinkedHashMap<>();
        kubernetes.put("kubernetesHost", cluster.host());
        kubernetes.put("caCert", cluster.caCertificate());
        kubernetes.put("tokenReviewerJwt", reviewer.legacyToken());
        kubernetes.put("allowedNamespaces", "shop");
        kubernetes.put("allowedNames", "payments");
        kubernetes.put("allowedAudience", AUDIENCE);
        all.add(with("kubernetes", "kubernetesAuth", kubernetes));
        Map<String, Object> renewed = new LinkedHashMap<>(kubernetes);
        renewed.put("accessTokenTTL", 6);
        renewed.put("accessTokenMaxTTL", 600);
        all.add(with("kubernetes-renewed", "kubernetesAuth", renewed));
        all.add(with("aws", "awsAuth", Map.of("allowedPrincipalArns", "arn:aws:iam::123456789012:role/payments")));
        all.add(with(
                "oidc",
                "oidcAuth",
                bound(cluster, Map.of("oidcDiscoveryUrl", cluster.issuer(), "caCert", cluster.caCertificate()))));
        all.add(with(
                "jwt",
                "jwtAuth",
                bound(
                        cluster,
                        Map.of(
                                "configurationType",
                                "jwks",
                                "jwksUrl",
                                cluster.host() + "/openid/v1/jwks",
                                "jwksCaCert",
                                cluster.caCertificate()))));
        all.add(with(
                "spiffe",
                "spiffeAuth",
                Map.of(
                        "trustDomain", TRUST_DOMAIN,
                        "allowedSpiffeIds", "spiffe://" + TRUST_DOMAIN + "/ns/shop/sa/*",
                        "allowedAudiences", AUDIENCE,
                        "bundle", bundle)));
        all.add(with("client", "clientSecretAuth", secret()));
        Map<String, Object> resource = with("orders-server", "clientSecretAuth", secret());
        resource.put("audiences", List.of(Map.of("name", ORDERS, "scopes", List.of("read", "write"))));
        all.add(resource);
        Map<String, Object> admin = with("admin", "clientSecretAuth", secret());
        admin.put("role", "admin");
        all.add(admin);
        all.add(with("trusting", "jwtBearerAuth", Map.of("trustedIssuers", List.of(trusted(cluster)))));
        return all;
    }

    private static Map<String, Object> bound(SimulatedCluster cluster, Map<String, Object> keys) {
        Map<String, Object> method = new LinkedHashMap<>(keys);
        method.put("boundIssuer", cluster.issuer());
        method.put("boundAudiences", AUDIENCE);
        method.put("boundSubject", "system:serviceaccount:shop:payments");
        return method;
    }

    /** The cluster as an authorization server of MCP SEP-1933 trusts it. */
    private static Map<String, Object> trusted(SimulatedCluster cluster) {
        return Map.of(
                "issuer",
                cluster.issuer(),
                "subject",
                "system:serviceaccount:shop:agent",
                "audience",
                AUDIENCE,
                "jwks",
                cluster.jwksJson());
    }

    private static Map<String, Object> with(String id, String method, Map<String, Object> configuration) {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("id", id);
        identity.put(
                "grants",
                List.of(Map.of("audience", ORDERS, "scopes", List.of("read", "write")), GOOGLE_POOL.audience()));
        identity.put(method, configuration);
        return identity;
    }

    private static Map<String, Object> secret() {
        ClientSecret secret = ClientSecret.of("first", new Secret(SECRET), Instant.EPOCH);
        return Map.of("secrets", List.of(Map.of("id", secret.id(), "sha256", secret.sha256())));
    }
}
