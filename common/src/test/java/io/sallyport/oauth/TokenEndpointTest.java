package io.sallyport.oauth;

import static io.sallyport.oauth.OAuthFixture.ALIAS;
import static io.sallyport.oauth.OAuthFixture.AUDIENCE;
import static io.sallyport.oauth.OAuthFixture.CLIENT;
import static io.sallyport.oauth.OAuthFixture.RESOURCE;
import static io.sallyport.oauth.OAuthFixture.SECRET;
import static io.sallyport.oauth.OAuthFixture.basic;
import static io.sallyport.oauth.OAuthFixture.claims;
import static io.sallyport.oauth.OAuthFixture.client;
import static io.sallyport.oauth.OAuthFixture.error;
import static io.sallyport.oauth.OAuthFixture.form;
import static io.sallyport.oauth.TokenEndpoint.CLIENT_CREDENTIALS;
import static io.sallyport.oauth.TokenEndpoint.JWT_BEARER;
import static io.sallyport.session.SessionFixture.ISSUER;
import static io.sallyport.session.SessionFixture.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.session.SessionFixture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenEndpointTest {
    private static final Map<String, Object> FACTS = Map.of(
            "secret_id",
            "first",
            "secret_thumbprint",
            ClientSecret.of("first", SECRET, Instant.EPOCH).credential().thumbprint());

    private final OAuthFixture world = new OAuthFixture();

    @Test
    void givesAClientATokenForTheAudienceThatItHasAGrantFor() throws Exception {
        Response response =
                world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE, "scope", "write read");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(body(response))
                .containsEntry("token_type", "Bearer")
                .containsEntry("expires_in", 3600L)
                .containsEntry("scope", "write read")
                .doesNotContainKey("issued_token_type");
        SignedJWT jwt = SignedJWT.parse(OAuthFixture.accessToken(response));
        assertThat(jwt.getHeader().getType()).isEqualTo(new JOSEObjectType("at+jwt"));
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getClaim("aud")).isEqualTo(List.of(AUDIENCE));
        assertThat(claims.getSubject()).isEqualTo(CLIENT.value());
        assertThat(claims.getStringClaim("client_id")).isEqualTo(CLIENT.value());
        assertThat(claims.getStringClaim("scope")).isEqualTo("write read");
        assertThat(claims.getStringClaim("auth_method")).isEqualTo("client-secret");
        assertThat(claims.getJSONObjectClaim("attestation")).isEqualTo(FACTS);
    }

    /** docs/clients.md: for our own API, however the session began; for another audience, never. */
    @ParameterizedTest
    @ValueSource(strings = {"secret", "own key", "assertion", "jwt-bearer", "token exchange"})
    void givesATokenThatCanBeRenewedIfItIsForOurOwnApi(String way) throws Exception {
        String login = OAuthFixture.accessToken(ask(way, form()));
        world.sessions.clock.advance(Duration.ofSeconds(60));
        Response renewed = world.sessions.renew(login);
        assertThat(renewed.status()).as(renewed.body()).isEqualTo(200);
        JWTClaimsSet claims =
                SignedJWT.parse(SessionFixture.accessToken(renewed)).getJWTClaimsSet();
        assertThat(claims.getStringClaim("sid"))
                .isEqualTo(SignedJWT.parse(login).getJWTClaimsSet().getStringClaim("sid"));
        assertThat(claims.getIssueTime()).isEqualTo(Date.from(world.sessions.clock.instant()));
        String elsewhere = OAuthFixture.accessToken(ask(way, form("audience", AUDIENCE)));
        assertThat(world.sessions.renew(elsewhere).status()).isEqualTo(403);
        assertThat(world.lastAudit().reason()).contains(Reason.ACCESS_TOKEN_INVALID);
    }

    private Response ask(String way, Map<String, String> more) {
        Map<String, String> form = form("grant_type", CLIENT_CREDENTIALS);
        form.putAll(more);
        switch (way) {
            case "secret" -> {
                return world.send(world.token, form, basic(CLIENT.value(), SECRET.text()));
            }
            case "jwt-bearer" -> form.putAll(form("grant_type", JWT_BEARER, "assertion", world.assertion()));
            case "token exchange" ->
                form.putAll(form(
                        "grant_type",
                        TokenEndpoint.TOKEN_EXCHANGE,
                        "subject_token",
                        world.assertion(),
                        "subject_token_type",
                        "urn:ietf:params:oauth:token-type:jwt"));
            default ->
                form.putAll(form(
                        "client_assertion",
                        way.equals("own key") ? world.clientAssertion() : world.assertion(),
                        "client_assertion_type",
                        ClientAuthenticator.ASSERTION_TYPE));
        }
        return world.send(world.token, form);
    }

    /** An issuer's claims must not make tokens too long, which could then not be revoked. */
    @Test
    void givesNoTokenToAWorkloadWhoseFactsLeaveNoRoomForTheRest() {
        world.change(fields -> {
            Map<String, Object> issuer = OAuthFixture.trustedIssuer();
            issuer.put("claims", Map.of("workflow", "*", "environment", "*"));
            issuer.put("singleUse", true);
            fields.put("jwtBearerAuth", Map.of("trustedIssuers", List.of(issuer)));
            return fields;
        });
        int before = world.sessions.stores.writes();
        for (int length : new int[] {1000, 500}) {
            String assertion = OAuthFixture.sign(
                    OAuthFixture.ISSUERS_KEY,
                    world.issuersClaims()
                            .claim("workflow", "w".repeat(length))
                            .claim("environment", "e".repeat(length))
                            .build());
            Response response = world.send(world.token, form("grant_type", JWT_BEARER, "assertion", assertion));
            if (length == 500) {
                assertThat(response.status()).as(response.body()).isEqualTo(200);
                continue;
            }
            assertThat(error(response)).isEqualTo("400 invalid_grant");
            assertThat(world.lastAudit().reason()).contains(Reason.TOKEN_TOO_LONG);
            assertThat(world.sessions.stores.writes()).isEqualTo(before);
        }
    }

    static Stream<Arguments> knowsAClientBy() {
        return Stream.of(
                arguments("its secret in the header", "client-secret", Map.of(), basic(CLIENT.value(), SECRET.text())),
                arguments("its alias in the header", "client-secret", Map.of(), basic(ALIAS, SECRET.text())),
                arguments(
                        "its secret in the form",
                        "client-secret",
                        form("client_id", CLIENT.value(), "client_secret", SECRET.text()),
                        ""),
                arguments("its own key", "private-key-jwt", form("client_assertion", "OWN"), ""),
                arguments(
                        "its own key and its alias",
                        "private-key-jwt",
                        form("client_assertion", "OWN", "client_id", ALIAS),
                        ""),
                arguments("an issuer that it trusts", "jwt-bearer", form("client_assertion", "TRUSTED"), ""),
                arguments(
                        "an issuer that it trusts, by name",
                        "jwt-bearer",
                        form("client_assertion", "TRUSTED", "client_id", CLIENT.value()),
                        ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void knowsAClientBy(String what, String method, Map<String, String> credentials, String header) throws Exception {
        Map<String, String> form = form("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE);
        form.putAll(credentials);
        if (form.containsKey("client_assertion")) {
            form.put("client_assertion_type", ClientAuthenticator.ASSERTION_TYPE);
            form.computeIfPresent(
                    "client_assertion",
                    (name, kind) -> kind.equals("OWN") ? world.clientAssertion() : world.assertion());
        }
        Response response = header.isEmpty() ? world.send(world.token, form) : world.send(world.token, form, header);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(claims(response).getStringClaim("auth_method")).isEqualTo(method);
        assertThat(claims(response).getStringClaim("scope")).isEqualTo("read");
    }

    /** Many libraries name no key unless configured to. */
    @Test
    void takesAnAssertionThatNamesNoKeyWhereThereIsOneAlone() {
        Map<String, String> form = form(
                "grant_type",
                CLIENT_CREDENTIALS,
                "client_assertion_type",
                ClientAuthenticator.ASSERTION_TYPE,
                "client_assertion",
                OAuthFixture.signWithoutKeyId(
                        OAuthFixture.CLIENTS_KEY, world.clientsClaims().build()));
        assertThat(world.send(world.token, form).status()).isEqualTo(200);
        world.change(fields -> with(
                fields,
                "clientKeyAuth",
                Map.of(
                        "algorithm",
                        "ES256",
                        "jwks",
                        new JWKSet(List.of(
                                        OAuthFixture.CLIENTS_KEY.toPublicJWK(),
                                        OAuthFixture.key().toPublicJWK()))
                                .toString())));
        assertThat(error(world.send(world.token, form))).isEqualTo("401 invalid_client");
        assertThat(world.lastAudit().reason()).contains(Reason.UNKNOWN_KEY);
    }

    @Test
    void knowsAKeyWithoutAnIdByItsThumbprint() throws Exception {
        String jwks = new JWKSet(new ECKey.Builder(OAuthFixture.CLIENTS_KEY.toPublicJWK())
                        .keyID(null)
                        .build())
                .toString();
        world.change(
                fields -> with(fields, "clientKeyAuth", new HashMap<>(Map.of("algorithm", "ES256", "jwks", jwks))));
        Map<String, String> form = form(
                "grant_type",
                CLIENT_CREDENTIALS,
                "client_assertion_type",
                ClientAuthenticator.ASSERTION_TYPE,
                "client_assertion",
                world.clientAssertion());
        assertThat(world.send(world.token, form).status()).isEqualTo(200);
    }

    /** Of the two ways to encode an id in the header, OAuth's (RFC 6749 §2.3.1). */
    @Test
    void decodesTheHeaderAsAForm() {
        String odd = "https://shop.example.com/?a=b&c";
        world.change(fields -> with(fields, "alias", odd));
        Response response = world.send(world.token, form("grant_type", CLIENT_CREDENTIALS), basic(odd, SECRET.text()));
        assertThat(response.status()).isEqualTo(200);
    }

    @Test
    void givesATokenForOurOwnApiWhereNoAudienceIsNamed() throws Exception {
        for (Response response : List.of(
                world.tokenFor("grant_type", CLIENT_CREDENTIALS),
                world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", ISSUER))) {
            assertThat(claims(response).getAudience()).containsExactly(ISSUER);
            assertThat(claims(response).getClaims()).doesNotContainKey("scope");
        }
        assertThat(error(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "scope", "read")))
                .isEqualTo("400 invalid_scope");
    }

    @Test
    void takesAResourceForAnAudience() {
        assertThat(claims(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "resource", AUDIENCE))
                        .getAudience())
                .containsExactly(AUDIENCE);
        assertThat(error(world.tokenFor(
                        "grant_type", CLIENT_CREDENTIALS, "resource", AUDIENCE, "audience", "billing-api")))
                .isEqualTo("400 invalid_request");
    }

    @Test
    void takesAnAssertionAsAGrant() throws Exception {
        Response response = world.send(
                world.token, form("grant_type", JWT_BEARER, "assertion", world.assertion(), "audience", AUDIENCE));
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(claims(response).getJSONObjectClaim("attestation"))
                .containsEntry("issuer", OAuthFixture.TRUSTED)
                .containsEntry("subject", OAuthFixture.SUBJECT)
                .containsOnlyKeys("issuer", "subject", "trust_thumbprint");
        assertThat(world.fetched).isEmpty();
    }

    @Test
    void refusesAnAssertionThatSeveralClientsAdmit() {
        world.save(new IdentityId("twin"), withoutAlias());
        Map<String, String> form = form("grant_type", JWT_BEARER, "assertion", world.assertion());
        assertThat(error(world.send(world.token, form))).isEqualTo("400 invalid_grant");
        assertThat(world.lastAudit().reason()).contains(Reason.AMBIGUOUS_CLIENT);
        form.put("client_id", "twin");
        assertThat(claims(world.send(world.token, form)).getSubject()).isEqualTo("twin");
        form.remove("client_id");
        world.save(new IdentityId("twin"), with(withoutAlias(), "disabled", true));
        assertThat(claims(world.send(world.token, form)).getSubject()).isEqualTo(CLIENT.value());
    }

    @Test
    void givesPlainJwtsToGoogleAndWhereTheGrantSaysSo() throws Exception {
        String pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x";
        world.change(fields -> with(
                fields,
                "grants",
                List.of(pool, Map.of("audience", AUDIENCE, "tokenType", "JWT", "accessTokenTTL", 60L))));
        for (String audience : List.of(pool, AUDIENCE)) {
            Response response = world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", audience);
            assertThat(response.status()).as(response.body()).isEqualTo(200);
            assertThat(SignedJWT.parse(OAuthFixture.accessToken(response))
                            .getHeader()
                            .getType())
                    .isEqualTo(JOSEObjectType.JWT);
            assertThat(body(response)).containsEntry("expires_in", audience.equals(pool) ? 3600L : 60L);
        }
    }

    @Test
    void letsNoTokenForOthersOutliveThePolicy() {
        world.change(fields -> {
            Map<String, Object> secrets = OAuthFixture.secrets("first");
            secrets.put("accessTokenTTL", 120L);
            return with(fields, "clientSecretAuth", secrets);
        });
        assertThat(body(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE)))
                .containsEntry("expires_in", 120L);
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                arguments("another grant type", "400 unsupported_grant_type", form("grant_type", "password")),
                arguments("no grant type", "400 invalid_request", form("audience", AUDIENCE)),
                arguments(
                        "an audience without a grant",
                        "400 invalid_target",
                        form("grant_type", CLIENT_CREDENTIALS, "audience", "billing-api")),
                arguments(
                        "an audience in another case",
                        "400 invalid_target",
                        form("grant_type", CLIENT_CREDENTIALS, "audience", "Orders-API")),
                arguments(
                        "a scope without a grant",
                        "400 invalid_scope",
                        form("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE, "scope", "read delete")),
                arguments(
                        "what is no list of scopes",
                        "400 invalid_scope",
                        form("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE, "scope", "read  write")),
                arguments(
                        "a second way of authentication",
                        "400 invalid_request",
                        form("grant_type", CLIENT_CREDENTIALS, "client_secret", "x", "client_id", "x")),
                arguments(
                        "another client beside the header",
                        "400 invalid_request",
                        form("grant_type", CLIENT_CREDENTIALS, "client_id", RESOURCE.value())),
                arguments("no assertion", "400 invalid_request", form("grant_type", JWT_BEARER)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refuses(String what, String expected, Map<String, String> form) {
        Response response = world.send(world.token, form, basic(CLIENT.value(), SECRET.text()));
        assertThat(error(response)).isEqualTo(expected);
        assertThat(response.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(body(response)).containsKeys("error_description", "reqId");
    }

    /** An unknown client gets one answer, however it is unknown. */
    @Test
    void doesNotRevealWhetherThereIsSuchAClient() {
        Map<String, String> form = form("grant_type", CLIENT_CREDENTIALS);
        Response unknown = world.send(world.token, form, basic("no-such-id", SECRET.text()));
        assertThat(world.lastAudit().reason()).contains(Reason.UNKNOWN_IDENTITY);
        Response wrong = world.send(world.token, form, basic(CLIENT.value(), SECRET.text() + "x"));
        assertThat(world.lastAudit().reason()).contains(Reason.BAD_CLIENT_SECRET);
        world.change(fields -> with(fields, "disabled", true));
        Response disabled = world.send(world.token, form, basic(CLIENT.value(), SECRET.text()));
        assertThat(world.lastAudit().reason()).contains(Reason.IDENTITY_DISABLED);
        Response none = world.send(world.token, form);
        assertThat(world.lastAudit().reason()).contains(Reason.CLIENT_NOT_AUTHENTICATED);
        assertThat(error(unknown)).isEqualTo("401 invalid_client");
        assertThat(unknown.headers()).containsKey("WWW-Authenticate");
        assertThat(List.of(wrong, disabled, none)).containsOnly(unknown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic !!!", "Basic eA", "Basic eDo", "Basic ", "Bearer x"})
    void takesNoOtherHeader(String header) {
        assertThat(world.send(world.token, form("grant_type", CLIENT_CREDENTIALS), header)
                        .status())
                .isIn(400, 401);
    }

    /** Queries are written to logs, so they are not parameters. */
    @Test
    void takesParametersFromTheBodyAlone() {
        assertThat(error(world.send(world.token, "", Map.of()))).isEqualTo("400 invalid_request");
        assertThat(error(world.send(world.token, "grant_type=a&grant_type=b", Map.of())))
                .isEqualTo("400 invalid_request");
    }

    @Test
    void usesASingleUseAssertionOnceHoweverManyTryAtOnce() throws Exception {
        world.change(fields -> {
            Map<String, Object> issuer = OAuthFixture.trustedIssuer();
            issuer.put("singleUse", true);
            return with(fields, "jwtBearerAuth", new HashMap<>(Map.of("trustedIssuers", List.of(issuer))));
        });
        Map<String, String> form = form("grant_type", JWT_BEARER, "assertion", world.assertion());
        String encoded = OAuthFixture.encode(form);
        List<Integer> statuses =
                Race.of(20, () -> world.send(world.token, encoded, Map.of()).status());
        assertThat(statuses).containsOnlyOnce(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"STORE_UNAVAILABLE", "STORE_TIMEOUT"})
    void decidesNothingWhileTheStoreDoesNotAnswer(Reason reason) {
        world.sessions.stores.fail(reason);
        Response response = world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE);
        assertThat(error(response))
                .isEqualTo((reason == Reason.STORE_TIMEOUT ? 504 : 503) + " temporarily_unavailable");
        assertThat(response.headers()).containsKey("Retry-After");
    }

    @Test
    void neverAnswersWithATokenThatAMarkRevokesAlready() {
        world.change(fields -> with(
                fields, "notBefore", world.sessions.clock.instant().toString().replace("Z", ".000Z")));
        Response refused = world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE);
        assertThat(error(refused)).isEqualTo("503 temporarily_unavailable");
        assertThat(refused.headers()).containsEntry("Retry-After", "1");
        assertThat(world.lastAudit().reason()).contains(Reason.REVOCATION_TOO_RECENT);
        world.sessions.clock.advance(java.time.Duration.ofMillis(1));
        assertThat(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesTheAudienceOfADisabledResource() {
        world.save(RESOURCE, new HashMap<>(Map.of("disabled", true, "audiences", List.of(AUDIENCE))));
        assertThat(error(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE)))
                .isEqualTo("400 invalid_target");
        assertThat(world.lastAudit().reason()).contains(Reason.AUDIENCE_DISABLED);
    }

    @Test
    void givesNoScopeThatTheAudienceDoesNotKnow() {
        world.save(RESOURCE, new HashMap<>(Map.of("audiences", List.of(Map.of("name", AUDIENCE, "scopes", "write")))));
        assertThat(error(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE, "scope", "read")))
                .isEqualTo("400 invalid_scope");
        assertThat(claims(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE))
                        .getClaims())
                .doesNotContainKey("scope");
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        fields.put(name, value);
        return fields;
    }

    private static Map<String, Object> withoutAlias() {
        Map<String, Object> fields = client();
        fields.remove("alias");
        return fields;
    }

    @Test
    void writesWhatAnUnknownCallerClaimsIntoTheAudit() {
        String header = part("{\"alg\":\"RS256\",\"kid\":\"1\"}");
        String stranger = header + "."
                + part("{\"iss\":\"https://ci.example\",\"sub\":\"repo:x\\n" + "y".repeat(5) + " z".repeat(300)
                        + "\",\"aud\":[\"a\",\"" + header + "." + header + ".x\"]}")
                + "." + part("s");
        world.send(world.token, form("grant_type", JWT_BEARER, "assertion", stranger));
        assertThat(world.lastAudit().facts().get("unverifiedClaims"))
                .asString()
                .startsWith("iss \"https://ci.example\", sub \"repo:x\\u000ayyyyy z")
                .contains("cut off")
                .doesNotContain(header)
                .hasSizeLessThan(1000);
        world.send(world.token, form("grant_type", JWT_BEARER, "assertion", stranger, "client_id", "nope"));
        assertThat(world.lastAudit().facts()).doesNotContainKey("unverifiedClaims");
        world.send(world.token, form("grant_type", JWT_BEARER, "assertion", world.assertion()));
        assertThat(world.lastAudit().facts()).doesNotContainKey("unverifiedClaims");
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void writesWhoGotWhatIntoTheAudit() {
        world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE);
        assertThat(world.lastAudit().facts())
                .containsEntry("grantType", "client_credentials")
                .containsEntry("identityId", CLIENT.value())
                .containsEntry("method", "client-secret")
                .containsEntry("attestation", FACTS)
                .containsEntry("audience", AUDIENCE)
                .containsEntry("scope", "read")
                .containsKeys("sessionId", "issuedTokenId");
        world.send(world.token, form("grant_type", JWT_BEARER, "assertion", world.assertion()));
        assertThat(world.lastAudit().facts())
                .containsEntry("grantType", "jwt-bearer")
                .containsEntry("identityId", CLIENT.value())
                .containsEntry("method", "jwt-bearer");
        world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", "billing-api");
        assertThat(world.lastAudit().facts())
                .containsEntry("identityId", CLIENT.value())
                .doesNotContainKey("issuedTokenId");
    }
}
