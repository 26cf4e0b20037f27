package io.sallyport.oauth;

import static io.sallyport.oauth.OAuthFixture.AUDIENCE;
import static io.sallyport.oauth.OAuthFixture.CLIENT;
import static io.sallyport.oauth.OAuthFixture.RESOURCE;
import static io.sallyport.oauth.OAuthFixture.SECRET;
import static io.sallyport.oauth.OAuthFixture.accessToken;
import static io.sallyport.oauth.OAuthFixture.basic;
import static io.sallyport.oauth.OAuthFixture.error;
import static io.sallyport.oauth.OAuthFixture.form;
import static io.sallyport.oauth.TokenEndpoint.CLIENT_CREDENTIALS;
import static io.sallyport.oauth.TokenEndpoint.JWT_BEARER;
import static io.sallyport.oauth.TokenEndpoint.TOKEN_EXCHANGE;
import static io.sallyport.session.SessionFixture.ISSUER;
import static io.sallyport.session.SessionFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every grant with every obstacle: the answer, and the reason in the audit log. */
final class GrantMatrixTest {
    private static final String BILLING = "billing-api";
    private static final IdentityId BILLING_SERVER = new IdentityId("billing");
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    /** How a client requests a token. */
    enum Way {
        SECRET,
        OWN_KEY,
        ASSERTION,
        JWT_BEARER,
        OWN_LOGIN,
        BY_RESOURCE,
        PLATFORM_TOKEN;

        /** The requested audience and scope. */
        String target() {
            return this == BY_RESOURCE ? BILLING : AUDIENCE;
        }
    }

    /** What prevents the grant. */
    enum Obstacle {
        DISABLED,
        METHOD_REMOVED,
        REVOKED,
        MARKED_REVOKED,
        NO_GRANT,
        WRONG_SCOPE,
        WRONG_AUDIENCE,
        OWNER_DISABLED
    }

    private final OAuthFixture world = new OAuthFixture();
    private final Map<String, Object> client = OAuthFixture.client();
    private Map<String, String> form = form();
    private String authorization = "";

    GrantMatrixTest() {
        client.put("grants", List.of(grant(AUDIENCE), grant(BILLING)));
        world.save(CLIENT, client);
        saveServer(RESOURCE, AUDIENCE, false);
        saveServer(BILLING_SERVER, BILLING, false);
    }

    private static Map<String, Object> grant(String audience) {
        return Map.of("audience", audience, "scopes", List.of("read", "write"));
    }

    private void saveServer(IdentityId id, String audience, boolean disabled) {
        world.save(
                id,
                Map.of(
                        "disabled",
                        disabled,
                        "audiences",
                        List.of(Map.of("name", audience, "scopes", List.of("read", "write", "admin"))),
                        "grants",
                        audience.equals(AUDIENCE) ? List.of(grant(BILLING)) : List.of(),
                        "clientSecretAuth",
                        OAuthFixture.secrets("s")));
    }

