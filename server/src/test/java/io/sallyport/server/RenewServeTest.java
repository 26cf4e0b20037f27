package io.sallyport.server;

import static io.sallyport.server.SessionClient.FORM;
import static io.sallyport.server.SessionClient.JSON;
import static io.sallyport.server.SessionClient.RENEW;
import static io.sallyport.server.SessionClient.REVOKE;
import static io.sallyport.server.SessionClient.accessToken;
import static io.sallyport.server.SessionClient.body;
import static io.sallyport.server.SessionClient.claims;
import static io.sallyport.server.SessionClient.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.TestClock;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Renewal and revocation over HTTP, on SQLite. */
@Timeout(120)
class RenewServeTest {
    private static final IdentityId WORKLOAD = new IdentityId("payments");
    private static final IdentityId BOUND = new IdentityId("bound");
    private static final IdentityId LIMITED = new IdentityId("limited");
    private static final IdentityId RESOURCE = new IdentityId("orders-api");
    private static final String EXPIRED = "Your token has expired. Please re-authenticate.";

    private final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00.5Z"));

    @AutoClose
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);

    @TempDir
    private Path data;

    @AutoClose
    private LocalServer server;

    private SessionClient client;

    @BeforeEach
    void start() {
        start(Map.of());
    }

    private void start(Map<String, String> variables) {
        if (server != null) {
            server.close();
        }
        server = SessionClient.serve(
                SessionClient.environment(variables, clock),
                data,
                google,
                List.of(
                        SessionClient.identity(
                                WORKLOAD, Map.of("accessTokenTTL", 600, "accessTokenMaxTTL", 3600), Map.of()),
                        SessionClient.identity(
                                BOUND,
                                Map.of("accessTokenTrustedIps", List.of("192.0.2.0/24", "2001:db8::/32")),
                                Map.of()),
                        SessionClient.identity(LIMITED, Map.of("accessTokenNumUsesLimit", 2), Map.of()),
                        SessionClient.identity(
                                RESOURCE, Map.of(), Map.of("audiences", List.of(SessionClient.ISSUER)))));
        client = new SessionClient(server.port(), google);
    }

    static Stream<Arguments> renews() {
        return Stream.of(
                arguments("in JSON", RENEW, JSON, false, false),
                arguments("in JSON that names its charset", RENEW, JSON + "; charset=utf-8", false, false),
                arguments("in a form", RENEW, FORM, true, false),
                arguments("in JSON, with the token as bearer too", RENEW, JSON, false, true),
                arguments("in a form, with the token as bearer too", RENEW, FORM, true, true),
                arguments("with a trailing slash in the path", RENEW + "/", JSON, false, false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void renews(String how, String path, String contentType, boolean form, boolean bearer) throws Exception {
        String token = client.token(WORKLOAD);
        clock.advance(Duration.ofSeconds(60));
        String[] headers = bearer ? new String[] {"Authorization", "Bearer " + token} : new String[0];
        HttpResponse<String> response = client.post(path, contentType, form ? form(token) : json(token), headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json; charset=utf-8");
        assertThat(body(response))
                .containsOnlyKeys("accessToken", "expiresIn", "accessTokenMaxTTL", "tokenType")
                .containsEntry("expiresIn", 600L)
                .containsEntry("accessTokenMaxTTL", 3600L)
                .containsEntry("tokenType", "Bearer");
        String renewed = accessToken(response);
        assertThat(claims(renewed).getClaim("sid")).isEqualTo(claims(token).getClaim("sid"));
        assertThat(claims(renewed).getClaim("auth_time"))
                .isEqualTo(claims(token).getClaim("auth_time"));
        assertThat(claims(renewed).getJWTID()).isNotEqualTo(claims(token).getJWTID());
        assertThat(client.renew(token).statusCode()).isEqualTo(200);
        assertThat(client.renew(renewed).statusCode()).isEqualTo(200);
    }

    @Test
    void heedsTheTokenInTheBodyNotTheBearer() throws Exception {
        String token = client.token(WORKLOAD);
        String other = client.token(WORKLOAD);
        String renewed = accessToken(client.renew(token, "Authorization", "Bearer " + other));
        assertThat(claims(renewed).getClaim("sid")).isEqualTo(claims(token).getClaim("sid"));
        HttpResponse<String> bearerAlone = client.post(RENEW, JSON, "{}", "Authorization", "Bearer " + token);
        assertThat(bearerAlone.statusCode()).isEqualTo(422);
        assertThat(body(bearerAlone)).containsEntry("error", "ValidationFailure");
    }

    @Test
    void neverOutlivesTheSession() throws Exception {
        String token = client.token(WORKLOAD);
        for (int minutes = 9; minutes < 60; minutes += 9) {
            clock.advance(Duration.ofMinutes(9));
            HttpResponse<String> response = client.renew(token);
            assertThat(body(response)).containsEntry("expiresIn", Math.min(600L, (60 - minutes) * 60L));
            token = accessToken(response);
        }
        clock.advance(Duration.ofMinutes(6));
        assertTokenError(client.renew(token), EXPIRED);
    }

    @Test
    void tellsAnExpiredTokenFromOneThatIsNotOurs() throws Exception {
        String token = client.token(WORKLOAD);
        clock.set(claims(token).getExpirationTime().toInstant().minusNanos(1));
        assertThat(client.renew(token).statusCode()).isEqualTo(200);
        clock.advance(Duration.ofNanos(1));
        assertTokenError(client.renew(token), EXPIRED);
        assertTokenError(client.revoke(token), EXPIRED);
        String valid = client.token(WORKLOAD);
        for (String foreign : List.of(valid + "A", valid.substring(1), "x", "a.b.c", valid.replace('.', ','))) {
            assertTokenError(client.renew(foreign), "Your token is not valid. Please re-authenticate.");
            assertTokenError(client.revoke(foreign), "Your token is not valid. Please re-authenticate.");
        }
    }

    private static void assertTokenError(HttpResponse<String> response, String message) {
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(body(response))
                .containsOnlyKeys("reqId", "statusCode", "message", "error")
                .containsEntry("statusCode", 403L)
                .containsEntry("message", message)
                .containsEntry("error", "TokenError");
    }

    @ParameterizedTest(name = "as {0}")
    @ValueSource(strings = {JSON, FORM})
    void revokesASessionWithAllItsTokens(String contentType) throws Exception {
        String token = client.token(WORKLOAD);
        String renewed = accessToken(client.renew(token));
        String other = client.token(WORKLOAD);
        String bearer = client.token(RESOURCE);
        assertThat(body(client.introspect(bearer, renewed))).containsEntry("active", true);

        for (int time = 0; time < 2; time++) {
            HttpResponse<String> response = client.post(
                    REVOKE,
                    contentType,
                    contentType.equals(FORM) ? form(token) : json(token),
                    "Authorization",
                    "Bearer " + token);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"message\":\"Successfully revoked access token\"}");
        }

        for (String dead : List.of(token, renewed)) {
            assertTokenError(client.renew(dead), "Your token is not valid. Please re-authenticate.");
            assertThat(client.introspect(bearer, dead).body()).isEqualTo("{\"active\":false}");
        }
        assertThat(client.renew(other).statusCode()).isEqualTo(200);
        assertThat(body(client.introspect(bearer, other))).containsEntry("active", true);
    }

    @Test
    void remembersRevocationsAndUsesWhenItStartsAgain() throws Exception {
        String revoked = client.token(WORKLOAD);
        client.revoke(revoked);
        String limited = client.token(LIMITED);
        String bearer = client.token(RESOURCE);
        assertThat(body(client.introspect(bearer, limited))).containsEntry("uses_left", 1L);
        start(Map.of());
        assertThat(client.renew(revoked).statusCode()).isEqualTo(403);
        assertThat(client.introspect(bearer, revoked).body()).isEqualTo("{\"active\":false}");
        assertThat(body(client.introspect(bearer, limited))).containsEntry("uses_left", 0L);
        assertThat(client.introspect(bearer, limited).body()).isEqualTo("{\"active\":false}");
    }

    @Test
    void renewsNoSessionWhoseUsesAreTaken() throws Exception {
        String token = client.token(LIMITED);
        String bearer = client.token(RESOURCE);
        String renewed = accessToken(client.renew(token));
        assertThat(body(client.introspect(bearer, renewed))).containsEntry("uses_left", 1L);
        assertThat(body(client.introspect(bearer, token))).containsEntry("uses_left", 0L);
        HttpResponse<String> refused = client.renew(renewed);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(body(refused)).containsEntry("error", "UnauthorizedError");
    }

    @ParameterizedTest(name = "{0} with \"{1}\"")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "400 | application/json | {",
                "400 | application/json | {\"accessToken\":\"a\",\"accessToken\":\"b\"}",
                "422 | application/json | {\"accessToken\":\" \"}",
                "422 | application/json | {\"accessToken\":7}",
                "422 | application/x-www-form-urlencoded | token=x",
                "415 | text/plain | accessToken=x"
            })
    void refusesABodyThatIsNone(int status, String contentType, String body) throws Exception {
        for (String path : List.of(RENEW, REVOKE)) {
            assertThat(client.post(path, contentType, body.replace("\"\"", "\""))
                            .statusCode())
                    .isEqualTo(status);
        }
    }

    @ParameterizedTest(name = "X-Forwarded-For: {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.9 | 200",
                "192.0.2.9:4711 | 200",
                "::ffff:192.0.2.9 | 200",
                "[2001:DB8::1]:4711 | 200",
                "203.0.113.7 | 403",
                // The right-most address is what our own proxy saw.
                "192.0.2.9, 203.0.113.7 | 403",
                "192.0.2.9,192.0.2.9, 203.0.113.7 | 403",
                "203.0.113.7, 192.0.2.9 | 200",
                "nonsense, 192.0.2.9 | 200",
                "192.0.2.9, nonsense | 403",
                "192.0.2.9, | 403",
                "192.0.2.9 192.0.2.9 | 403"
            })
    void believesTheHopOfOurOwnProxyAlone(String forwardedFor, int status) throws Exception {
        start(Map.of("SALLYPORT_FORWARDED_HOPS", "1"));
        String token = client.token(BOUND);
        HttpResponse<String> response = client.renew(token, "X-Forwarded-For", forwardedFor);
        assertThat(response.statusCode()).isEqualTo(status);
        if (status == 403) {
            assertThat(body(response)).containsEntry("error", "ForbiddenError");
        }
    }

    @Test
    void believesTheLastOfSeveralHeaders() throws Exception {
        start(Map.of("SALLYPORT_FORWARDED_HOPS", "1"));
        String token = client.token(BOUND);
        String own = "X-Forwarded-For";
        assertThat(client.renew(token, own, "192.0.2.9", own, "203.0.113.7").statusCode())
                .isEqualTo(403);
        assertThat(client.renew(token, own, "203.0.113.7", own, "192.0.2.9").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest(name = "{0}: 192.0.2.9")
    @ValueSource(strings = {"X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Other"})
    void refusesARestrictedTokenFromAnUnknownAddress(String header) throws Exception {
        start(Map.of("SALLYPORT_FORWARDED_HOPS", "1"));
        String value = header.equals("Forwarded") ? "for=192.0.2.9" : "192.0.2.9";
        HttpResponse<String> response = client.renew(client.token(BOUND), header, value);
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(body(response)).containsEntry("error", "ForbiddenError");
    }

    @Test
    void believesNoForwardedAddressWhereThereIsNoProxyOfOurs() throws Exception {
        String token = client.token(BOUND);
        assertThat(client.renew(token, "X-Forwarded-For", "192.0.2.9").statusCode())
                .isEqualTo(403);
        assertThat(client.renew(client.token(WORKLOAD)).statusCode()).isEqualTo(200);
    }

    @Test
    void bindsWhatItRenewsToTheAddressesToo() throws Exception {
        start(Map.of("SALLYPORT_FORWARDED_HOPS", "1"));
        String renewed = accessToken(client.renew(client.token(BOUND), "X-Forwarded-For", "192.0.2.9"));
        assertThat(claims(renewed).getStringListClaim("trusted_ips")).containsExactly("192.0.2.0/24", "2001:db8::/32");
        String bearer = client.token(RESOURCE);
        assertThat(client.introspect(bearer, renewed).body()).isEqualTo("{\"active\":false}");
        String form = "token=" + URLEncoder.encode(renewed, UTF_8) + "&client_ip=";
        String[] header = {"Authorization", "Bearer " + bearer};
        assertThat(body(client.post(SessionClient.INTROSPECT, FORM, form + "192.0.2.77", header)))
                .containsEntry("active", true);
        assertThat(client.post(SessionClient.INTROSPECT, FORM, form + "198.51.100.1", header)
                        .body())
                .isEqualTo("{\"active\":false}");
    }

    private static String form(String token) {
        return "accessToken=" + URLEncoder.encode(token, UTF_8);
    }

    @Test
    void answersNoErrorWithATokenInIt() throws Exception {
        String token = client.token(WORKLOAD);
        client.revoke(token);
        String body = Json.writeString(body(client.renew(token)));
        assertThat(body).doesNotContain(token.substring(token.lastIndexOf('.')));
    }
}
