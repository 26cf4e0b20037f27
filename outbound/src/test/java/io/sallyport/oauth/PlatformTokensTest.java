package io.sallyport.oauth;

import static io.sallyport.oauth.OAuthFixture.AUDIENCE;
import static io.sallyport.oauth.OAuthFixture.claims;
import static io.sallyport.oauth.OAuthFixture.error;
import static io.sallyport.oauth.OAuthFixture.form;
import static io.sallyport.oauth.TokenEndpoint.CLIENT_CREDENTIALS;
import static io.sallyport.oauth.TokenEndpoint.JWT_BEARER;
import static io.sallyport.oauth.TokenEndpoint.TOKEN_EXCHANGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import io.sallyport.json.Json;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.simulated.ReplacedAddresses;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Platforms' and trusted issuers' tokens as credentials at the token endpoint. */
final class PlatformTokensTest {
    private static final TestClock CLOCK = new TestClock();
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final String ARM = "https://management.azure.com/";
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String OID = "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11";
    private static final ManagedIdentity MANAGED = new ManagedIdentity(
            TENANT,
            OID,
            "c1d2e3f4-0000-4000-8000-0123456789ab",
            "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/prod"
                    + "/providers/Microsoft.Compute/virtualMachines/payments-1");
    private static final Instance INSTANCE =
            new Instance("shop", 326694433618L, "europe-west1-b", "2875949485074006138", "payments-1", CLOCK.instant());

    private static SimulatedGoogle google;
    private static SimulatedEntra entra;
    private static SimulatedCluster cluster;
    private static SimulatedServiceAccount account;
    private static ClusterServiceAccount pod;

    private final OAuthFixture world = newWorld();

    @BeforeAll
    static void start() {
        google = SimulatedGoogle.start(CLOCK);
        account = google.serviceAccount(EMAIL);
        entra = SimulatedEntra.start(CLOCK);
        entra.configuration(TENANT);
        cluster = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone();
        pod = cluster.serviceAccount("shop", "payments");
        cluster.allowReviewsBy(pod);
    }

    @AfterAll
    static void stop() {
        google.close();
        entra.close();
        cluster.close();
    }

