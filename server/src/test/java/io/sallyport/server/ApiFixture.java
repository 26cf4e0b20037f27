package io.sallyport.server;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.secret.Secret;
import io.sallyport.simulated.ReplacedAddresses;
import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.AwsStsServer;
import io.sallyport.simulated.aws.CallerIdentitySigner;
import io.sallyport.simulated.aws.SimulatedAws;
import io.sallyport.simulated.aws.TemporaryCredentials;
import io.sallyport.simulated.azure.Imds;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.simulated.spiffe.SimulatedTrustDomain;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.testing.TestClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A local server with all three platforms, and identities in every state that its API distinguishes. */
public final class ApiFixture implements AutoCloseable {
    static final String ADMIN = "chief";
    static final String STRANGER = "stranger";
    static final String SECRET = "a secret of the tests' own";

    /** An identity with nothing but a name. */
    static final String BARE = "bare";

    /** An identity with an auth method of every kind. */
    static final String FULL = "full";

    /** The same configuration as {@link #FULL}, but managed elsewhere. */
    static final String OWNED = "owned";

    /** An identity whose document is not valid. */
    static final String BROKEN = "broken";

    static final String VM = "payments-vm";
    static final String POD = "payments-pod";
    static final String ROLE = "role";
    static final String PRINCIPAL = "payments-principal";
    static final String JOB = "payments-job";
    static final String SIGNED = "payments-signed";
    static final String WORKLOAD = "payments-workload";

    /** An identity whose tokens are valid only from an address that no client has. */
    static final String BOUND = "bound";

    static final String ORDERS = "orders-api";

    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final String PRINCIPAL_ARN = "arn:aws:iam::123456789012:role/payments";
    private static final ManagedIdentity MANAGED_IDENTITY = new ManagedIdentity(
            "72f988bf-86f1-41af-91ab-2d7cd011db47",
            "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11",
            "c1d2e3f4-0000-4000-8000-0123456789ab",
            "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/prod"
                    + "/providers/Microsoft.Compute/virtualMachines/vm-1");

    private final TestClock clock = new TestClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedEntra entra = SimulatedEntra.start(clock);
    private final SimulatedAws aws = SimulatedAws.start(clock);
    private final AwsStsServer sts = aws.sts();
    private final SimulatedCluster cluster = SimulatedCluster.start(clock).allowDiscoveryByAnyone();
    private final SimulatedTrustDomain domain = SimulatedTrustDomain.start("prod.example.com", clock);
    private final LocalServer server;