    @ParameterizedTest
    @EnumSource
    void givesATokenWhereNothingStandsInTheWay(Way way) throws Exception {
        ask(way, false);
        Response response = send();
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(OAuthFixture.claims(response).getSubject()).isEqualTo(CLIENT.value());
        assertThat(OAuthFixture.claims(response).getAudience()).containsExactly(way.target());
        assertThat(OAuthFixture.claims(response).getStringClaim("scope")).isEqualTo("read");
        assertThat(world.lastAudit().isGranted()).isTrue();
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource(delimiter = '|', textBlock = """
            SECRET         | DISABLED       | 401 invalid_client      | IDENTITY_DISABLED
            OWN_KEY        | DISABLED       | 401 invalid_client      | IDENTITY_DISABLED
            ASSERTION      | DISABLED       | 401 invalid_client      | IDENTITY_DISABLED
            JWT_BEARER     | DISABLED       | 400 invalid_grant       | IDENTITY_DISABLED
            OWN_LOGIN      | DISABLED       | 400 invalid_request     | IDENTITY_DISABLED
            BY_RESOURCE    | DISABLED       | 400 invalid_request     | IDENTITY_DISABLED
            PLATFORM_TOKEN | DISABLED       | 400 invalid_request     | IDENTITY_DISABLED
            SECRET         | METHOD_REMOVED | 401 invalid_client      | NO_AUTH_METHOD
            OWN_KEY        | METHOD_REMOVED | 401 invalid_client      | NO_AUTH_METHOD
            ASSERTION      | METHOD_REMOVED | 401 invalid_client      | NO_AUTH_METHOD
            JWT_BEARER     | METHOD_REMOVED | 400 invalid_grant       | NO_AUTH_METHOD
            OWN_LOGIN      | METHOD_REMOVED | 400 invalid_request     | NO_AUTH_METHOD
            BY_RESOURCE    | METHOD_REMOVED | 400 invalid_request     | NO_AUTH_METHOD
            PLATFORM_TOKEN | METHOD_REMOVED | 400 invalid_request     | NO_AUTH_METHOD
            OWN_LOGIN      | REVOKED        | 400 invalid_request     | SESSION_REVOKED
            BY_RESOURCE    | REVOKED        | 400 invalid_request     | SESSION_REVOKED
            OWN_LOGIN      | MARKED_REVOKED | 400 invalid_request     | SESSION_REVOKED
            BY_RESOURCE    | MARKED_REVOKED | 400 invalid_request     | SESSION_REVOKED
            SECRET         | NO_GRANT       | 400 invalid_target      | GRANT_MISSING
            OWN_KEY        | NO_GRANT       | 400 invalid_target      | GRANT_MISSING
            ASSERTION      | NO_GRANT       | 400 invalid_target      | GRANT_MISSING
            JWT_BEARER     | NO_GRANT       | 400 invalid_target      | GRANT_MISSING
            OWN_LOGIN      | NO_GRANT       | 400 invalid_target      | GRANT_MISSING
            BY_RESOURCE    | NO_GRANT       | 400 invalid_target      | GRANT_MISSING
            PLATFORM_TOKEN | NO_GRANT       | 400 invalid_target      | GRANT_MISSING
            SECRET         | WRONG_SCOPE    | 400 invalid_scope       | SCOPE_NOT_GRANTED
            OWN_KEY        | WRONG_SCOPE    | 400 invalid_scope       | SCOPE_NOT_GRANTED
            ASSERTION      | WRONG_SCOPE    | 400 invalid_scope       | SCOPE_NOT_GRANTED
            JWT_BEARER     | WRONG_SCOPE    | 400 invalid_scope       | SCOPE_NOT_GRANTED
            OWN_LOGIN      | WRONG_SCOPE    | 400 invalid_scope       | SCOPE_NOT_GRANTED
            BY_RESOURCE    | WRONG_SCOPE    | 400 invalid_scope       | SCOPE_NOT_GRANTED
            PLATFORM_TOKEN | WRONG_SCOPE    | 400 invalid_scope       | SCOPE_NOT_GRANTED
            SECRET         | WRONG_AUDIENCE | 400 invalid_target      | GRANT_MISSING
            OWN_KEY        | WRONG_AUDIENCE | 401 invalid_client      | WRONG_AUDIENCE
            ASSERTION      | WRONG_AUDIENCE | 401 invalid_client      | WRONG_AUDIENCE
            JWT_BEARER     | WRONG_AUDIENCE | 400 invalid_grant       | WRONG_AUDIENCE
            OWN_LOGIN      | WRONG_AUDIENCE | 400 unauthorized_client | EXCHANGE_NOT_ALLOWED
            BY_RESOURCE    | WRONG_AUDIENCE | 400 invalid_request     | CLIENT_MISMATCH
            PLATFORM_TOKEN | WRONG_AUDIENCE | 400 invalid_request     | WRONG_AUDIENCE
            SECRET         | OWNER_DISABLED | 400 invalid_target      | AUDIENCE_DISABLED
            OWN_KEY        | OWNER_DISABLED | 400 invalid_target      | AUDIENCE_DISABLED
            ASSERTION      | OWNER_DISABLED | 400 invalid_target      | AUDIENCE_DISABLED
            JWT_BEARER     | OWNER_DISABLED | 400 invalid_target      | AUDIENCE_DISABLED
            OWN_LOGIN      | OWNER_DISABLED | 400 invalid_target      | AUDIENCE_DISABLED
            BY_RESOURCE    | OWNER_DISABLED | 400 invalid_target      | AUDIENCE_DISABLED
            PLATFORM_TOKEN | OWNER_DISABLED | 400 invalid_target      | AUDIENCE_DISABLED
            """)
    void refuses(Way way, Obstacle obstacle, String expected, Reason reason) {
        ask(way, obstacle == Obstacle.WRONG_AUDIENCE);
        put(obstacle, way);
        int before = world.sessions.stores.writes();
        Response response = send();
        assertThat(error(response)).isEqualTo(expected);
        assertThat(world.lastAudit().reason()).contains(reason);
        assertThat(world.lastAudit().isGranted()).isFalse();
        assertThat(body(response)).containsOnlyKeys("error", "error_description", "reqId");
        assertThat(response.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(world.sessions.stores.writes()).as("nothing was stored").isEqualTo(before);
    }

    /** Nor can an actor use what only the owner may have. */
    @Test
    void refusesAnExchangeForWhichTheResourceHasNoGrant() {
        ask(Way.BY_RESOURCE, false);
        world.save(RESOURCE, Map.of("audiences", List.of(AUDIENCE), "clientSecretAuth", OAuthFixture.secrets("s")));
        assertThat(error(send())).isEqualTo("400 invalid_target");
        assertThat(world.lastAudit().reason()).contains(Reason.GRANT_MISSING);
    }

    @Test
    void refusesAnExchangeByAResourceThatIsDisabled() {
        ask(Way.BY_RESOURCE, false);
        saveServer(RESOURCE, AUDIENCE, true);
        assertThat(error(send())).isEqualTo("401 invalid_client");
        assertThat(world.lastAudit().reason()).contains(Reason.IDENTITY_DISABLED);
    }

    private void ask(Way way, boolean forWrongAudience) {
        String token = loginFor(forWrongAudience == (way == Way.BY_RESOURCE) ? ISSUER : AUDIENCE);
        String aud = forWrongAudience ? ISSUER + "/" : ISSUER;
        String own = OAuthFixture.sign(
                OAuthFixture.CLIENTS_KEY, world.clientsClaims().audience(aud).build());
        String trusted = OAuthFixture.sign(
                OAuthFixture.ISSUERS_KEY, world.issuersClaims().audience(aud).build());
        form = switch (way) {
            case SECRET, OWN_KEY, ASSERTION -> form("grant_type", CLIENT_CREDENTIALS);
            case JWT_BEARER -> form("grant_type", JWT_BEARER, "assertion", trusted, "client_id", CLIENT.value());
            case OWN_LOGIN, BY_RESOURCE -> exchange(token);
            case PLATFORM_TOKEN -> exchange(trusted);
        };
        switch (way) {
            case SECRET -> authorization = basic(CLIENT.value(), SECRET.text());
            case BY_RESOURCE -> authorization = basic(RESOURCE.value(), SECRET.text());
            case PLATFORM_TOKEN -> form.put("client_id", CLIENT.value());
            case OWN_KEY, ASSERTION -> {
                form.put("client_assertion", way == Way.OWN_KEY ? own : trusted);
                form.put("client_assertion_type", ClientAuthenticator.ASSERTION_TYPE);
                form.put("client_id", CLIENT.value());
            }
            default -> {}
        }
        form.put("audience", way.target());
        form.put("scope", "read");
        if (forWrongAudience && way == Way.SECRET) {
            form.put("audience", "Orders-API");
        }
        if (forWrongAudience && way == Way.OWN_LOGIN) {
            form.put("audience", BILLING);
        }
    }

    private String loginFor(String audience) {
        Map<String, String> login = form("grant_type", CLIENT_CREDENTIALS, "audience", audience);
        return accessToken(world.send(world.token, login, basic(CLIENT.value(), SECRET.text())));
    }

    private static Map<String, String> exchange(String token) {
        return form("grant_type", TOKEN_EXCHANGE, "subject_token", token, "subject_token_type", ACCESS_TOKEN);
    }

    private void put(Obstacle obstacle, Way way) {
        Map<String, Object> changed = new HashMap<>(client);
        switch (obstacle) {
            case DISABLED -> changed.put("disabled", true);
            case METHOD_REMOVED ->
                changed.remove(
                        switch (way) {
                            case SECRET, OWN_LOGIN, BY_RESOURCE -> "clientSecretAuth";
                            case OWN_KEY -> "clientKeyAuth";
                            case ASSERTION, JWT_BEARER, PLATFORM_TOKEN -> "jwtBearerAuth";
                        });
            case REVOKED ->
                world.send(
                        world.revoke, form("token", form.get("subject_token")), basic(CLIENT.value(), SECRET.text()));
            case MARKED_REVOKED ->
                changed.put("notBefore", world.sessions.clock.instant().getEpochSecond());
            case NO_GRANT -> changed.put("grants", List.of("ledger-api"));
            case WRONG_SCOPE -> form.put("scope", "read admin");
            case WRONG_AUDIENCE -> {}
            case OWNER_DISABLED -> saveServer(way == Way.BY_RESOURCE ? BILLING_SERVER : RESOURCE, way.target(), true);
        }
        world.save(CLIENT, changed);
    }

    private Response send() {
        return authorization.isEmpty() ? world.send(world.token, form) : world.send(world.token, form, authorization);
    }
}
