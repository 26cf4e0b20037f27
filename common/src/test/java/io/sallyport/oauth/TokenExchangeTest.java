package io.sallyport.oauth;

import static io.sallyport.oauth.OAuthFixture.AUDIENCE;
import static io.sallyport.oauth.OAuthFixture.CLIENT;
import static io.sallyport.oauth.OAuthFixture.RESOURCE;
import static io.sallyport.oauth.OAuthFixture.SECRET;
import static io.sallyport.oauth.OAuthFixture.accessToken;
import static io.sallyport.oauth.OAuthFixture.basic;
import static io.sallyport.oauth.OAuthFixture.claims;
import static io.sallyport.oauth.OAuthFixture.error;
import static io.sallyport.oauth.OAuthFixture.form;
import static io.sallyport.oauth.TokenEndpoint.CLIENT_CREDENTIALS;
import static io.sallyport.oauth.TokenEndpoint.TOKEN_EXCHANGE;
import static io.sallyport.session.SessionFixture.ISSUER;
import static io.sallyport.session.SessionFixture.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TokenExchangeTest {
    private static final String BILLING = "billing-api";
    private static final IdentityId STRANGER = new IdentityId("stranger");
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";
    private static final String AS_RESOURCE = basic(RESOURCE.value(), SECRET.text());

    private final OAuthFixture world = new OAuthFixture();

    @BeforeEach
    void grantBillingToBoth() {
        List<Object> grants =
                List.of(Map.of("audience", AUDIENCE, "scopes", List.of("read", "write")), grant("pay refund"));
        world.change(fields -> {
            fields.put("grants", grants);
            return fields;
        });
        saveResource(List.of(grant("pay audit")));
        world.save(
                new IdentityId("billing"),
                new HashMap<>(Map.of("audiences", List.of(Map.of("name", BILLING, "scopes", "pay, refund, audit")))));
        world.save(STRANGER, new HashMap<>(Map.of("clientSecretAuth", OAuthFixture.secrets("s"), "grants", grants)));
    }

    private static Map<String, Object> grant(String scopes) {
        return Map.of("audience", BILLING, "scopes", List.of(scopes.split(" ")), "defaultScopes", List.of("pay"));
    }

    private void saveResource(List<Object> grants) {
        world.save(
                RESOURCE,
                new HashMap<>(Map.of(
                        "audiences",
                        List.of(Map.of("name", AUDIENCE, "scopes", List.of("read", "write"))),
                        "grants",
                        grants,
                        "clientSecretAuth",
                        OAuthFixture.secrets("resource"))));
    }

    /** The claim {@code act} of a resource that exchanged a token for its audience now. */
    @SafeVarargs
    private Map<String, Object> actor(IdentityId id, String audience, Map.Entry<String, Object>... more) {
        Map<String, Object> act = new HashMap<>(Map.of(
                "sub",
                id.value(),
                "resource",
                audience,
                "auth_method",
                "client-secret",
                "auth_time_ms",
                world.sessions.clock.instant().toEpochMilli()));
        for (Map.Entry<String, Object> entry : more) {
            act.put(entry.getKey(), entry.getValue());
        }
        return act;
    }

    private String tokenFor(String audience, String scope) {
        Map<String, String> form = form("grant_type", CLIENT_CREDENTIALS, "audience", audience);
        if (!scope.isEmpty()) {
            form.put("scope", scope);
        }
        return accessToken(world.send(world.token, form, basic(CLIENT.value(), SECRET.text())));
    }

    private static Map<String, String> exchange(String token, String audience, String... more) {
        Map<String, String> form = form(
                "grant_type", TOKEN_EXCHANGE,
                "subject_token", token,
                "subject_token_type", TYPE + "access_token",
                "audience", audience);
        form.putAll(form(more));
        return form;
    }

    @Test
    void turnsALoginIntoATokenForWhatItsOwnerHasAGrantFor() throws Exception {
        String login = tokenFor(ISSUER, "");
        Response response = world.send(world.token, exchange(login, AUDIENCE, "scope", "write"));
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(body(response))
                .containsEntry("issued_token_type", TYPE + "access_token")
                .containsEntry("token_type", "Bearer")
                .containsEntry("scope", "write");
        assertThat(claims(response).getAudience()).containsExactly(AUDIENCE);
        assertThat(claims(response).getClaims()).doesNotContainKey("act");
        assertThat(error(world.send(world.token, exchange(login, "others-api"))))
                .isEqualTo("400 invalid_target");
    }

    @Test
    void staysInTheSession() throws Exception {
        String login = tokenFor(ISSUER, "");
        Response response = world.send(world.token, exchange(login, AUDIENCE));
        assertThat(claims(response).getStringClaim("sid"))
                .isEqualTo(com.nimbusds.jwt.SignedJWT.parse(login)
                        .getJWTClaimsSet()
                        .getStringClaim("sid"));
        world.sessions.revoke(login);
        assertThat(error(world.send(world.token, exchange(login, AUDIENCE)))).isEqualTo("400 invalid_request");
        assertThat(world.lastAudit().reason()).contains(Reason.SESSION_REVOKED);
    }

    @Test
    void takesAPlatformsTokenAsWell() {
        Map<String, String> form = exchange(world.assertion(), AUDIENCE, "requested_token_type", TYPE + "jwt");
        form.put("subject_token_type", TYPE + "id_token");
        Response response = world.send(world.token, form);
        assertThat(body(response)).containsEntry("issued_token_type", TYPE + "jwt");
        assertThat(claims(response).getSubject()).isEqualTo(CLIENT.value());
    }

    @Test
    void narrowsATokenForItsHolder() throws Exception {
        String wide = tokenFor(AUDIENCE, "read write");
        Response narrow = world.send(world.token, exchange(wide, AUDIENCE, "scope", "read"));
        assertThat(claims(narrow).getStringClaim("scope")).isEqualTo("read");
        Response asIs = world.send(world.token, exchange(accessToken(narrow), AUDIENCE));
        assertThat(claims(asIs).getStringClaim("scope")).isEqualTo("read");
        assertThat(error(world.send(world.token, exchange(accessToken(narrow), AUDIENCE, "scope", "read write"))))
                .isEqualTo("400 invalid_scope");
    }

    @Test
    void givesTheHolderOfATokenNoMoreTimeThanItHas() {
        String token = tokenFor(AUDIENCE, "read");
        world.sessions.clock.advance(Duration.ofMinutes(50));
        assertThat(body(world.send(world.token, exchange(token, AUDIENCE)))).containsEntry("expires_in", 600L);
        assertThat(body(world.send(world.token, exchange(token, BILLING), AS_RESOURCE)))
                .containsEntry("expires_in", 600L);
    }

    /** A resource holds its clients' tokens: it must not be able to act as any of them. */
    @Test
    void passesATokenOnForTheResourceThatItIsForAlone() {
        String token = tokenFor(AUDIENCE, "read");
        assertThat(error(world.send(world.token, exchange(token, BILLING)))).isEqualTo("400 unauthorized_client");
        assertThat(world.lastAudit().reason()).contains(Reason.EXCHANGE_NOT_ALLOWED);
        assertThat(error(world.send(world.token, exchange(token, BILLING), basic(STRANGER.value(), SECRET.text()))))
                .isEqualTo("400 unauthorized_client");
        assertThat(error(world.send(world.token, exchange(token, ISSUER), AS_RESOURCE)))
                .isEqualTo("400 invalid_target");
    }

    @Test
    void namesWhoActsForTheOwnerAndGivesWhatBothMayHave() throws Exception {
        String token = tokenFor(AUDIENCE, "read");
        Response response = world.send(world.token, exchange(token, BILLING, "scope", "pay"), AS_RESOURCE);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(claims(response).getSubject()).isEqualTo(CLIENT.value());
        assertThat(claims(response).getJSONObjectClaim("act")).isEqualTo(actor(RESOURCE, AUDIENCE));
        for (String scope : List.of("refund", "audit", "pay refund")) {
            assertThat(error(world.send(world.token, exchange(token, BILLING, "scope", scope), AS_RESOURCE)))
                    .isEqualTo("400 invalid_scope");
        }
        saveResource(List.of());
        assertThat(error(world.send(world.token, exchange(token, BILLING), AS_RESOURCE)))
                .isEqualTo("400 invalid_target");
    }

    @Test
    void keepsTheActorsOfATokenThatIsPassedOn() throws Exception {
        world.save(
                new IdentityId("billing"),
                new HashMap<>(Map.of(
                        "audiences",
                        List.of(Map.of("name", BILLING, "scopes", "pay")),
                        "grants",
                        List.of("ledger"),
                        "clientSecretAuth",
                        OAuthFixture.secrets("b"))));
        world.change(fields -> {
            fields.put("grants", List.of(Map.of("audience", AUDIENCE), grant("pay"), "ledger"));
            return fields;
        });
        Response passedOn = world.send(world.token, exchange(tokenFor(AUDIENCE, ""), BILLING), AS_RESOURCE);
        Response onceMore =
                world.send(world.token, exchange(accessToken(passedOn), "ledger"), basic("billing", SECRET.text()));
        assertThat(onceMore.status()).as(onceMore.body()).isEqualTo(200);
        assertThat(claims(onceMore).getJSONObjectClaim("act"))
                .isEqualTo(actor(new IdentityId("billing"), BILLING, Map.entry("act", actor(RESOURCE, AUDIENCE))));
        Response narrowed = world.send(world.token, exchange(accessToken(passedOn), BILLING));
        assertThat(claims(narrowed).getJSONObjectClaim("act")).isEqualTo(actor(RESOURCE, AUDIENCE));
    }

    @Test
    void knowsNoTokenWhoseActorIsDisabled() {
        String token = accessToken(world.send(world.token, exchange(tokenFor(AUDIENCE, ""), BILLING), AS_RESOURCE));
        world.save(RESOURCE, new HashMap<>(Map.of("disabled", true)));
        assertThat(error(world.send(world.token, exchange(token, BILLING)))).isEqualTo("400 invalid_request");
        assertThat(world.lastAudit().reason()).contains(Reason.IDENTITY_DISABLED);
    }

    /** An operator removes a stolen secret to shut out the thief. */
    @Test
    void refusesATokenWhoseCredentialWasRemoved() {
        Map<String, String> form = form("grant_type", CLIENT_CREDENTIALS);
        String bySecret = accessToken(world.send(world.token, form, basic(CLIENT.value(), SECRET.text())));
        form.put("client_assertion_type", ClientAuthenticator.ASSERTION_TYPE);
        form.put("client_assertion", world.clientAssertion());
        String byKey = accessToken(world.send(world.token, form));
        form.put("client_assertion", world.assertion());
        String byIssuer = accessToken(world.send(world.token, form));
        for (String token : List.of(bySecret, byKey, byIssuer)) {
            assertThat(world.send(world.token, exchange(token, AUDIENCE)).status())
                    .isEqualTo(200);
        }
        world.change(fields -> {
            fields.put("grants", List.of(AUDIENCE));
            fields.put("clientSecretAuth", OAuthFixture.secrets("second"));
            fields.put(
                    "clientKeyAuth",
                    Map.of(
                            "algorithm",
                            "ES256",
                            "jwks",
                            new com.nimbusds.jose.jwk.JWKSet(OAuthFixture.key().toPublicJWK()).toString()));
            Map<String, Object> issuer = OAuthFixture.trustedIssuer();
            issuer.put("issuer", "https://ci.example.org");
            fields.put("jwtBearerAuth", Map.of("trustedIssuers", List.of(issuer)));
            return fields;
        });
        for (String token : List.of(bySecret, byKey, byIssuer)) {
            assertThat(error(world.send(world.token, exchange(token, AUDIENCE))))
                    .isEqualTo("400 invalid_request");
            assertThat(world.lastAudit().reason()).contains(Reason.NO_AUTH_METHOD);
        }
    }

    @Test
    void takesNoLoginOfAnother() {
        String login = tokenFor(ISSUER, "");
        assertThat(error(world.send(world.token, exchange(login, BILLING), AS_RESOURCE)))
                .isEqualTo("400 invalid_request");
        assertThat(world.lastAudit().reason()).contains(Reason.CLIENT_MISMATCH);
    }

    @Test
    void asksForTheAddressesThatTheSessionIsBoundTo() {
        world.change(fields -> {
            Map<String, Object> secrets = OAuthFixture.secrets("first");
            secrets.put("accessTokenTrustedIps", List.of("10.0.0.0/8"));
            fields.put("clientSecretAuth", secrets);
            return fields;
        });
        assertThat(error(world.send(world.token, exchange(tokenFor(ISSUER, ""), AUDIENCE))))
                .isEqualTo("400 invalid_request");
        assertThat(world.lastAudit().reason()).contains(Reason.CLIENT_ADDRESS_NOT_TRUSTED);
    }

    @Test
    void takesNoUseAndGivesNone() {
        world.change(fields -> {
            Map<String, Object> secrets = OAuthFixture.secrets("first");
            secrets.put("accessTokenNumUsesLimit", 1L);
            fields.put("clientSecretAuth", secrets);
            return fields;
        });
        String login = tokenFor(ISSUER, "");
        String first = accessToken(world.send(world.token, exchange(login, AUDIENCE)));
        String second = accessToken(world.send(world.token, exchange(login, AUDIENCE)));
        String bearer = accessToken(world.send(world.token, form("grant_type", CLIENT_CREDENTIALS), AS_RESOURCE));
        assertThat(body(world.introspect(bearer, first, "")))
                .containsEntry("active", true)
                .containsEntry("uses_left", 0L);
        assertThat(body(world.introspect(bearer, second, ""))).containsEntry("active", false);
        assertThat(error(world.send(world.token, exchange(login, AUDIENCE)))).isEqualTo("400 invalid_request");
        assertThat(world.lastAudit().reason()).contains(Reason.USES_EXHAUSTED);
    }

    /** A valid token with uses left is never refused as used up. */
    @Test
    void remembersTheUsesOfASessionUntilTheExchangedTokenExpires() {
        world.change(fields -> {
            Map<String, Object> secrets = OAuthFixture.secrets("first");
            secrets.put("accessTokenNumUsesLimit", 5L);
            secrets.put("accessTokenTTL", 5L);
            secrets.put("accessTokenMaxTTL", 0L);
            fields.put("clientSecretAuth", secrets);
            return fields;
        });
        String asOwner = basic(CLIENT.value(), SECRET.text());
        String token = tokenFor(ISSUER, "");
        for (long left = 4; left >= 0; left--) {
            world.sessions.clock.advance(Duration.ofSeconds(1));
            token = accessToken(world.send(world.token, exchange(token, AUDIENCE), asOwner));
            world.sessions.clock.advance(Duration.ofSeconds(3));
            assertThat(body(world.send(world.introspect, form("token", token), AS_RESOURCE)))
                    .containsEntry("active", true)
                    .containsEntry("uses_left", left);
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        String login = tokenFor(ISSUER, "");
        for (String[] more : new String[][] {
            {"subject_token_type", TYPE + "saml2"},
            {"requested_token_type", TYPE + "refresh_token"},
            {"actor_token", "x"}
        }) {
            assertThat(error(world.send(world.token, exchange(login, AUDIENCE, more))))
                    .isEqualTo("400 invalid_request");
        }
        assertThat(error(world.send(world.token, exchange("x.y.z", AUDIENCE)))).isEqualTo("400 invalid_request");
    }

    @Test
    void givesTheOwnerOfATokenWhatItMayHaveAnyway() throws Exception {
        String token = tokenFor(AUDIENCE, "read");
        world.sessions.clock.advance(Duration.ofMinutes(50));
        String asOwner = basic(CLIENT.value(), SECRET.text());
        Response response = world.send(world.token, exchange(token, BILLING, "scope", "refund"), asOwner);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(body(response)).containsEntry("expires_in", 3600L);
        assertThat(claims(response).getClaims()).doesNotContainKey("act");
        Response wider = world.send(world.token, exchange(token, AUDIENCE, "scope", "write"), asOwner);
        assertThat(claims(wider).getStringClaim("scope")).isEqualTo("write");
        String login = tokenFor(ISSUER, "");
        assertThat(world.send(world.token, exchange(login, BILLING), asOwner).status())
                .isEqualTo(200);
    }

    /** The shorter lifetime and the plainer type of the two grants. */
    @Test
    void givesAnActorNoMoreThanItsOwnGrantSays() throws Exception {
        String token = tokenFor(AUDIENCE, "read");
        saveResource(List.of(Map.of("audience", BILLING, "accessTokenTTL", 60L, "tokenType", "JWT")));
        world.change(fields -> {
            fields.put("grants", List.of(Map.of("audience", AUDIENCE, "scopes", "read"), BILLING));
            return fields;
        });
        Response response = world.send(world.token, exchange(token, BILLING), AS_RESOURCE);
        assertThat(body(response)).containsEntry("expires_in", 60L);
        assertThat(com.nimbusds.jwt.SignedJWT.parse(accessToken(response))
                        .getHeader()
                        .getType()
                        .getType())
                .isEqualTo("JWT");
        assertThat(world.lastAudit().facts())
                .containsEntry("identityId", CLIENT.value())
                .containsEntry("actorId", RESOURCE.value())
                .containsEntry("grantType", "token-exchange")
                .containsKeys("tokenId", "issuedTokenId");
    }
}
