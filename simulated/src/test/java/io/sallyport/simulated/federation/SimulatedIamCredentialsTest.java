package io.sallyport.simulated.federation;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.Http;
import io.sallyport.simulated.MovableClock;
import io.sallyport.simulated.OpenIdIssuer;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulatedIamCredentialsTest {
    private static final ProviderName NAME = SimulatedStsTest.NAME;
    private static final String ACCESS = "AccessToken";
    private static final String ID = "IdToken";
    private static final String SCOPE = "{\"scope\":[\"https://www.googleapis.com/auth/devstorage.read_only\"]";
    private static final String AUDIENCE = "{\"audience\":\"https://orders.example.com\"";

    private final MovableClock clock = new MovableClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedSts sts = SimulatedSts.start(clock);
    private final SimulatedIamCredentials iam = SimulatedIamCredentials.start(clock, google, sts);
    private final SimulatedServiceAccount account = google.serviceAccount("reports@shop.iam.gserviceaccount.com");
    private OpenIdIssuer issuer;

    @BeforeEach
    void allow() throws Exception {
        issuer = new OpenIdIssuer();
        sts.register(OidcProvider.of(NAME, issuer.url()).mapping("attribute.client", "assertion.client_id"));
    }

    @AfterEach
    void close() {
        issuer.close();
        iam.close();
        sts.close();
        google.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "principal://iam.googleapis.com/POOL/subject/payments",
                "principalSet://iam.googleapis.com/POOL/attribute.client/payments",
                "principalSet://iam.googleapis.com/POOL/*"
            })
    void anIdentityThatMayUseAnAccountGetsItsAccessToken(String member) throws Exception {
        iam.allow(
                account.email(),
                member.replace("POOL", "projects/326694433618/locations/global/workloadIdentityPools/workloads"));

        Map<String, Object> answer = answer(generate(ACCESS, SCOPE + ",\"delegates\":[],\"lifetime\":\"600s\"}"), 200);

        assertThat(answer).containsOnlyKeys("accessToken", "expireTime");
        assertThat(Instant.parse((String) answer.get("expireTime")))
                .isBetween(clock.instant().plusSeconds(599), clock.instant().plusSeconds(600));
        String token = (String) answer.get("accessToken");
        assertThat(iam.account(token)).hasValue(account.email());
        clock.advance(Duration.ofSeconds(600));
        assertThat(iam.account(token)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "principal://iam.googleapis.com/POOL/subject/orders",
                "principal://iam.googleapis.com/POOL/subject/payment",
                "principalSet://iam.googleapis.com/POOL/attribute.client/orders",
                "principalSet://iam.googleapis.com/POOL-2/*"
            })
    void anyOtherIsDenied(String member) throws Exception {
        iam.allow(
                account.email(),
                member.replace("POOL", "projects/326694433618/locations/global/workloadIdentityPools/workloads"));

        assertThat(error(generate(ACCESS, SCOPE + "}"), 403, "PERMISSION_DENIED"))
                .contains("iam.serviceAccounts.getAccessToken");
        assertThat(error(generate(ID, AUDIENCE + "}"), 403, "PERMISSION_DENIED"))
                .contains("iam.serviceAccounts.getOpenIdToken");
    }

    @Test
    void anAccountIsNotFoundOnlyByWhoMayUseIt() throws Exception {
        URI missing = uri("ghost@shop.iam.gserviceaccount.com", ACCESS);

        assertThat(error(post(missing, SCOPE + "}"), 403, "PERMISSION_DENIED")).isNotEmpty();
        iam.allow("ghost@shop.iam.gserviceaccount.com", NAME.principal("payments"));
        assertThat(error(post(missing, SCOPE + "}"), 404, "NOT_FOUND")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", ", false"})
    void anIdTokenSaysTheAddressWhenAskedTo(String include, boolean included) throws Exception {
        allowPayments();
        String body = AUDIENCE + (include == null ? "" : ",\"includeEmail\":" + include) + "}";

        SignedJWT token =
                SignedJWT.parse((String) answer(generate(ID, body), 200).get("token"));

        assertThat(token.verify(new RSASSAVerifier(google.idTokenKey()))).isTrue();
        assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("https://orders.example.com");
        assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo(account.uniqueId());
        assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("https://accounts.google.com");
        assertThat(token.getJWTClaimsSet().getClaim("email")).isEqualTo(included ? account.email() : null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AccessToken|{}",
                "AccessToken|{\"scope\":[]}",
                "AccessToken|{\"scope\":[\"x\"],\"lifetime\":\"3601s\"}",
                "AccessToken|{\"scope\":[\"x\"],\"lifetime\":\"0s\"}",
                "AccessToken|{\"scope\":[\"x\"],\"lifetime\":\"3600\"}",
                "AccessToken|{",
                "IdToken|{}",
                "IdToken|{\"audience\":\"\"}"
            })
    void aRequestWithoutWhatIsRequiredIsRefused(String what, String body) throws Exception {
        allowPayments();

        assertThat(error(generate(what, body), 400, "INVALID_ARGUMENT")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3600s, 3600", "1s, 1", ", 3600"})
    void aLifetimeIsAtMostAnHourWhichIsTheDefault(String lifetime, long seconds) throws Exception {
        allowPayments();
        String body = SCOPE + (lifetime == null ? "" : ",\"lifetime\":\"" + lifetime + "\"") + "}";

        assertThat(Instant.parse((String) answer(generate(ACCESS, body), 200).get("expireTime")))
                .isBetween(
                        clock.instant().plusSeconds(seconds - 1),
                        clock.instant().plusSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer ", "Bearer ya29.made-up", "Basic eDp5"})
    void aCallerWithoutAFederatedTokenIsRefused(String authorization) throws Exception {
        HttpResponse<String> response =
                Http.post(uri(account.email(), ACCESS), SCOPE + "}", "Authorization", authorization);

        assertThat(error(response, 401, "UNAUTHENTICATED")).isNotEmpty();
    }

    @Test
    void aFederatedTokenOfAnotherScopeIsNotEnough() throws Exception {
        allowPayments();
        String narrow = federatedToken("https://www.googleapis.com/auth/devstorage.read_only");

        HttpResponse<String> response =
                Http.post(uri(account.email(), ACCESS), SCOPE + "}", "Authorization", "Bearer " + narrow);

        assertThat(error(response, 403, "PERMISSION_DENIED")).contains("scopes");
    }

    @Test
    void theProjectIsAlwaysTheWildcard() throws Exception {
        URI named = URI.create(uri(account.email(), ACCESS).toString().replace("projects/-", "projects/shop"));

        assertThat(error(post(named, SCOPE + "}"), 400, "INVALID_ARGUMENT")).isNotEmpty();
    }

    @Test
    void otherMethodsAreNotFoundAndItFailsWhenToldTo() throws Exception {
        assertThat(error(Http.get(uri(account.email(), ACCESS)), 404, "NOT_FOUND"))
                .isNotEmpty();
        iam.behaviour().fail(503);
        assertThat(error(generate(ACCESS, SCOPE + "}"), 503, "UNAVAILABLE")).isNotEmpty();
    }

    private void allowPayments() {
        iam.allow(account.email(), NAME.principal("payments"));
    }

    private HttpResponse<String> generate(String what, String body) throws Exception {
        return post(uri(account.email(), what), body);
    }

    private HttpResponse<String> post(URI uri, String body) throws Exception {
        return Http.post(uri, body, "Authorization", "Bearer " + federatedToken(SimulatedStsTest.CLOUD_PLATFORM));
    }

    private URI uri(String email, String what) {
        return URI.create(iam.uri() + "/v1/projects/-/serviceAccounts/" + email + ":generate" + what);
    }

    private String federatedToken(String scope) throws Exception {
        Map<String, String> request = SimulatedStsTest.request(
                issuer.sign(issuer.claims(NAME.audience(), clock.instant()).build()));
        request.put("scope", scope);
        HttpResponse<String> response = Http.post(
                sts.token(), SimulatedStsTest.form(request), "Content-Type", "application/x-www-form-urlencoded");
        return (String) answer(response, 200).get("access_token");
    }

    private static Map<String, Object> answer(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSONObjectUtils.parse(response.body());
    }

    private static String error(HttpResponse<String> response, int status, String code) throws Exception {
        Map<String, Object> error = JSONObjectUtils.getJSONObject(answer(response, status), "error");
        assertThat(error).containsEntry("code", (long) status).containsEntry("status", code);
        return (String) error.get("message");
    }
}
