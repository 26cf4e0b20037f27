package io.sallyport.identity.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.Identity;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.json.Json;
import io.sallyport.method.azure.AzureAuth;
import io.sallyport.method.azure.AzureCloud;
import io.sallyport.method.azure.Guid;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.provider.Providers;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityDocumentTest {
    private static final IdentityId ID = new IdentityId("payments");

    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    private static final Identity FULL = new Identity(
            ID,
            "Payments",
            "viewer",
            Map.of("shop", List.of("reader", "writer")),
            true,
            List.of(new GcpAuth(
                    GcpAuth.Type.GCE,
                    Allowlist.of("a@p.iam.gserviceaccount.com"),
                    Allowlist.of("112233"),
                    Allowlist.of("shop"),
                    Allowlist.of("europe-west1-b"),
                    Set.of(),
                    new TokenPolicy(
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(3600),
                            7,
                            new TrustedIps(List.of("10.0.0.0/8", "2001:db8::1"))))));

    @Test
    void givesBackWhatItWrote() throws Exception {
        byte[] stored = Json.write(Providers.DOCUMENTS.write(FULL));
        assertThat(Providers.DOCUMENTS.read(ID, Json.parseObject(stored))).isEqualTo(FULL);
    }

    @Test
    void givesBackASignedJwtMethodWithItsOptions() throws Exception {
        Identity identity = new Identity(
                ID,
                "n",
                "admin",
                Map.of(),
                false,
                List.of(new GcpAuth(
                        GcpAuth.Type.IAM,
                        Allowlist.of("*"),
                        Allowlist.NONE,
                        Allowlist.NONE,
                        Allowlist.NONE,
                        Set.of(GcpAuth.Option.REQUIRE_EXPIRY, GcpAuth.Option.SINGLE_USE),
                        TokenPolicy.DEFAULT)));
        assertThat(Providers.DOCUMENTS.read(ID, Providers.DOCUMENTS.write(identity)))
                .isEqualTo(identity);
    }

    @Test
    void givesBackAnAzureMethod() throws Exception {
        Identity identity = new Identity(
                ID,
                "n",
                "admin",
                Map.of(),
                false,
                List.of(new AzureAuth(
                        AzureCloud.CHINA,
                        new Guid(TENANT),
                        "api://payments",
                        Allowlist.of("A5E2CF2F-9B5B-4B2C-8F1A-6D1F0F6C8F11"),
                        Allowlist.of("/subscriptions/0B1F6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/Prod"),
                        new TokenPolicy(Duration.ofSeconds(60), Duration.ofSeconds(3600), 7, TrustedIps.ANYWHERE))));
        byte[] stored = Json.write(Providers.DOCUMENTS.write(identity));
        assertThat(Providers.DOCUMENTS.read(ID, Json.parseObject(stored))).isEqualTo(identity);
    }

    @Test
    void fillsInTheDefaultsOfAnAzureMethod() {
        AzureAuth azure = azure("tenantId", TENANT.toUpperCase(Locale.ROOT));
        assertThat(azure)
                .isEqualTo(new AzureAuth(
                        AzureCloud.PUBLIC,
                        new Guid(TENANT),
                        "https://management.azure.com/",
                        Allowlist.of("*"),
                        Allowlist.NONE,
                        TokenPolicy.DEFAULT));
        assertThat(azure("cloud", "usgovernment").resource()).isEqualTo("https://management.usgovcloudapi.net/");
        assertThat(azure("cloud", "china").resource()).isEqualTo("https://management.chinacloudapi.cn/");
        assertThat(azure("resource", "api://payments").resource()).isEqualTo("api://payments");
    }

    @Test
    void refusesAnAzureMethodThatIsNotWhole() {
        assertThatIllegalArgumentException().isThrownBy(() -> azure("tenantId", "common"));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("tenantId", TENANT + "/.."));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("tenantId", 5L));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(Map.of("azureAuth", Map.of("allowedServicePrincipalIds", "*"))));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("resource", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("cloud", "germany"));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("cloud", "PUBLIC"));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("cloud", "https://login.evil.example"));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("allowedServicePrincipalIds", "payments"));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("allowedResources", "prod"));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("allowedResource", "*"));
        assertThatIllegalArgumentException().isThrownBy(() -> azure("authority", "https://login.evil.example"));
        assertThatExceptionOfType(UnconstrainedException.class)
                .isThrownBy(() -> read(Map.of("azureAuth", Map.of("tenantId", TENANT))));
    }

    @Test
    void fillsInTheDefaults() {
        Identity identity = read(Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", "*")));
        assertThat(identity.name()).isEqualTo("payments");
        assertThat(identity.role()).isEqualTo("no-access");
        assertThat(identity.disabled()).isFalse();
        assertThat(identity.method(GcpAuth.class).orElseThrow().policy()).isEqualTo(TokenPolicy.DEFAULT);
    }

    @Test
    void takesTheMaxTtlForTheTtlWhereOnlyThatIsGivenAndShorter() {
        assertThat(policy("accessTokenMaxTTL", 60L).ttl()).isEqualTo(Duration.ofSeconds(60));
        assertThat(policy("accessTokenMaxTTL", 0L).ttl()).isEqualTo(TokenPolicy.DEFAULT_TTL);
    }

    @Test
    void takesTrustedIpsAsInfisicalWritesThem() {
        assertThat(policy("accessTokenTrustedIps", List.of(Map.of("ipAddress", "10.1.2.3")))
                        .trustedIps())
                .isEqualTo(new TrustedIps(List.of("10.1.2.3")));
    }

    @Test
    void takesAllowlistsAsTextAndAsList() {
        assertThat(gcp("allowedProjects", "a, b").projects()).isEqualTo(Allowlist.of("a", "b"));
        assertThat(gcp("allowedProjects", List.of("a", "b")).projects()).isEqualTo(Allowlist.of("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"allowedServiceAcounts", "AllowedZones", "gcpAuth", ""})
    void refusesAMisspeltConstraint(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> gcp(name, "x")).withMessageContaining("unknown field");
    }

    @Test
    void namesAMisspeltConstraintThatWasTheOnlyOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(Map.of("gcpAuth", Map.of("type", "gce", "allowedProject", "shop"))))
                .withMessageContaining("allowedProject");
    }

    @Test
    void refusesAMisspeltFieldOfTheIdentity() {
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("Disabled", true)));
    }

    @Test
    void refusesValuesOfAnotherType() {
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("disabled", "true")));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("name", 5L)));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("gcpAuth", "gce")));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("projects", Map.of("p", "reader"))));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("accessTokenTTL", 1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("accessTokenTTL", "60"));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("allowedZones", 5L));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("allowedZones", List.of(5L)));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("type", "vm"));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("accessTokenTrustedIps", "10.0.0.0/8"));
    }

    @Test
    void refusesAMethodThatWouldAdmitEverybody() {
        assertThatExceptionOfType(UnconstrainedException.class)
                .isThrownBy(() -> read(Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", " , "))));
        assertThatExceptionOfType(UnconstrainedException.class)
                .isThrownBy(() -> read(Map.of("gcpAuth", Map.of("type", "iam"))));
    }

    /** Every Google customer may have instances in a zone. */
    @Test
    void takesZonesForNoConstraintAlone() {
        for (Object zones : List.of("europe-west1-b", List.of("europe-west1-b", "europe-west1-c"), "*")) {
            assertThatExceptionOfType(UnconstrainedException.class)
                    .isThrownBy(() -> read(Map.of("gcpAuth", Map.of("type", "gce", "allowedZones", zones))))
                    .withMessageContaining("allowedZones")
                    .withMessageContaining("allowedProjects");
        }
    }

    /** Absent means anywhere; an empty list must not. */
    @ParameterizedTest
    @ValueSource(strings = {"gcpAuth", "azureAuth", "kubernetesAuth"})
    void refusesAListOfTrustedIpsWithoutElements(String method) {
        Map<String, Object> fields = new HashMap<>(
                switch (method) {
                    case "gcpAuth" -> Map.of("type", "gce", "allowedProjects", "shop");
                    case "azureAuth" -> Map.of("tenantId", TENANT, "allowedServicePrincipalIds", "*");
                    default -> Map.of("kubernetesHost", "kube.example.com", "allowedNamespaces", "shop");
                });
        assertThat(read(Map.of(method, fields)).methods().get(0).policy().trustedIps())
                .isEqualTo(TrustedIps.ANYWHERE);
        for (Object empty : List.of(List.of(), "", " ", Map.of())) {
            fields.put("accessTokenTrustedIps", empty);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> read(Map.of(method, fields)))
                    .withMessageContaining("accessTokenTrustedIps");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allowedProjects", "allowedZones", "allowedServiceAccountIds"})
    void refusesAConstraintThatTheTypeCannotCheck(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(
                        Map.of("gcpAuth", Map.of("type", "iam", "allowedServiceAccounts", "*", name, "something"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"requireExpiry", "singleUse"})
    void refusesAnOptionThatTheTypeDoesNotHave(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> gcp(name, true));
    }

    @Test
    void tellsWhatIsStoredButNotValidFromWhatAdmitsEverybody() {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Providers.DOCUMENTS.readStored(ID, Map.of("nme", "x")))
                .returns(Reason.IDENTITY_INVALID, Refused::reason);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Providers.DOCUMENTS.readStored(ID, Map.of("gcpAuth", Map.of("type", "gce"))))
                .returns(Reason.UNCONSTRAINED_AUTH_METHOD, Refused::reason);
        // Stored before these stopped counting as constraints.
        for (Map<String, Object> method : List.<Map<String, Object>>of(
                Map.of("gcpAuth", Map.of("type", "gce", "allowedZones", List.of("europe-west1-b"))),
                Map.of("kubernetesAuth", Map.of("kubernetesHost", "kube.example.com", "allowedNames", "payments")),
                Map.of(
                        "jwtBearerAuth",
                        Map.of(
                                "trustedIssuers",
                                List.of(Map.of(
                                        "issuer",
                                        "https://token.actions.githubusercontent.com",
                                        "subject",
                                        "repo:*",
                                        "audience",
                                        "sallyport")))))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> Providers.DOCUMENTS.readStored(ID, method))
                    .returns(Reason.UNCONSTRAINED_AUTH_METHOD, Refused::reason);
        }
    }

    static Stream<Arguments> boundsWhatGoesIntoTokens() {
        return Stream.of(
                arguments("name", 255, "name must have at most 255 characters, not 256", named("name", "n")),
                arguments(
                        "name of control characters, which take six bytes each",
                        127,
                        "name must have at most 768 bytes as JSON, not 770",
                        named("name", "\u001b")),
                arguments("role", 64, "role must have at most 64 characters, not 65", named("role", "r")),
                arguments(
                        "project",
                        1536 - 7,
                        "projects must have at most 1536 bytes as JSON, not 1537",
                        named(length -> Map.of("projects", Map.of("p".repeat(length), List.of())))),
                arguments(
                        "role in a project, of characters of three bytes",
                        (1536 - 12) / 3,
                        "projects must have at most 1536 bytes as JSON, not 1539",
                        named(length -> Map.of("projects", Map.of("abc", List.of("\u65e5".repeat(length)))))),
                arguments(
                        "trusted IPs",
                        50,
                        "accessTokenTrustedIps must have at most 50 entries, not 51",
                        named(count -> Map.of(
                                "gcpAuth",
                                Map.of(
                                        "type",
                                        "gce",
                                        "allowedServiceAccounts",
                                        "*",
                                        "accessTokenTrustedIps",
                                        IntStream.range(0, count)
                                                .mapToObj(i -> "10.0.0." + i)
                                                .toList())))),
                arguments(
                        "scopes",
                        1024 - 11 * 91,
                        "the grant for orders-api: scopes must have at most 1024 characters together, with a space between"
                                + " any two, not 1025",
                        named(length -> Map.of(
                                "grants", List.of(Map.of("audience", "orders-api", "scopes", scopes(length)))))));
    }

    private static Function<Integer, Map<String, Object>> named(String field, String character) {
        return length -> Map.of(field, character.repeat(length));
    }

    private static Function<Integer, Map<String, Object>> named(Function<Integer, Map<String, Object>> document) {
        return document;
    }

    /** Eleven of 90 characters, and one more. */
    private static List<String> scopes(int length) {
        return Stream.concat(
                        IntStream.range(0, 11).mapToObj(i -> (char) ('a' + i) + "s".repeat(89)),
                        Stream.of("t".repeat(length)))
                .toList();
    }

    /**
     * What every token of an identity contains is bounded where it is configured, and so in the admin API and the CLI.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void boundsWhatGoesIntoTokens(
            String what, int most, String problem, Function<Integer, Map<String, Object>> documentOf) {
        assertThat(read(documentOf.apply(most))).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(documentOf.apply(most + 1)))
                .withMessageContaining(problem);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Providers.DOCUMENTS.readStored(ID, documentOf.apply(most + 1)))
                .returns(Reason.IDENTITY_INVALID, Refused::reason)
                .withMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00a", "a\ud83da"})
    void takesNoHalfOfASurrogatePair(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("name", text)));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("role", text)));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("projects", Map.of(text, List.of()))));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("projects", Map.of("shop", List.of(text)))));
        assertThat(read(Map.of("name", "\ud83d\ude00 \u65e5\u672c")).name()).hasSize(5);
    }

    private static Identity read(Map<String, Object> fields) {
        return Providers.DOCUMENTS.read(ID, fields);
    }

    private static GcpAuth gcp(String name, Object value) {
        Map<String, Object> fields = new HashMap<>(Map.of("type", "gce", "allowedServiceAccounts", "*"));
        fields.put(name, value);
        return read(Map.of("gcpAuth", fields)).method(GcpAuth.class).orElseThrow();
    }

    private static AzureAuth azure(String name, Object value) {
        Map<String, Object> fields = new HashMap<>(Map.of("tenantId", TENANT, "allowedServicePrincipalIds", "*"));
        fields.put(name, value);
        return read(Map.of("azureAuth", fields)).method(AzureAuth.class).orElseThrow();
    }

    private static TokenPolicy policy(String name, Object value) {
        return gcp(name, value).policy();
    }
}
