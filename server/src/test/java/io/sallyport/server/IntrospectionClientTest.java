package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.TokenIntrospectionErrorResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.id.Subject;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import io.sallyport.IdentityId;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.TestClock;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A resource server that introspects tokens with a library that knows RFC 7662 and nothing about Sallyport. */
@Timeout(120)
class IntrospectionClientTest {
    private static final IdentityId WORKLOAD = new IdentityId("payments");
    private static final IdentityId LIMITED = new IdentityId("limited");
    private static final IdentityId BOUND = new IdentityId("bound");
    private static final IdentityId RESOURCE = new IdentityId("orders-api");
    private static final IdentityId OTHER_RESOURCE = new IdentityId("billing-api");

    private final TestClock clock = new TestClock();

    @AutoClose
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);

    @TempDir
    private Path data;

    @AutoClose
    private LocalServer server;

    private SessionClient client;
    private String bearer;

    @BeforeEach
    void start() throws Exception {
        server = SessionClient.serve(
                SessionClient.environment(Map.of(), clock),
                data,
                google,
                List.of(
                        SessionClient.identity(WORKLOAD, Map.of("accessTokenTTL", 600), Map.of()),
                        SessionClient.identity(LIMITED, Map.of("accessTokenNumUsesLimit", 3), Map.of()),
                        SessionClient.identity(
                                BOUND, Map.of("accessTokenTrustedIps", List.of("192.0.2.0/24")), Map.of()),
                        SessionClient.identity(RESOURCE, Map.of(), Map.of("audiences", List.of(SessionClient.ISSUER))),
                        SessionClient.identity(OTHER_RESOURCE, Map.of(), Map.of("audiences", List.of("billing-api")))));
        client = new SessionClient(server.port(), google);
        bearer = client.token(RESOURCE);
    }

    @Test
    void learnsWhatTheTokenSays() throws Exception {
        String token = client.token(WORKLOAD);
        TokenIntrospectionSuccessResponse told = ask(token, Map.of());
        JWTClaimsSet claims = SessionClient.claims(token);
        assertThat(told.isActive()).isTrue();
        assertThat(told.getTokenType()).isEqualTo(AccessTokenType.BEARER);
        assertThat(told.getSubject()).isEqualTo(new Subject(WORKLOAD.value()));
        assertThat(told.getClientID()).isEqualTo(new ClientID(WORKLOAD.value()));
        assertThat(told.getIssuer()).isEqualTo(new Issuer(SessionClient.ISSUER));
        assertThat(told.getAudience()).containsExactly(new Audience(SessionClient.ISSUER));
        assertThat(told.getJWTID()).isEqualTo(new JWTID(claims.getJWTID()));
        assertThat(told.getIssueTime()).isEqualTo(claims.getIssueTime());
        assertThat(told.getNotBeforeTime()).isEqualTo(claims.getNotBeforeTime());
        assertThat(told.getExpirationTime())
                .isEqualTo(claims.getExpirationTime())
                .isEqualTo(TestClock.START.plusSeconds(600));
        assertThat(told.getAuthenticationTime()).isEqualTo(TestClock.START);
        assertThat(told.getStringParameter("auth_method")).isEqualTo("gcp-id-token");
        assertThat(told.getNumberParameter("uses_left")).isNull();
    }

    @Test
    void learnsHowManyUsesAreLeft() throws Exception {
        String token = client.token(LIMITED);
        for (long left = 2; left >= 0; left--) {
            TokenIntrospectionSuccessResponse told = ask(token, Map.of());
            assertThat(told.isActive()).isTrue();
            assertThat(told.getNumberParameter("uses_left")).isEqualTo(left);
            assertThat(told.getNumberParameter("max_uses")).isEqualTo(3L);
        }
        assertInactive(ask(token, Map.of()));
    }

    @Test
    void learnsNothingButThatATokenIsNotActive() throws Exception {
        String expired = client.token(WORKLOAD);
        clock.advance(Duration.ofSeconds(600));
        String revoked = client.token(WORKLOAD);
        client.revoke(revoked);
        String forged = client.token(WORKLOAD) + "A";
        for (String token : List.of(expired, revoked, forged, "no-token-of-ours")) {
            assertInactive(ask(token, Map.of()));
        }
        String forOthers = client.token(WORKLOAD);
        bearer = client.token(OTHER_RESOURCE);
        assertInactive(ask(forOthers, Map.of()));
    }

    private static void assertInactive(TokenIntrospectionSuccessResponse told) {
        assertThat(told.isActive()).isFalse();
        assertThat(told.toJSONObject()).isEqualTo(Map.of("active", false));
    }

    @Test
    void passesOnWhereTheTokenCameFrom() throws Exception {
        String token = client.token(BOUND);
        assertThat(ask(token, Map.of("client_ip", List.of("192.0.2.1"))).isActive())
                .isTrue();
        assertInactive(ask(token, Map.of("client_ip", List.of("198.51.100.1"))));
        assertInactive(ask(token, Map.of()));
    }

    @Test
    void maySayWhatKindOfTokenItAsksAbout() throws Exception {
        Map<String, List<String>> hint = Map.of("token_type_hint", List.of("refresh_token"));
        assertThat(ask(client.token(WORKLOAD), hint).isActive()).isTrue();
    }

    @Test
    void isRefusedWithoutItsOwnToken() throws Exception {
        String token = client.token(LIMITED);
        String revoked = client.token(RESOURCE);
        client.revoke(revoked);
        BearerAccessToken shown = new BearerAccessToken(token);
        for (TokenIntrospectionRequest request : List.of(
                new TokenIntrospectionRequest(endpoint(), new BearerAccessToken(revoked), shown),
                new TokenIntrospectionRequest(endpoint(), new BearerAccessToken("made-up"), shown))) {
            assertRefused(request, "Bearer", BearerTokenError.INVALID_TOKEN.getCode());
        }
        for (TokenIntrospectionRequest request : List.of(
                new TokenIntrospectionRequest(endpoint(), shown),
                new TokenIntrospectionRequest(
                        endpoint(),
                        new ClientSecretBasic(new ClientID(RESOURCE.value()), new Secret("guessed")),
                        shown))) {
            assertRefused(request, "Basic", OAuth2Error.INVALID_CLIENT.getCode());
        }
        assertThat(ask(token, Map.of()).getNumberParameter("uses_left")).isEqualTo(2L);
    }

    @Test
    void countsTheUsesOfItsOwnToken() throws Exception {
        bearer = client.token(LIMITED);
        String token = client.token(WORKLOAD);
        for (int use = 0; use < 3; use++) {
            // It owns no audience, and learns so only once it has authenticated.
            assertInactive(ask(token, Map.of()));
        }
        HTTPResponse answer = request(token, Map.of()).toHTTPRequest().send();
        assertThat(answer.getStatusCode()).isEqualTo(401);
    }

    private URI endpoint() {
        return client.uri(SessionClient.INTROSPECT);
    }

    private TokenIntrospectionRequest request(String token, Map<String, List<String>> more) {
        return new TokenIntrospectionRequest(
                endpoint(), new BearerAccessToken(bearer), new BearerAccessToken(token), more);
    }

    private TokenIntrospectionSuccessResponse ask(String token, Map<String, List<String>> more) throws Exception {
        HTTPResponse answer = request(token, more).toHTTPRequest().send();
        assertThat(answer.getStatusCode()).as(answer.getBody()).isEqualTo(200);
        assertThat(answer.getCacheControl()).isEqualTo("no-store");
        return TokenIntrospectionResponse.parse(answer).toSuccessResponse();
    }

    private static void assertRefused(TokenIntrospectionRequest request, String scheme, String code) throws Exception {
        HTTPResponse answer = request.toHTTPRequest().send();
        assertThat(answer.getStatusCode()).isEqualTo(401);
        assertThat(answer.getWWWAuthenticate()).startsWith(scheme);
        TokenIntrospectionErrorResponse refused =
                TokenIntrospectionResponse.parse(answer).toErrorResponse();
        assertThat(refused.getErrorObject().getCode()).isEqualTo(code);
    }
}
