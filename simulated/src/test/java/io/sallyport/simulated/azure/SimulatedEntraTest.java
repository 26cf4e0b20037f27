package io.sallyport.simulated.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.Http;
import io.sallyport.simulated.MovableClock;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulatedEntraTest {
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String OTHER_TENANT = "8b9a4c1e-3d2f-4a5b-9c6d-7e8f90a1b2c3";
    private static final String ARM = "https://management.azure.com/";
    private static final ManagedIdentity VM = new ManagedIdentity(
            TENANT,
            "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11",
            "c1d2e3f4-0000-4000-8000-0123456789ab",
            "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/prod/providers/Microsoft.Compute"
                    + "/virtualMachines/vm-1");

    private final MovableClock clock = new MovableClock();
    private final SimulatedEntra entra = SimulatedEntra.start(clock);
    private final Imds imds = entra.imds(VM);

    @AfterEach
    void close() {
        entra.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'', https://sts.windows.net/TENANT/, /common/discovery/keys",
        "/v2.0, https://login.microsoftonline.com/TENANT/v2.0, /TENANT/discovery/v2.0/keys"
    })
    void aTenantSaysWhoItIsAndWhereItsKeysAre(String version, String issuer, String keys) throws Exception {
        HttpResponse<String> response = get("/TENANT" + version + "/.well-known/openid-configuration");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Http.header(response, "Cache-Control")).isEqualTo("max-age=86400, private");
        assertThat(JSONObjectUtils.parse(response.body()))
                .containsEntry("issuer", issuer.replace("TENANT", TENANT))
                .containsEntry("jwks_uri", entra.authority() + keys.replace("TENANT", TENANT));
        assertThat(entra.configurationRequests()).isEqualTo(1);
    }

    @Test
    void aTenantIsThereOnceItWasNamed() throws Exception {
        URI other = entra.authority().resolve("/" + OTHER_TENANT + "/.well-known/openid-configuration");

        HttpResponse<String> before = Http.get(other);

        assertThat(before.statusCode()).isEqualTo(400);
        assertThat(before.body()).contains("invalid_tenant", "AADSTS90002");
        assertThat(entra.configuration(OTHER_TENANT)).isEqualTo(other);
        assertThat(Http.get(other).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/common/discovery/keys",
                "/common/discovery/v2.0/keys",
                "/TENANT/discovery/keys",
                "/TENANT/discovery/v2.0/keys"
            })
    void keysAreNamedByTheirCertificateAndSayNoAlgorithm(String path) throws Exception {
        String published = get(path).body();

        assertThat(published)
                .doesNotContain("\"alg\"")
                .contains("\"issuer\":\"https://login.microsoftonline.com/{tenantid}/v2.0\"");
        assertThat(JWKSet.parse(published).getKeys()).hasSize(2).allSatisfy(key -> {
            byte[] certificate = key.getX509CertChain().get(0).decode();
            assertThat(key.getParsedX509CertChain().get(0).getPublicKey())
                    .isEqualTo(key.toRSAKey().toRSAPublicKey());
            assertThat(key.getKeyID())
                    .isEqualTo(
                            Base64URL.encode(MessageDigest.getInstance("SHA-1").digest(certificate))
                                    .toString());
        });
        assertThat(entra.keysRequests()).isEqualTo(1);
    }

    @Test
    void afterARotationTheNewKeySignsAndTheOldOneStaysPublishedUntilItIsWithdrawn() throws Exception {
        String before = entra.sign(entra.claimsV1(VM, ARM));
        entra.rotateKeys();
        String after = entra.sign(entra.claimsV1(VM, ARM));

        assertThat(isProven(before)).isTrue();
        assertThat(isProven(after)).isTrue();
        assertThat(SignedJWT.parse(after).getHeader().getKeyID())
                .isEqualTo(entra.signingKey().getKeyID())
                .isNotEqualTo(SignedJWT.parse(before).getHeader().getKeyID());
        entra.withdrawOldKeys();
        assertThat(isProven(before)).isFalse();
        assertThat(isProven(after)).isTrue();
    }

    @Test
    void configurationsAndKeysFailApart() throws Exception {
        entra.keysBehaviour().fail(503);

        assertThat(get("/TENANT/.well-known/openid-configuration").statusCode()).isEqualTo(200);
        assertThat(get("/common/discovery/keys").statusCode()).isEqualTo(503);

        entra.keysBehaviour().recover();
        entra.configurationBehaviour().fail(503);

        assertThat(get("/TENANT/.well-known/openid-configuration").statusCode()).isEqualTo(503);
        assertThat(get("/common/discovery/keys").statusCode()).isEqualTo(200);
    }

    @Test
    void aMachineGetsATokenAsItIsDocumented() throws Exception {
        HttpResponse<String> response = token("&resource=" + encoded(ARM), "Metadata", "true");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Http.header(response, "Content-Type")).startsWith("application/json");
        long now = clock.instant().getEpochSecond();
        Map<String, Object> body = JSONObjectUtils.parse(response.body());
        String accessToken = (String) body.remove("access_token");
        assertThat(body)
                .isEqualTo(Map.of(
                        "client_id",
                        VM.clientId(),
                        "expires_in",
                        "86399",
                        "expires_on",
                        Long.toString(now + 86_399),
                        "ext_expires_in",
                        "86399",
                        "not_before",
                        Long.toString(now - 300),
                        "resource",
                        ARM,
                        "token_type",
                        "Bearer"));
        assertThat(isProven(accessToken)).isTrue();
        assertThat(SignedJWT.parse(accessToken).getHeader().toJSONObject())
                .containsOnlyKeys("typ", "alg", "x5t", "kid")
                .containsEntry("x5t", entra.signingKey().getKeyID());
        assertThat(payload(accessToken))
                .containsOnlyKeys(
                        "aud",
                        "iss",
                        "iat",
                        "nbf",
                        "exp",
                        "aio",
                        "appid",
                        "appidacr",
                        "idp",
                        "idtyp",
                        "oid",
                        "rh",
                        "sub",
                        "tid",
                        "uti",
                        "ver",
                        "xms_mirid")
                .containsEntry("aud", ARM)
                .containsEntry("iss", "https://sts.windows.net/" + TENANT + "/")
                .containsEntry("exp", now + 86_399)
                .containsEntry("nbf", now - 300)
                .containsEntry("appid", VM.clientId())
                .containsEntry("oid", VM.objectId())
                .containsEntry("tid", TENANT)
                .containsEntry("ver", "1.0")
                .containsEntry("xms_mirid", VM.resourceId());
    }

    @Test
    void anApplicationThatTakesVersion2GetsThatForItsClientId() throws Exception {
        entra.registerVersion2("api://payments", "6f0a7c8e-5f0e-4f63-9d43-0b6f0a2f7b21");

        Map<String, Object> body = JSONObjectUtils.parse(
                token("&resource=api%3A%2F%2Fpayments", "Metadata", "true").body());

        assertThat(payload((String) body.get("access_token")))
                .containsEntry("aud", "6f0a7c8e-5f0e-4f63-9d43-0b6f0a2f7b21")
                .containsEntry("iss", "https://login.microsoftonline.com/" + TENANT + "/v2.0")
                .containsEntry("azp", VM.clientId())
                .containsEntry("ver", "2.0")
                .doesNotContainKeys("appid", "appidacr");
    }

    @Test
    void aRequestWithoutTheHeaderOrThroughAProxyGetsNoToken() throws Exception {
        String query = "&resource=" + encoded(ARM);

        assertRefused(token(query), "bad_request_102");
        assertRefused(token(query, "Metadata", "false"), "bad_request_102");
        assertRefused(token(query, "Metadata", "true", "X-Forwarded-For", "203.0.113.1"), "bad_request_102");
    }

    @Test
    void aRequestMustSayWhatItWants() throws Exception {
        assertRefused(token("", "Metadata", "true"), "invalid_request");
        assertRefused(token("&resource=", "Metadata", "true"), "invalid_request");
        assertRefused(
                Http.get(URI.create(imds.token() + "?resource=" + encoded(ARM)), "Metadata", "true"),
                "invalid_request");
        assertThat(Http.get(imds.uri().resolve("/metadata/identity"), "Metadata", "true")
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"client_id, c1d2e3f4-0000-4000-8000-0123456789ab", "object_id, a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11"})
    void anIdentityIsChosenByItsId(String name, String id) throws Exception {
        String query = "&resource=" + encoded(ARM) + "&" + name + "=";

        assertThat(token(query + id, "Metadata", "true").statusCode()).isEqualTo(200);
        assertRefused(token(query + "another", "Metadata", "true"), "invalid_request");
    }

    @Test
    void anAppGetsATokenOfItsIdentityForItsHeader() throws Exception {
        AppServiceIdentity app = entra.appService(VM);
        String query = "?api-version=2019-08-01&resource=" + encoded("api://x");

        HttpResponse<String> response = Http.get(
                URI.create(app.uri() + query + "&client_id=" + VM.clientId()), "X-IDENTITY-HEADER", app.header());

        assertThat(response.statusCode()).isEqualTo(200);
        Map<String, Object> answer = JSONObjectUtils.parse(response.body());
        assertThat(answer)
                .containsOnlyKeys("access_token", "expires_on", "resource", "token_type", "client_id")
                .containsEntry("resource", "api://x");
        String token = (String) answer.get("access_token");
        assertThat(isProven(token)).isTrue();
        assertThat(payload(token)).containsEntry("aud", "api://x").containsEntry("sub", VM.objectId());
        assertThat(statusOf(app, query, "X-IDENTITY-HEADER", "other")).isEqualTo(401);
        assertThat(statusOf(app, query)).isEqualTo(401);
        for (String wrong : new String[] {
            query + "&client_id=other", "?api-version=2019-08-01", "?api-version=2017-09-01&resource=x"
        }) {
            assertThat(statusOf(app, wrong, "X-IDENTITY-HEADER", app.header())).isEqualTo(400);
        }
        assertThat(app.requests()).isEqualTo(6);
    }

    private static int statusOf(AppServiceIdentity app, String query, String... headers) throws Exception {
        return Http.get(URI.create(app.uri() + query), headers).statusCode();
    }

    @Test
    void anyTextsAreSignedAsTheyAre() throws Exception {
        String token = entra.sign("{\"alg\":\"RS256\",\"kid\":\"KID\",\"x\":1}", "{\"aud\":null,\"aud\":[]}");

        assertThat(SignedJWT.parse(token).getPayload()).hasToString("{\"aud\":null,\"aud\":[]}");
        assertThat(isProven(token)).isTrue();
    }

    @Test
    void anotherCloudHasItsOwnIssuers() throws Exception {
        try (SimulatedEntra china = SimulatedEntra.start(
                clock,
                new SimulatedEntra.Issuers(
                        "https://sts.chinacloudapi.cn", "https://login.partner.microsoftonline.cn"))) {
            assertThat(china.claimsV1(VM, ARM)).containsEntry("iss", "https://sts.chinacloudapi.cn/" + TENANT + "/");
            assertThat(china.claimsV2(VM, ARM))
                    .containsEntry("iss", "https://login.partner.microsoftonline.cn/" + TENANT + "/v2.0");
        }
    }

    @Test
    void theMetadataServiceIsClosedWithItsCloud() {
        entra.close();

        assertThatIOException().isThrownBy(() -> token("", "Metadata", "true"));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return Http.get(entra.authority().resolve(path.replace("TENANT", TENANT)));
    }

    private HttpResponse<String> token(String query, String... headers) throws Exception {
        return Http.get(URI.create(imds.token() + "?api-version=2018-02-01" + query), headers);
    }

    private static void assertRefused(HttpResponse<String> response, String error) throws Exception {
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSONObjectUtils.parse(response.body()))
                .containsOnlyKeys("error", "error_description")
                .containsEntry("error", error);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static Map<String, Object> payload(String token) throws Exception {
        return SignedJWT.parse(token).getPayload().toJSONObject();
    }

    private boolean isProven(String token) throws Exception {
        SignedJWT jwt = SignedJWT.parse(token);
        JWK key = JWKSet.parse(Http.get(entra.keys()).body())
                .getKeyByKeyId(jwt.getHeader().getKeyID());
        return key != null && jwt.verify(new RSASSAVerifier(key.toRSAKey()));
    }
}
