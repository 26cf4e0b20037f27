package io.sallyport.method.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.json.Json;
import io.sallyport.jwt.Fetcher;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verified;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.testing.TestClock;
import io.sallyport.token.TokenPolicy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AzureVerifierTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final String ARM = "https://management.azure.com/";
    private static final String APPLICATION = "6f0a7c8e-5f0e-4f63-9d43-0b6f0a2f7b21";
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String OTHER_TENANT = "8b9a4c1e-3d2f-4a5b-9c6d-7e8f90a1b2c3";
    private static final String PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad";
    private static final String OID = "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11";
    private static final String CLIENT = "c1d2e3f4-0000-4000-8000-0123456789ab";
    private static final String MACHINE = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/prod"
            + "/providers/Microsoft.Compute/virtualMachines/vm-1";
    private static final ManagedIdentity VM = new ManagedIdentity(TENANT, OID, CLIENT, MACHINE);
    private static final ManagedIdentity STRANGER = new ManagedIdentity(OTHER_TENANT, OID, CLIENT, MACHINE);
    private static final String V1_ISSUER = "https://sts.windows.net/" + TENANT + "/";
    private static final String V2_ISSUER = "https://login.microsoftonline.com/" + TENANT + "/v2.0";
    private static final AzureAuth V1 = method(AzureCloud.PUBLIC, ARM);
    private static final AzureAuth V2 = method(AzureCloud.PUBLIC, APPLICATION);
    private static final TestClock CLOCK = new TestClock();
    private static final long NOW = CLOCK.instant().getEpochSecond();

    private final SimulatedEntra entra = SimulatedEntra.start(CLOCK);
    private AzureVerifier verifier = newVerifier(HttpFetcher.plainHttpToo());

    private AzureVerifier newVerifier(Fetcher fetcher) {
        return new AzureVerifier(
                new AzureVerifier.Endpoints(entra.authority(), entra.authority(), entra.authority()), fetcher);
    }

    @BeforeEach
    void createTenants() {
        entra.configuration(TENANT);
        entra.configuration(OTHER_TENANT);
    }

    @AfterEach
    void stopEntra() {
        entra.close();
    }

    @Test
    void vouchesForAManagedIdentityByItsToken() throws Exception {
        Verified<AzureAttestation> verified = verify(v1(), V1);
        assertThat(verified.attestation())
                .isEqualTo(new AzureAttestation(new Guid(TENANT), new Guid(OID), CLIENT, Optional.of(MACHINE)));
        assertThat(verified.singleUse()).isEmpty();
        assertThat(verified.attestation().method()).isEqualTo("azure").isEqualTo(V1.sessionMethod());
        assertThat(verified.attestation().facts())
                .containsOnly(
                        Map.entry("tenant_id", TENANT),
                        Map.entry("service_principal_id", OID),
                        Map.entry("client_id", CLIENT),
                        Map.entry("resource_id", MACHINE));
        V1.admit(verified.attestation());
    }

    @Test
    void vouchesForAManagedIdentityByItsTokenOfVersion2() throws Exception {
        Verified<AzureAttestation> verified = verify(v2(), V2);
        assertThat(verified.attestation())
                .isEqualTo(new AzureAttestation(new Guid(TENANT), new Guid(OID), CLIENT, Optional.of(MACHINE)));
        V2.admit(verified.attestation());
    }

    @Test
    void vouchesForAServicePrincipalThatIsNoManagedIdentity() throws Exception {
        String token = v1(claims -> {
            claims.remove("xms_mirid");
            claims.remove("idtyp");
            claims.remove("appid");
        });
        assertThat(verify(token, V1).attestation())
                .isEqualTo(new AzureAttestation(new Guid(TENANT), new Guid(OID), "", Optional.empty()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void takesATokenThat(String form, Change change) throws Exception {
        assertThat(verify(v1(change), V1).attestation().servicePrincipalId()).isEqualTo(new Guid(OID));
    }

    static Stream<Arguments> takesATokenThat() {
        return Stream.of(
                arguments("is for the resource without a slash", put("aud", "https://management.azure.com")),
                arguments("names its principal in capitals", put("oid", OID.toUpperCase(Locale.ROOT))),
                arguments("lives as long as any of Entra's", put("exp", NOW + 28 * 3600)),
                arguments("begins at the edge of the skew", put("nbf", NOW + 60)),
                arguments("ended just within the skew", put("exp", NOW - 59)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesATokenThat(String flaw, Reason reason, Change change) {
        assertRefused(reason, v1(change), V1);
    }

    static Stream<Arguments> refusesATokenThat() {
        String otherV1 = "https://sts.windows.net/" + OTHER_TENANT + "/";
        String otherV2 = "https://login.microsoftonline.com/" + OTHER_TENANT + "/v2.0";
        return Stream.of(
                arguments("is of another tenant in tid alone", Reason.WRONG_TENANT, put("tid", OTHER_TENANT)),
                arguments("is of another tenant in iss alone", Reason.WRONG_ISSUER, put("iss", otherV1)),
                arguments("has another tenant's issuer of version 2", Reason.WRONG_ISSUER, put("iss", otherV2)),
                arguments("has tid in capitals", Reason.WRONG_TENANT, put("tid", TENANT.toUpperCase(Locale.ROOT))),
                arguments("has no tid", Reason.CLAIM_MISSING, remove("tid")),
                arguments("has an empty tid", Reason.WRONG_TENANT, put("tid", "")),
                arguments("has tid in a list", Reason.CLAIM_MALFORMED, put("tid", List.of(TENANT))),
                arguments("has no iss", Reason.CLAIM_MISSING, remove("iss")),
                arguments("has an issuer without its slash", Reason.WRONG_ISSUER, put("iss", without(V1_ISSUER))),
                arguments("has an issuer with a slash more", Reason.WRONG_ISSUER, put("iss", V2_ISSUER + "/")),
                arguments(
                        "has an issuer in capitals", Reason.WRONG_ISSUER, put("iss", V1_ISSUER.replace("sts", "STS"))),
                arguments(
                        "has an issuer over http", Reason.WRONG_ISSUER, put("iss", V1_ISSUER.replace("https", "http"))),
                arguments(
                        "has an issuer at another host",
                        Reason.WRONG_ISSUER,
                        put("iss", "https://sts.windows.net.evil.example/" + TENANT + "/")),
                arguments(
                        "has an issuer with a user",
                        Reason.WRONG_ISSUER,
                        put("iss", "https://sts.windows.net@evil.example/" + TENANT + "/")),
                arguments("has the template for an issuer", Reason.WRONG_ISSUER, put("iss", template())),
                arguments(
                        "has the issuer of another cloud",
                        Reason.WRONG_ISSUER,
                        put("iss", "https://sts.chinacloudapi.cn/" + TENANT + "/")),
                arguments("has no audience", Reason.CLAIM_MISSING, remove("aud")),
                arguments("has an empty audience", Reason.WRONG_AUDIENCE, put("aud", "")),
                arguments("has a slash for audience", Reason.WRONG_AUDIENCE, put("aud", "/")),
                arguments("has an audience of null", Reason.CLAIM_MALFORMED, put("aud", null)),
                arguments("has an empty list for audience", Reason.CLAIM_MALFORMED, put("aud", List.of())),
                arguments("has the audience in a list", Reason.CLAIM_MALFORMED, put("aud", List.of(ARM))),
                arguments("has it among others", Reason.CLAIM_MALFORMED, put("aud", List.of(ARM, "x"))),
                arguments("is for another resource", Reason.WRONG_AUDIENCE, put("aud", "https://vault.azure.net")),
                arguments("is for a prefix", Reason.WRONG_AUDIENCE, put("aud", "https://management.azure.co")),
                arguments("is for a longer name", Reason.WRONG_AUDIENCE, put("aud", "https://management.azure.com.x")),
                arguments("is for a path", Reason.WRONG_AUDIENCE, put("aud", ARM + "x")),
                arguments("is for two slashes", Reason.WRONG_AUDIENCE, put("aud", ARM + "/")),
                arguments("is for capitals", Reason.WRONG_AUDIENCE, put("aud", "https://management.Azure.com/")),
                arguments("never expires", Reason.CLAIM_MISSING, remove("exp")),
                arguments("has expired", Reason.EXPIRED, put("exp", NOW - 60)),
                arguments("expires at a text", Reason.CLAIM_MALFORMED, put("exp", String.valueOf(NOW + 60))),
                arguments("lives for days", Reason.LIFETIME_TOO_LONG, put("exp", NOW + 28 * 3600 + 61)),
                arguments("has no nbf", Reason.CLAIM_MISSING, remove("nbf")),
                arguments("is not valid yet", Reason.NOT_YET_VALID, put("nbf", NOW + 61)),
                arguments("is from the future", Reason.NOT_YET_VALID, put("iat", NOW + 61)),
                arguments("has no oid", Reason.CLAIM_MISSING, remove("oid")),
                arguments("has an empty oid", Reason.CLAIM_MALFORMED, put("oid", "")),
                arguments("has an oid that is no GUID", Reason.CLAIM_MALFORMED, put("oid", "*")),
                arguments("has an oid that is a number", Reason.CLAIM_MALFORMED, put("oid", 5L)),
                arguments("has a resource that is a list", Reason.CLAIM_MALFORMED, put("xms_mirid", List.of(MACHINE))),
                arguments("is a user's", Reason.SERVICE_PRINCIPAL_NOT_ALLOWED, put("idtyp", "user")),
                arguments(
                        "is for a user's scope",
                        Reason.SERVICE_PRINCIPAL_NOT_ALLOWED,
                        put("scp", "user_impersonation")));
    }

    /** CVE-2025-55241 and similar: the same keys sign every tenant's tokens. */
    @Test
    void refusesARightlySignedTokenOfAnotherTenant() throws Exception {
        String v1 = entra.sign(entra.claimsV1(STRANGER, ARM));
        String v2 = entra.sign(entra.claimsV2(STRANGER, APPLICATION));
        AzureAuth theirs = new AzureAuth(
                AzureCloud.PUBLIC, new Guid(OTHER_TENANT), ARM, Allowlist.of(OID), Allowlist.NONE, TokenPolicy.DEFAULT);
        assertThat(verify(v1, theirs)).isNotNull();
        assertRefused(Reason.WRONG_TENANT, v1, V1);
        assertRefused(Reason.WRONG_TENANT, v2, V2);
        assertRefused(
                Reason.WRONG_ISSUER, v2(put("iss", "https://login.microsoftonline.com/" + OTHER_TENANT + "/v2.0")), V2);
        assertRefused(Reason.WRONG_TENANT, v2(put("tid", OTHER_TENANT)), V2);
    }

    /** Until 2023, Entra published keys of personal accounts so that they verified tokens of every tenant. */
    @Test
    void refusesAKeyThatEntraPublishesForAnotherTenant() throws Exception {
        publishKeysFor("https://login.microsoftonline.com/" + PERSONAL_ACCOUNTS + "/v2.0");
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/x/{tenantid}",
                "{tenantid}",
                "",
                "https://sts.windows.net/" + OTHER_TENANT + "/"
            })
    void refusesAKeyForAnUnknownClient(String issuer) throws Exception {
        publishKeysFor(issuer);
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
    }

    @Test
    void refusesAKeyThatSaysItInAnotherForm() throws Exception {
        republishKeys("\"issuer\":null");
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.microsoftonline.com/{tenantid}/v2.0",
                "https://login.microsoftonline.com/{tenantId}/v2.0",
                "https://sts.windows.net/{tenantid}/",
                V2_ISSUER,
                "https://sts.windows.net/" + TENANT + "/"
            })
    void takesAKeyForEveryTenantOrForThisOne(String issuer) throws Exception {
        publishKeysFor(issuer);
        assertThat(verify(v1(), V1)).isNotNull();
    }

    @Test
    void takesKeysThatDoNotSayWhomTheyAreFor() throws Exception {
        republishKeys("\"x\":1");
        assertThat(verify(v1(), V1)).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(AzureCloud.class)
    void takesTheTokensOfEachCloudOnThatCloudOnly(AzureCloud cloud) throws Exception {
        Guid tenant = new Guid(TENANT);
        var issuers = new SimulatedEntra.Issuers(
                cloud.issuerV1(tenant).replace("/" + TENANT + "/", ""),
                cloud.issuerV2(tenant).replace("/" + TENANT + "/v2.0", ""));
        try (SimulatedEntra national = SimulatedEntra.start(CLOCK, issuers)) {
            URI elsewhere = URI.create("http://127.0.0.1:1");
            verifier = new AzureVerifier(
                    new AzureVerifier.Endpoints(
                            cloud == AzureCloud.PUBLIC ? national.authority() : elsewhere,
                            cloud == AzureCloud.US_GOVERNMENT ? national.authority() : elsewhere,
                            cloud == AzureCloud.CHINA ? national.authority() : elsewhere),
                    HttpFetcher.plainHttpToo());
            String v1 = national.sign(national.claimsV1(VM, cloud.resourceManager()));
            String v2 = national.sign(national.claimsV2(VM, APPLICATION));
            assertThat(verify(v1, method(cloud, cloud.resourceManager()))).isNotNull();
            assertThat(verify(v2, method(cloud, APPLICATION))).isNotNull();
            for (AzureCloud other : AzureCloud.values()) {
                if (other != cloud) {
                    assertRefused(Reason.KEYS_UNAVAILABLE, v1, method(other, cloud.resourceManager()));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUBLIC, https://sts.windows.net/TENANT/, https://login.microsoftonline.com/TENANT/v2.0",
        "US_GOVERNMENT, https://sts.windows.net/TENANT/, https://login.microsoftonline.us/TENANT/v2.0",
        "CHINA, https://sts.chinacloudapi.cn/TENANT/, https://login.partner.microsoftonline.cn/TENANT/v2.0"
    })
    void knowsTheTwoIssuersOfATenantInEachCloud(AzureCloud cloud, String v1, String v2) {
        assertThat(cloud.issuers(new Guid(TENANT)))
                .containsExactlyInAnyOrder(v1.replace("TENANT", TENANT), v2.replace("TENANT", TENANT));
    }

    @Test
    void asksOnlyMicrosoftUnlessToldOtherwiseInCode() {
        assertThat(AzureVerifier.Endpoints.ENTRA)
                .isEqualTo(new AzureVerifier.Endpoints(
                        URI.create("https://login.microsoftonline.com"),
                        URI.create("https://login.microsoftonline.us"),
                        URI.create("https://login.partner.microsoftonline.cn")));
    }

    @Test
    void refusesATokenByAnyOtherKey() {
        try (SimulatedEntra impostor = SimulatedEntra.start(CLOCK)) {
            String forged = impostor.sign(impostor.claimsV1(VM, ARM));
            assertRefused(Reason.UNKNOWN_KEY, forged, V1);
            String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\""
                    + entra.signingKey().getKeyID() + "\"}";
            assertRefused(
                    Reason.BAD_SIGNATURE, impostor.sign(header, Json.writeString(impostor.claimsV1(VM, ARM))), V1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "RS384", "RS512", "PS256", "ES256", "rs256", ""})
    void refusesEveryAlgorithmButRs256(String algorithm) {
        String header = "{\"typ\":\"JWT\",\"alg\":\"" + algorithm + "\",\"kid\":\"KID\"}";
        String token = entra.sign(header, Json.writeString(entra.claimsV1(VM, ARM)));
        assertRefused(algorithm.isEmpty() ? Reason.ASSERTION_MALFORMED : Reason.ALGORITHM_NOT_ALLOWED, token, V1);
        assertThat(entra.keysRequests()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jku", "jwk", "x5u", "x5c", "crit"})
    void refusesAHeaderThatBringsItsOwnKeys(String name) {
        String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"KID\",\"" + name + "\":\"https://evil.example\"}";
        assertRefused(Reason.HEADER_NOT_ALLOWED, entra.sign(header, Json.writeString(entra.claimsV1(VM, ARM))), V1);
    }

    /** SSRF through issuers and key URLs. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void asksForNoKeysWhereADiscoveryDocument(String flaw, String name, String value) {
        String authority = entra.authority().toString();
        Map<String, Object> document = document();
        document.put(name, value.replace("AUTHORITY", authority).replace("PORT", authority.replaceAll(".*:", "")));
        entra.configurationBehaviour().answerWith(Json.writeString(document));
        List<URI> asked = record();
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
        assertThat(asked).containsExactly(entra.configuration(TENANT));
    }

    static Stream<Arguments> asksForNoKeysWhereADiscoveryDocument() {
        return Stream.of(
                arguments("names another tenant", "issuer", "https://sts.windows.net/" + OTHER_TENANT + "/"),
                arguments("names another issuer", "issuer", "https://evil.example/"),
                arguments("names the template", "issuer", template()),
                arguments("names no issuer", "issuer", ""),
                arguments("names another host", "jwks_uri", "https://evil.example/common/discovery/keys"),
                arguments("names a host of the same length", "jwks_uri", "http://127.0.0.2:PORT/common/discovery/keys"),
                arguments("names a host that begins so", "jwks_uri", "AUTHORITY.evil.example/keys"),
                arguments("names another port", "jwks_uri", "AUTHORITY" + "0/common/discovery/keys"),
                arguments("names no port", "jwks_uri", "http://127.0.0.1/common/discovery/keys"),
                arguments("names another scheme", "jwks_uri", "https://127.0.0.1:PORT/common/discovery/keys"),
                arguments("names a file", "jwks_uri", "file:///etc/passwd"),
                arguments("names a user", "jwks_uri", "http://user@127.0.0.1:PORT/common/discovery/keys"),
                arguments("hides the host as a user", "jwks_uri", "AUTHORITY@evil.example/common/discovery/keys"),
                arguments("has a query", "jwks_uri", "AUTHORITY/common/discovery/keys?x=1"),
                arguments("has a fragment", "jwks_uri", "AUTHORITY/common/discovery/keys#x"),
                arguments("has a way up", "jwks_uri", "AUTHORITY/common/../common/discovery/keys"),
                arguments("has an escaped way up", "jwks_uri", "AUTHORITY/common/%2e%2e/common/discovery/keys"),
                arguments("has a backslash", "jwks_uri", "AUTHORITY\\@evil.example/common/discovery/keys"),
                arguments("has two slashes", "jwks_uri", "AUTHORITY//common/discovery/keys"),
                arguments("has a line feed", "jwks_uri", "AUTHORITY/common/discovery/keys\n"),
                arguments("has no path", "jwks_uri", "AUTHORITY"),
                arguments("is relative", "jwks_uri", "/common/discovery/keys"),
                arguments("says nothing", "jwks_uri", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{}", "<html>", "{\"issuer\":5,\"jwks_uri\":5}", "{\"issuer\":\"x\",\"issuer\":\"x\"}"
            })
    void couldNotCheckWithADocumentThatIsNone(String body) {
        entra.configurationBehaviour().answerWith(body);
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
        assertThat(entra.keysRequests()).isZero();
    }

    @Test
    void takesADocumentOfVersion2Too() throws Exception {
        Map<String, Object> document = document();
        document.put("issuer", V2_ISSUER);
        document.put("jwks_uri", entra.authority() + "/" + TENANT + "/discovery/v2.0/keys");
        entra.configurationBehaviour().answerWith(Json.writeString(document));
        assertThat(verify(v1(), V1)).isNotNull();
    }

    @Test
    void followsNoRedirectToAnotherDocumentOrOtherKeys() {
        try (SimulatedEntra impostor = SimulatedEntra.start(CLOCK)) {
            String forged = impostor.sign(impostor.claimsV1(VM, ARM));
            entra.configurationBehaviour().redirectTo(impostor.configuration(TENANT));
            assertRefused(Reason.KEYS_UNAVAILABLE, forged, V1);
            entra.configurationBehaviour().recover();
            entra.keysBehaviour().redirectTo(impostor.keys());
            verifier = newVerifier(HttpFetcher.plainHttpToo());
            assertRefused(Reason.KEYS_UNAVAILABLE, forged, V1);
            assertThat(impostor.configurationRequests() + impostor.keysRequests())
                    .isZero();
        }
    }

    @Test
    void couldNotCheckATenantThatDoesNotExist() {
        try (SimulatedEntra empty = SimulatedEntra.start(CLOCK)) {
            verifier = new AzureVerifier(
                    new AzureVerifier.Endpoints(empty.authority(), empty.authority(), empty.authority()),
                    HttpFetcher.plainHttpToo());
            assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
            assertThat(empty.keysRequests()).isZero();
        }
    }

    @Test
    void couldNotCheckWhileEntraIsDown() {
        entra.configurationBehaviour().fail(503);
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
        entra.configurationBehaviour().recover();
        entra.keysBehaviour().fail(500);
        verifier = newVerifier(HttpFetcher.plainHttpToo());
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
        entra.keysBehaviour().truncate();
        verifier = newVerifier(HttpFetcher.plainHttpToo());
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
        verifier = newVerifier(uri -> {
            throw new SocketTimeoutException("Read timed out");
        });
        assertRefused(Reason.KEYS_TIMEOUT, v1(), V1);
    }

    @ParameterizedTest(name = "{0} for what ends in {1}")
    @CsvSource({"302, openid-configuration", "500, openid-configuration", "203, keys", "404, keys"})
    void takesNothingFromAnAnswerWithAnotherStatus(int status, String end) {
        verifier = newVerifier(uri -> {
            Fetcher.Fetched usual = HttpFetcher.plainHttpToo().get(uri);
            return uri.getPath().endsWith(end)
                    ? new Fetcher.Fetched(status, usual.maxAgeSeconds(), usual.body())
                    : usual;
        });
        assertRefused(Reason.KEYS_UNAVAILABLE, v1(), V1);
    }

    @Test
    void servesStaleKeysWhileEntraIsDownButNotForGood() throws Exception {
        verifyAt(Duration.ZERO);
        entra.configurationBehaviour().fail(503);
        entra.keysBehaviour().fail(503);
        // They are fresh for at most twelve hours, whatever Entra says, and usable for one more.
        verifyAt(Duration.ofHours(12));
        verifyAt(Duration.ofHours(13).minusSeconds(1));
        String token = v1();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verifier.verify(
                        new Assertion(token).parse(), ID, V1, CLOCK.instant().plus(Duration.ofHours(13))))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
    }

    @Test
    void asksForConfigurationAndKeysOnceForManyTokens() throws Exception {
        for (int i = 0; i < 50; i++) {
            verify(v1(), V1);
            verify(v2(), V2);
        }
        assertThat(entra.configurationRequests()).isEqualTo(1);
        assertThat(entra.keysRequests()).isEqualTo(1);
    }

    @Test
    void keepsNeitherLongerThanTheShorterLivedOfTheTwo() throws Exception {
        entra.configurationBehaviour().cacheControl("max-age=120");
        verifyAt(Duration.ZERO);
        verifyAt(Duration.ofSeconds(119));
        assertThat(entra.keysRequests()).isEqualTo(1);
        verifyAt(Duration.ofMinutes(2));
        assertThat(entra.configurationRequests()).isEqualTo(2);
        assertThat(entra.keysRequests()).isEqualTo(2);
    }

    @Test
    void followsARotationOfEntrasKeys() throws Exception {
        verify(v1(), V1);
        entra.rotateKeys();
        assertRefused(Reason.UNKNOWN_KEY, v1(), V1);
        verifyAt(Duration.ofSeconds(30));
    }

    @Test
    void isNoAmplifierOfRequestsToEntra() throws Exception {
        verify(v1(), V1);
        String payload = Json.writeString(entra.claimsV1(VM, ARM));
        for (int i = 0; i < 300; i++) {
            String token = entra.sign("{\"alg\":\"RS256\",\"kid\":\"made-up-" + i + "\"}", payload);
            long ahead = i / 10;
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> verifier.verify(
                            new Assertion(token).parse(),
                            ID,
                            V1,
                            CLOCK.instant().plusSeconds(ahead)))
                    .returns(Reason.UNKNOWN_KEY, Refused::reason);
        }
        assertThat(entra.configurationRequests()).isEqualTo(1);
        assertThat(entra.keysRequests()).isEqualTo(1);
    }

    /** The token never chooses the keys: neither its tenant nor its issuer causes a request. */
    @Test
    void asksForTheKeysOfTheConfiguredTenantOnly() {
        List<URI> asked = record();
        assertRefused(Reason.WRONG_TENANT, entra.sign(entra.claimsV1(STRANGER, ARM)), V1);
        assertThat(asked).containsExactly(entra.configuration(TENANT), entra.keys());
    }

    /** Every address requested from now on, in order. */
    private List<URI> record() {
        List<URI> asked = new ArrayList<>();
        verifier = newVerifier(uri -> {
            asked.add(uri);
            return HttpFetcher.plainHttpToo().get(uri);
        });
        return asked;
    }

    /** A change to the claims of a valid token. */
    interface Change {
        void apply(Map<String, Object> claims);
    }

    private static Change put(String name, Object value) {
        return claims -> claims.put(name, value);
    }

    private static Change remove(String name) {
        return claims -> claims.remove(name);
    }

    private static String template() {
        return "https://sts.windows.net/{tenantid}/";
    }

    private static String without(String issuer) {
        return issuer.substring(0, issuer.length() - 1);
    }

    private String v1(Change change) {
        Map<String, Object> claims = entra.claimsV1(VM, ARM);
        change.apply(claims);
        return entra.sign(
                "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5t\":\"KID\",\"kid\":\"KID\"}", Json.writeString(claims));
    }

    private String v1() {
        return v1(claims -> {});
    }

    private String v2(Change change) {
        Map<String, Object> claims = entra.claimsV2(VM, APPLICATION);
        change.apply(claims);
        return entra.sign(claims);
    }

    private String v2() {
        return v2(claims -> {});
    }

    private Map<String, Object> document() {
        return new HashMap<>(
                Map.of("issuer", V1_ISSUER, "jwks_uri", entra.keys().toString()));
    }

    /** The keys that Entra signs with, each of them for that issuer only. */
    private void publishKeysFor(String issuer) throws Exception {
        republishKeys("\"issuer\":\"" + issuer + "\"");
    }

    private void republishKeys(String inPlaceOfTheIssuer) throws Exception {
        String published = HttpFetcher.plainHttpToo().get(entra.keys()).body();
        String issuer = "\"issuer\":\"https://login.microsoftonline.com/{tenantid}/v2.0\"";
        assertThat(published).contains(issuer);
        entra.keysBehaviour().answerWith(published.replace(issuer, inPlaceOfTheIssuer));
    }

    private void verifyAt(Duration ahead) throws Refused {
        verifier.verify(new Assertion(v1()).parse(), ID, V1, CLOCK.instant().plus(ahead));
    }

    private Verified<AzureAttestation> verify(String jwt, AzureAuth method) throws Refused {
        return verifier.verify(new Assertion(jwt).parse(), ID, method, CLOCK.instant());
    }

    private void assertRefused(Reason reason, String jwt, AzureAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(jwt, method))
                .returns(reason, Refused::reason);
    }

    private static AzureAuth method(AzureCloud cloud, String resource) {
        return new AzureAuth(cloud, new Guid(TENANT), resource, Allowlist.of(OID), Allowlist.NONE, TokenPolicy.DEFAULT);
    }
}
