package io.sallyport.simulated.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.Http;
import io.sallyport.simulated.Keys;
import io.sallyport.simulated.MovableClock;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignJwtEndpointTest {
    private static final String PAYLOAD = "{ \"sub\": \"x\", \"aud\": \"a\" }";

    private final MovableClock clock = new MovableClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedServiceAccount account = google.serviceAccount("ci@p.iam.gserviceaccount.com");

    @AfterEach
    void close() {
        google.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void signsThePayloadAsItIsForAnAccountNamedByAddressOrUniqueId(boolean byUniqueId) throws Exception {
        HttpResponse<String> response = signJwt(byUniqueId ? account.uniqueId() : account.email(), PAYLOAD);

        assertThat(response.statusCode()).isEqualTo(200);
        Map<String, Object> answer = JSONObjectUtils.parse(response.body());
        assertThat(answer).containsOnlyKeys("keyId", "signedJwt");
        String token = JSONObjectUtils.getString(answer, "signedJwt");
        assertThat(SignedJWT.parse(token).getHeader().getKeyID()).isEqualTo(answer.get("keyId"));
        assertThat(SignedJWT.parse(token).getPayload().toString()).isEqualTo(PAYLOAD);
        assertThat(Keys.isProven(google, account, token)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic eDp5", "Bearer ", "token"})
    void aCallerWithoutAnAccessTokenIsRefused(String authorization) throws Exception {
        URI uri = signJwtUri("-", account.email());

        assertError(Http.post(uri, body(PAYLOAD), "Authorization", authorization), 401, "UNAUTHENTICATED");
        assertError(Http.post(uri, body(PAYLOAD)), 401, "UNAUTHENTICATED");
    }

    @Test
    void anAccountThatWasNotCreatedIsNotFound() throws Exception {
        assertError(signJwt("unknown@p.iam.gserviceaccount.com", PAYLOAD), 404, "NOT_FOUND");
    }

    @Test
    void theProjectMustBeTheWildcard() throws Exception {
        HttpResponse<String> response =
                Http.post(signJwtUri("p", account.email()), body(PAYLOAD), "Authorization", "Bearer t");

        assertError(response, 400, "INVALID_ARGUMENT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"payload\":{}}", "{\"payload\":1}", "{\"payload\":null}", "{"})
    void aBodyWithoutAPayloadIsRefused(String body) throws Exception {
        HttpResponse<String> response = Http.post(signJwtUri("-", account.email()), body, "Authorization", "Bearer t");

        assertError(response, 400, "INVALID_ARGUMENT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "\"x\"", "{", "null", "{\"exp\":null}", "{\"exp\":\"1772400000\"}"})
    void aPayloadThatIsNotAClaimsSetIsRefused(String payload) throws Exception {
        assertError(signJwt(account.email(), payload), 400, "INVALID_ARGUMENT");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 12 * 3600})
    void anExpiryUpToTwelveHoursAheadIsTaken(long ahead) throws Exception {
        assertThat(signJwt(account.email(), expiring(ahead)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 12 * 3600 + 1})
    void anExpiryInThePastOrFurtherAheadIsRefused(long ahead) throws Exception {
        assertError(signJwt(account.email(), expiring(ahead)), 400, "INVALID_ARGUMENT");
    }

    @Test
    void otherMethodsAreNotFound() throws Exception {
        assertError(Http.get(signJwtUri("-", account.email())), 404, "NOT_FOUND");
        assertError(
                Http.post(google.iamCredentials().resolve("/v1/projects/-/other"), body(PAYLOAD)), 404, "NOT_FOUND");
    }

    private HttpResponse<String> signJwt(String name, String payload) throws Exception {
        return Http.post(signJwtUri("-", name), body(payload), "Authorization", "Bearer ya29.token");
    }

    private URI signJwtUri(String project, String name) {
        return URI.create(
                google.iamCredentials() + "/v1/projects/" + project + "/serviceAccounts/" + name + ":signJwt");
    }

    private String expiring(long ahead) {
        return "{\"exp\":" + (clock.instant().getEpochSecond() + ahead) + "}";
    }

    private static String body(String payload) {
        return JSONObjectUtils.toJSONString(Map.of("payload", payload));
    }

    private static void assertError(HttpResponse<String> response, int status, String code) throws Exception {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(JSONObjectUtils.getJSONObject(JSONObjectUtils.parse(response.body()), "error"))
                .containsEntry("code", (long) status)
                .containsEntry("status", code);
    }
}