    private static OAuthFixture newWorld() {
        return new OAuthFixture(new OAuthFixture.Platforms(
                ReplacedAddresses.of(google.replacedAddresses(), entra.replacedAddresses()),
                HttpFetcher.plainHttpToo(),
                Optional.of(new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()))));
    }

    @BeforeEach
    void saveOneOfEach() {
        save("google-vm", Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", EMAIL)));
        save("google-job", Map.of("gcpAuth", Map.of("type", "iam", "allowedServiceAccounts", EMAIL)));
        save("azure-vm", Map.of("azureAuth", Map.of("tenantId", TENANT, "allowedServicePrincipalIds", OID)));
        save("pod-offline", Map.of("kubernetesAuth", offline("shop", "payments")));
        save("pod-reviewed", Map.of("kubernetesAuth", reviewed()));
    }

    private void save(String id, Map<String, Object> fields) {
        Map<String, Object> all = new HashMap<>(fields);
        all.put("grants", List.of(AUDIENCE));
        world.save(new IdentityId(id), all);
    }

    private static Map<String, Object> offline(String namespaces, String names) {
        return Map.of(
                "tokenReviewMode",
                "jwks",
                "jwksIssuer",
                cluster.issuer(),
                "caCert",
                cluster.caCertificate(),
                "allowedAudience",
                "sallyport",
                "allowedNamespaces",
                namespaces,
                "allowedNames",
                names);
    }

    private static Map<String, Object> reviewed() {
        return Map.of(
                "tokenReviewMode",
                "api",
                "kubernetesHost",
                cluster.host(),
                "caCert",
                cluster.caCertificate(),
                "allowedNamespaces",
                "shop");
    }

    private static String tokenOf(String id) {
        return switch (id) {
            case "google-vm" ->
                google.signIdToken(google.idTokenClaims(account, INSTANCE, id).build());
            case "google-job" ->
                account.signJwt(Json.writeString(Map.of(
                        "sub",
                        EMAIL,
                        "aud",
                        id,
                        "exp",
                        CLOCK.instant().plus(HOUR).getEpochSecond())));
            case "azure-vm" -> entra.sign(entra.claimsV1(MANAGED, ARM));
            case "pod-offline" -> pod.token("sallyport", HOUR);
            default -> pod.token();
        };
    }

    static Stream<Arguments> takesAPlatformsToken() {
        List<Arguments> all = new ArrayList<>();
        for (String[] platform : new String[][] {
            {"google-vm", "gcp-id-token"},
            {"google-job", "gcp-iam"},
            {"azure-vm", "azure"},
            {"pod-offline", "kubernetes"},
            {"pod-reviewed", "kubernetes"}
        }) {
            for (String grant : List.of(JWT_BEARER, CLIENT_CREDENTIALS, TOKEN_EXCHANGE)) {
                all.add(arguments(platform[0], platform[1], grant, true));
                if (!platform[0].equals("pod-reviewed")) {
                    all.add(arguments(platform[0], platform[1], grant, false));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "of {0} by {2}, client_id: {3}")
    @MethodSource
    void takesAPlatformsToken(String id, String method, String grant, boolean named) throws Exception {
        Response response = world.send(world.token, request(grant, tokenOf(id), named ? id : ""));
        assertThat(response.status()).as(world.lastAudit().detail()).isEqualTo(200);
        assertThat(claims(response).getSubject()).isEqualTo(id);
        assertThat(claims(response).getAudience()).containsExactly(AUDIENCE);
        assertThat(claims(response).getStringClaim("auth_method")).isEqualTo(method);
        assertThat(claims(response).getJSONObjectClaim("attestation")).isNotEmpty();
    }

    @ParameterizedTest(name = "of {0} by {2}, client_id: {3}")
    @MethodSource("takesAPlatformsToken")
    void takesNoTokenThatIsForged(String id, String method, String grant, boolean named) {
        String[] parts = tokenOf(id).split("\\.");
        String other = google.signIdToken(
                google.idTokenClaims(account, INSTANCE, "other").build());
        String forged = parts[0] + "." + parts[1] + other.substring(other.lastIndexOf('.'));
        int before = world.sessions.stores.writes();
        Response response = world.send(world.token, request(grant, forged, named ? id : ""));
        assertThat(error(response))
                .isEqualTo(
                        switch (grant) {
                            case CLIENT_CREDENTIALS -> "401 invalid_client";
                            case JWT_BEARER -> "400 invalid_grant";
                            default -> "400 invalid_request";
                        });
        assertThat(world.lastAudit().reason().orElseThrow()).isIn(Reason.BAD_SIGNATURE, Reason.NOT_AUTHENTICATED);
        assertThat(world.sessions.stores.writes()).isEqualTo(before);
    }

    private static Map<String, String> request(String grant, String token, String clientId) {
        Map<String, String> form = form("grant_type", grant, "audience", AUDIENCE);
        switch (grant) {
            case JWT_BEARER -> form.put("assertion", token);
            case CLIENT_CREDENTIALS -> {
                form.put("client_assertion", token);
                form.put("client_assertion_type", ClientAuthenticator.ASSERTION_TYPE);
            }
            default -> {
                form.put("subject_token", token);
                form.put("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
            }
        }
        if (!clientId.isEmpty()) {
            form.put("client_id", clientId);
        }
        return form;
    }

    private void assertRefused(Reason reason, String token, String clientId) {
        assertThat(error(world.send(world.token, request(JWT_BEARER, token, clientId))))
                .isEqualTo("400 invalid_grant");
        assertThat(world.lastAudit().reason()).contains(reason);
    }

    @Test
    void takesNoTokenOfAnotherIdentity() {
        assertRefused(Reason.SUBJECT_NOT_SERVICE_ACCOUNT, tokenOf("google-vm"), "google-job");
        save("google-twin", Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", EMAIL)));
        assertRefused(Reason.WRONG_AUDIENCE, tokenOf("google-vm"), "google-twin");
        assertRefused(Reason.NO_AUTH_METHOD, tokenOf("azure-vm"), "google-vm");
        assertRefused(Reason.NO_AUTH_METHOD, tokenOf("pod-offline"), "azure-vm");
        assertRefused(Reason.WRONG_AUDIENCE, pod.token("vault", HOUR), "pod-offline");
        assertRefused(Reason.UNKNOWN_IDENTITY, tokenOf("pod-offline"), "no-such-id");
    }

    // A platform's token is sent to no other party.

    @Test
    void showsTheTokenOfOnePlatformToNoOther() {
        save(
                "google-vm",
                Map.of(
                        "gcpAuth",
                        Map.of("type", "gce", "allowedServiceAccounts", EMAIL),
                        "kubernetesAuth",
                        reviewed(),
                        "azureAuth",
                        Map.of("tenantId", TENANT, "allowedServicePrincipalIds", OID)));
        int before = cluster.requests();
        String token = tokenOf("google-vm");
        assertThat(world.send(world.token, request(JWT_BEARER, token, "google-vm"))
                        .status())
                .isEqualTo(200);
        assertRefused(Reason.BAD_SIGNATURE, token.substring(0, token.length() - 8) + "AAAAAAAA", "google-vm");
        assertThat(world.send(world.token, request(JWT_BEARER, tokenOf("azure-vm"), "google-vm"))
                        .status())
                .isEqualTo(200);
        assertRefused(Reason.NO_AUTH_METHOD, tokenOf("google-vm"), "pod-reviewed");
        assertRefused(Reason.NO_AUTH_METHOD, tokenOf("azure-vm"), "pod-reviewed");
        assertThat(cluster.requests()).isEqualTo(before);
        int fetched = world.fetched.size();
        assertThat(world.send(world.token, request(JWT_BEARER, pod.token(), "google-vm"))
                        .status())
                .isEqualTo(200);
        assertThat(world.fetched).hasSize(fetched);
    }

    /** One cluster could use a token that it was shown at the other. */
    @Test
    void showsTheTokenOfAClusterThatIsTrustedByItsKeysToNoOther() {
        try (SimulatedCluster other = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone()) {
            Map<String, Object> issuer = new HashMap<>(Map.of(
                    "issuer",
                    other.issuer(),
                    "subject",
                    "system:serviceaccount:shop:payments",
                    "audience",
                    "sallyport",
                    "jwks",
                    other.jwksJson()));
            save(
                    "pod-reviewed",
                    Map.of(
                            "kubernetesAuth", reviewed(),
                            "jwtBearerAuth", Map.of("trustedIssuers", List.of(issuer))));
            int before = cluster.requests();
            ClusterServiceAccount theirs = other.serviceAccount("shop", "payments");
            assertThat(world.send(world.token, request(JWT_BEARER, theirs.token("sallyport", HOUR), "pod-reviewed"))
                            .status())
                    .isEqualTo(200);
            assertRefused(Reason.WRONG_AUDIENCE, theirs.token("vault", HOUR), "pod-reviewed");
            assertThat(cluster.requests()).isEqualTo(before);
            assertThat(world.send(world.token, request(JWT_BEARER, pod.token(), "pod-reviewed"))
                            .status())
                    .isEqualTo(200);
        }
    }

    // Without client_id.

    @Test
    void findsThoseWhoTrustAnIssuerByExactNameOrByPattern() throws Exception {
        Map<String, Object> exact = OAuthFixture.trustedIssuer();
        exact.put("subject", "repo:shop/exact");
        Map<String, Object> pattern = OAuthFixture.trustedIssuer();
        pattern.put("subject", "repo:team-*");
        save("by-name", Map.of("jwtBearerAuth", Map.of("trustedIssuers", List.of(exact))));
        save("by-pattern", Map.of("jwtBearerAuth", Map.of("trustedIssuers", List.of(pattern))));
        assertThat(claims(bySubject("repo:shop/exact")).getSubject()).isEqualTo("by-name");
        assertThat(claims(bySubject("repo:team-red/app")).getSubject()).isEqualTo("by-pattern");
        assertThat(error(bySubject("repo:shop/other"))).isEqualTo("400 invalid_grant");
        assertThat(world.lastAudit().reason()).contains(Reason.UNKNOWN_IDENTITY);
    }

    private Response bySubject(String subject) {
        String token = OAuthFixture.sign(
                OAuthFixture.ISSUERS_KEY, world.issuersClaims().subject(subject).build());
        return world.send(world.token, request(JWT_BEARER, token, ""));
    }

    @Test
    void findsNoIdentityByAPatternOrByWhatOnlyTheClusterKnows() {
        world.sessions.delete(new IdentityId("pod-offline"));
        save("pods", Map.of("kubernetesAuth", offline("shop", "pay*")));
        assertRefused(Reason.UNKNOWN_IDENTITY, tokenOf("pod-offline"), "");
        assertThat(world.send(world.token, request(JWT_BEARER, tokenOf("pod-offline"), "pods"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void choosesAmongNoTwoWhoWouldBothAdmitIt() {
        for (String id : List.of("azure-vm", "pod-offline")) {
            String twin = id + "-twin";
            save(
                    twin,
                    id.equals("azure-vm")
                            ? Map.of("azureAuth", Map.of("tenantId", TENANT, "allowedServicePrincipalIds", OID))
                            : Map.of("kubernetesAuth", offline("shop", "payments")));
            assertRefused(Reason.AMBIGUOUS_CLIENT, tokenOf(id), "");
            assertThat(world.send(world.token, request(JWT_BEARER, tokenOf(id), twin))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void looksThroughNoMoreThanTwentyWhoTrustAnIssuer() {
        world.sessions.delete(OAuthFixture.CLIENT);
        for (int i = 1; i <= 20; i++) {
            saveTrusting("team-" + i, "repo:team-" + i + ":*");
        }
        assertThat(bySubject("repo:team-7:main").status()).isEqualTo(200);
        saveTrusting("team-21", "repo:team-21:*");
        assertThat(error(bySubject("repo:team-7:main"))).isEqualTo("400 invalid_grant");
        assertThat(world.lastAudit().reason()).contains(Reason.AMBIGUOUS_CLIENT);
    }

    private void saveTrusting(String id, String subject) {
        Map<String, Object> issuer = OAuthFixture.trustedIssuer();
        issuer.put("subject", subject);
        save(id, Map.of("jwtBearerAuth", Map.of("trustedIssuers", List.of(issuer))));
    }

    @Test
    void letsNoBrokenDocumentShutOutOthersWithTheSameIssuer() {
        saveTrusting("broken", OAuthFixture.SUBJECT);
        assertRefused(Reason.AMBIGUOUS_CLIENT, world.assertion(), "");
        world.sessions.stores.spoil(new IdentityId("broken"), Map.of("disable", true));
        assertThat(world.send(world.token, request(JWT_BEARER, world.assertion(), ""))
                        .status())
                .isEqualTo(200);
        assertRefused(Reason.IDENTITY_INVALID, world.assertion(), "broken");
    }

    /** A token verified with Google's keys is not one verified with a trusted issuer's, even if both say the same. */
    @Test
    void provesATrustedIssuersJwtByThatIssuersKeysAlone() {
        Map<String, Object> issuer = OAuthFixture.trustedIssuer();
        issuer.put("issuer", "https://accounts.google.com");
        issuer.put("subject", account.uniqueId());
        issuer.put("audience", "google-vm");
        save(
                "google-vm",
                Map.of(
                        "gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", EMAIL),
                        "jwtBearerAuth", Map.of("trustedIssuers", List.of(issuer))));
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, tokenOf("google-vm"), "google-vm");
    }

    /** A token may be genuine and its workload still not allowed. */
    @Test
    void takesNoTokenOfAWorkloadThatIsNotAllowed() {
        String other = "other@shop.iam.gserviceaccount.com";
        save("google-vm", Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", other)));
        save("google-job", Map.of("gcpAuth", Map.of("type", "iam", "allowedServiceAccounts", other)));
        save("azure-vm", Map.of("azureAuth", Map.of("tenantId", TENANT, "allowedServicePrincipalIds", TENANT)));
        save("pod-offline", Map.of("kubernetesAuth", offline("shop", "others")));
        Map<String, Object> elsewhere = new HashMap<>(reviewed());
        elsewhere.put("allowedNamespaces", "shop-dev");
        save("pod-reviewed", Map.of("kubernetesAuth", elsewhere));
        assertRefused(Reason.SERVICE_ACCOUNT_NOT_ALLOWED, tokenOf("google-vm"), "google-vm");
        assertRefused(Reason.SERVICE_ACCOUNT_NOT_ALLOWED, tokenOf("google-job"), "google-job");
        assertRefused(Reason.SERVICE_PRINCIPAL_NOT_ALLOWED, tokenOf("azure-vm"), "azure-vm");
        assertRefused(Reason.SERVICE_ACCOUNT_NOT_ALLOWED, tokenOf("pod-offline"), "pod-offline");
        assertRefused(Reason.NAMESPACE_NOT_ALLOWED, tokenOf("pod-reviewed"), "pod-reviewed");
    }

    @Test
    void saysThatTheOneWhoWouldAdmitItIsDisabled() {
        Map<String, Object> disabled =
                Map.of("disabled", true, "azureAuth", Map.of("tenantId", TENANT, "allowedServicePrincipalIds", OID));
        save("azure-vm", disabled);
        assertRefused(Reason.IDENTITY_DISABLED, tokenOf("azure-vm"), "");
    }
}