    private ApiFixture(Path data, Map<String, String> variables, Consumer<String> log) throws IOException, Refused {
        Files.createDirectories(data);
        try (SqliteDatabase database = SqliteDatabase.open(data.resolve("sallyport.db"))) {
            SqliteIdentityStore store = new SqliteIdentityStore(database, Providers.DOCUMENTS);
            Map<String, Object> owned = new HashMap<>(methods());
            owned.put("managedBy", "terraform");
            store.saveDocument(new IdentityId(OWNED), Json.writeString(owned));
            store.saveDocument(new IdentityId(BROKEN), "{\"role\":7}");
        }
        server = LocalServer.start(
                new Environment(variables, clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), log),
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        data,
                        identities(),
                        ReplacedAddresses.of(
                                google.replacedAddresses(), entra.replacedAddresses(), sts.replacedAddresses()),
                        Optional.empty(),
                        Optional.of(AddressPolicy.forSimulatedClusters())));
    }

    static ApiFixture open(Path data) throws IOException, Refused {
        return open(data, Map.of(), line -> {});
    }

    /**
     * @param more variables in addition to those it needs
     * @param log receives every line that the server logs
     */
    static ApiFixture open(Path data, Map<String, String> more, Consumer<String> log) throws IOException, Refused {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("SALLYPORT_IDENTITY_CACHE_SECONDS", "0");
        return new ApiFixture(data, variables, log);
    }

    private List<Identity> identities() {
        return List.of(
                client(ADMIN, Map.of("role", "admin", "grants", List.of(ORDERS))),
                client(STRANGER, Map.of("audiences", List.of(ORDERS), "alias", "the-orders")),
                client(BOUND, Map.of(), Map.of("accessTokenTrustedIps", List.of("192.0.2.0/24"))),
                identity(BARE, Map.of()),
                identity(FULL, methods()),
                identity(VM, Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", EMAIL))),
                identity(
                        PRINCIPAL,
                        Map.of(
                                "azureAuth",
                                Map.of(
                                        "tenantId", MANAGED_IDENTITY.tenantId(),
                                        "allowedServicePrincipalIds", MANAGED_IDENTITY.objectId()))),
                identity(ROLE, Map.of("awsAuth", Map.of("allowedPrincipalArns", PRINCIPAL_ARN))),
                identity(
                        JOB,
                        Map.of(
                                "oidcAuth",
                                Map.of(
                                        "oidcDiscoveryUrl", cluster.issuer(),
                                        "caCert", cluster.caCertificate(),
                                        "boundIssuer", cluster.issuer(),
                                        "boundAudiences", "sallyport",
                                        "boundSubject", "system:serviceaccount:shop:*",
                                        "boundClaims", Map.of("/kubernetes.io/namespace", "shop")))),
                identity(
                        SIGNED,
                        Map.of(
                                "jwtAuth",
                                Map.of(
                                        "configurationType",
                                        "jwks",
                                        "jwksUrl",
                                        cluster.host() + "/openid/v1/jwks",
                                        "jwksCaCert",
                                        cluster.caCertificate(),
                                        "boundIssuer",
                                        cluster.issuer(),
                                        "boundAudiences",
                                        "sallyport",
                                        "boundSubject",
                                        "system:serviceaccount:shop:payments"))),
                identity(
                        WORKLOAD,
                        Map.of(
                                "grants",
                                List.of(ORDERS),
                                "spiffeAuth",
                                Map.of(
                                        "trustDomain", "prod.example.com",
                                        "allowedSpiffeIds", "spiffe://prod.example.com/ns/shop/sa/*",
                                        "allowedAudiences", "sallyport",
                                        "bundle", domain.bundle()))),
                identity(
                        POD,
                        Map.of(
                                "kubernetesAuth",
                                Map.of(
                                        "tokenReviewMode", "jwks",
                                        "jwksIssuer", cluster.issuer(),
                                        "jwksKeys", cluster.jwksJson(),
                                        "allowedNamespaces", "shop",
                                        "allowedAudience", "sallyport"))));
    }

    private static Identity identity(String id, Map<String, Object> fields) {
        return Providers.DOCUMENTS.read(new IdentityId(id), fields);
    }

    private static Identity client(String id, Map<String, Object> fields) {
        return client(id, fields, Map.of());
    }

    static Identity client(String id, Map<String, Object> fields, Map<String, Object> policy) {
        Map<String, Object> method = new HashMap<>(secret());
        method.putAll(policy);
        Map<String, Object> all = new HashMap<>(fields);
        all.put("clientSecretAuth", method);
        return identity(id, all);
    }

    private static Map<String, Object> secret() {
        ClientSecret secret = ClientSecret.of("first", new Secret(SECRET), Instant.EPOCH);
        return Map.of("secrets", List.of(Map.of("id", secret.id(), "sha256", secret.sha256())));
    }

    /** A valid configuration of each auth method, by its name in paths. */
    public static Map<String, Map<String, Object>> attachable() {
        String keys = OAuthServerFixture.ecPrivateKey().toPublicJWK().toJSONString();
        return Map.of(
                "gcp-auth",
                Map.of("type", "gce", "allowedServiceAccounts", EMAIL),
                "azure-auth",
                Map.of("tenantId", MANAGED_IDENTITY.tenantId(), "allowedServicePrincipalIds", "*"),
                "kubernetes-auth",
                Map.of("kubernetesHost", "kube.example.com", "allowedNamespaces", "shop"),
                "aws-auth",
                Map.of("allowedPrincipalArns", PRINCIPAL_ARN),
                "oidc-auth",
                Map.of(
                        "oidcDiscoveryUrl", "https://ci.example.com",
                        "boundIssuer", "https://ci.example.com",
                        "boundAudiences", "sallyport",
                        "boundSubject", "repo:shop/*"),
                "jwt-auth",
                Map.of(
                        "configurationType", "jwks",
                        "jwksUrl", "https://ci.example.com/jwks",
                        "boundIssuer", "https://ci.example.com",
                        "boundAudiences", "sallyport",
                        "boundSubject", "repo:shop/*"),
                "spiffe-auth",
                Map.of(
                        "trustDomain", "dev.example.com",
                        "allowedSpiffeIds", "spiffe://dev.example.com/**",
                        "allowedAudiences", "sallyport",
                        "trustBundleDistribution",
                                Map.of("profile", "https_web", "endpointUrl", "https://spire.example.com/bundle")),
                "jwt-bearer-auth",
                Map.of(
                        "trustedIssuers",
                        List.of(Map.of(
                                "issuer", "https://ci.example.com",
                                "subject", "repo:shop/*",
                                "audience", "sallyport"))),
                "client-key-auth",
                Map.of("jwks", "{\"keys\":[" + keys + "]}", "algorithm", "ES256"));
    }

    private static Map<String, Object> methods() {
        Map<String, Map<String, Object>> attachable = attachable();
        return Map.of(
                "gcpAuth", attachable.getOrDefault("gcp-auth", Map.of()),
                "azureAuth", attachable.getOrDefault("azure-auth", Map.of()),
                "kubernetesAuth", attachable.getOrDefault("kubernetes-auth", Map.of()),
                "awsAuth", attachable.getOrDefault("aws-auth", Map.of()),
                "oidcAuth", attachable.getOrDefault("oidc-auth", Map.of()),
                "jwtAuth", attachable.getOrDefault("jwt-auth", Map.of()),
                "spiffeAuth", attachable.getOrDefault("spiffe-auth", Map.of()),
                "jwtBearerAuth", attachable.getOrDefault("jwt-bearer-auth", Map.of()),
                "clientKeyAuth", attachable.getOrDefault("client-key-auth", Map.of()),
                "clientSecretAuth", secret());
    }

    int port() {
        return server.port();
    }

    Map<String, List<String>> routes() {
        return server.routes();
    }

    /** Google's token for the virtual machine. */
    String googleToken() {
        return google.signIdToken(
                google.idTokenClaims(google.serviceAccount(EMAIL), VM).build());
    }

    /** The cluster's token for the pod. */
    String clusterToken() {
        return cluster.serviceAccount("shop", "payments").token("sallyport", Duration.ofHours(1));
    }

    /** The trust domain's JWT-SVID for the workload. */
    String svid() {
        return domain.svid("/ns/shop/sa/payments", "sallyport");
    }

    /** A JWT-SVID of the trust domain for any path and audience. */
    String svid(String path, String audience) {
        return domain.svid(path, audience);
    }

    /** Entra's token for the managed identity. */
    String entraToken() throws Exception {
        try (Imds imds = entra.imds(MANAGED_IDENTITY)) {
            URI uri = URI.create(imds.token() + "?api-version=2018-02-01&resource=https://management.azure.com/");
            String body = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(uri)
                                    .header("Metadata", "true")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return String.valueOf(Json.parseObject(body).get("access_token"));
        }
    }

    /** The fields of a request that a new session of the role signed. */
    Map<String, Object> signedByRole() {
        TemporaryCredentials keys = aws.assume(new AwsSession("123456789012", "payments", "i-0123456789abcdef0"));
        return new CallerIdentitySigner(keys, "eu-west-1", clock.instant()).login();
    }

    @Override
    public void close() {
        server.close();
        aws.close();
        domain.close();
        cluster.close();
        entra.close();
        google.close();
    }
}
