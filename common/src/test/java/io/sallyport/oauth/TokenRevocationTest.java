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
import static io.sallyport.oauth.TokenEndpoint.TOKEN_EXCHANGE;
import static io.sallyport.session.SessionFixture.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.session.SessionFixture;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7009. */
final class TokenRevocationTest {
    private static final String INACTIVE = "{\"active\":false}";
    private static final IdentityId OTHER = new IdentityId("other");
    private static final String AS_OWNER = basic(CLIENT.value(), SECRET.text());
    private static final String AS_OTHER = basic(OTHER.value(), SECRET.text());

    private final OAuthFixture world = new OAuthFixture();
    private final String token = tokenFor(AUDIENCE);

    private String tokenFor(String audience) {
        return accessToken(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", audience));
    }

    private void saveOther(String role) {
        world.save(OTHER, Map.of("role", role, "clientSecretAuth", OAuthFixture.secrets("o")));
    }

    private String introspected(String shown) {
        Response response = world.send(world.introspect, form("token", shown), basic(RESOURCE.value(), SECRET.text()));
        assertThat(response.status()).isEqualTo(200);
        return response.body();
    }

    private void assertLives() {
        assertThat(introspected(token)).contains("\"active\":true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "form", "own key", "trusted issuer", "alias", "bearer"})
    void endsTheSessionForItsOwnerHoweverItAuthenticates(String way) {
        Map<String, String> form = form("token", token);
        String header = "";
        switch (way) {
            case "header" -> header = AS_OWNER;
            case "alias" -> header = basic(OAuthFixture.ALIAS, SECRET.text());
            case "bearer" -> header = "Bearer " + tokenFor(ISSUER);
            case "form" -> form.putAll(form("client_id", CLIENT.value(), "client_secret", SECRET.text()));
            default ->
                form.putAll(form(
                        "client_assertion",
                        way.equals("own key") ? world.clientAssertion() : world.assertion(),
                        "client_assertion_type",
                        ClientAuthenticator.ASSERTION_TYPE));
        }
        assertLives();
        Response response = header.isEmpty() ? world.send(world.revoke, form) : world.send(world.revoke, form, header);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("Cache-Control", "no-store");
        assertThat(introspected(token)).isEqualTo(INACTIVE);
        assertThat(world.lastAudit().reason()).contains(Reason.SESSION_REVOKED);
    }

    @Test
    void endsAnybodysSessionForAnAdmin() {
        saveOther("admin");
        assertThat(world.send(world.revoke, form("token", token), AS_OTHER).status())
                .isEqualTo(200);
        assertThat(introspected(token)).isEqualTo(INACTIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"viewer", "no-access", "Admin", "administrator", "admin "})
    void endsNoSessionForAnybodyElse(String role) {
        saveOther(role);
        // Once an hour, the use of the secret is noted.
        world.send(world.revoke, form("token", "x"), AS_OTHER);
        int before = world.sessions.stores.writes();
        assertThat(error(world.send(world.revoke, form("token", token), AS_OTHER)))
                .isEqualTo("400 unauthorized_client");
        assertThat(world.lastAudit().reason()).contains(Reason.TOKEN_NOT_OWNED);
        assertThat(world.sessions.stores.writes()).isEqualTo(before);
        assertLives();
    }

    /** A resource sees its clients' tokens: it must not end their sessions. */
    @Test
    void endsNoSessionForTheResourceThatTheTokenIsFor() {
        assertThat(error(world.send(world.revoke, form("token", token), basic(RESOURCE.value(), SECRET.text()))))
                .isEqualTo("400 unauthorized_client");
        assertLives();
    }

    @Test
    void endsNoSessionForAnUnauthenticatedCaller() {
        Map<String, String> form = form("token", token);
        assertThat(error(world.send(world.revoke, form))).isEqualTo("401 invalid_client");
        assertThat(error(world.send(world.revoke, form, basic(CLIENT.value(), "wrong"))))
                .isEqualTo("401 invalid_client");
        assertThat(error(world.send(world.revoke, form, "Bearer " + token))).isEqualTo("401 invalid_token");
        world.change(fields -> {
            fields.put("disabled", true);
            return fields;
        });
        assertThat(error(world.send(world.revoke, form, AS_OWNER))).isEqualTo("401 invalid_client");
        world.change(fields -> fields);
        assertLives();
    }

    /** RFC 7009 §2.2: to the client, they have ended. */
    @Test
    void saysDoneOfWhatIsNoTokenOrNoneAnyMore() {
        String[] parts = token.split("\\.");
        world.sessions.clock.advance(Duration.ofHours(1));
        // Once an hour, the use of the secret is noted.
        world.send(world.revoke, form("token", "x"), AS_OWNER);
        int before = world.sessions.stores.writes();
        for (String none : List.of("x", "a.b.c", "..", world.assertion(), parts[0] + "." + parts[1] + ".AAAA", token)) {
            Response response = world.send(world.revoke, form("token", none), AS_OWNER);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{}");
        }
        assertThat(world.sessions.stores.writes()).isEqualTo(before);
    }

    /** The audit log distinguishes a revocation from a request with nothing to revoke. */
    @Test
    void writesIntoTheAuditThatThereWasNothingToRevoke() {
        world.send(world.revoke, form("token", "x"), AS_OWNER);
        assertThat(world.lastAudit().reason()).contains(Reason.ACCESS_TOKEN_INVALID);
        world.sessions.clock.advance(Duration.ofHours(1));
        world.send(world.revoke, form("token", token), AS_OWNER);
        assertThat(world.lastAudit().reason()).contains(Reason.ACCESS_TOKEN_EXPIRED);
        assertThat(world.lastAudit().isGranted()).isFalse();
        world.send(world.revoke, form("token", tokenFor(AUDIENCE)), AS_OWNER);
        assertThat(world.lastAudit().isGranted()).isTrue();
    }

    /** Such a token may have been minted before lengths were bounded; offline verifiers would still accept it. */
    @Test
    void neverSaysDoneOfATokenThatIsTooLongToBeRead() {
        int before = world.sessions.stores.writes();
        String tooLong = token + "A".repeat(UnverifiedJwt.MAX_LENGTH + 1 - token.length());
        assertThat(error(world.send(world.revoke, form("token", tooLong), AS_OWNER)))
                .isEqualTo("400 invalid_request");
        assertThat(world.lastAudit().reason()).contains(Reason.MALFORMED_REQUEST);
        assertThat(world.lastAudit().isGranted()).isFalse();
        assertThat(world.sessions.revoke(tooLong).status()).isEqualTo(422);
        assertThat(world.lastAudit().isGranted()).isFalse();
        assertThat(world.sessions.stores.writes()).isEqualTo(before);
        assertThat(introspected(tooLong)).isEqualTo(INACTIVE);
        assertThat(world.lastAudit().reason()).contains(Reason.ACCESS_TOKEN_INVALID);
    }

    @Test
    void saysDoneOnceMore() {
        for (int time = 1; time <= 2; time++) {
            assertThat(world.send(world.revoke, form("token", token), AS_OWNER).status())
                    .isEqualTo(200);
        }
    }

    /** fosite, CVE-2020-15223: what is not stored was not done. */
    @ParameterizedTest
    @ValueSource(strings = {"STORE_UNAVAILABLE", "STORE_TIMEOUT"})
    void neverSaysDoneOfWhatWasNotStored(Reason reason) {
        world.sessions.stores.failWrites(reason);
        Response response = world.send(world.revoke, form("token", token), AS_OWNER);
        assertThat(error(response))
                .isEqualTo((reason == Reason.STORE_TIMEOUT ? 504 : 503) + " temporarily_unavailable");
        assertThat(response.headers()).containsKey("Retry-After");
        world.sessions.stores.fail(reason);
        assertThat(world.send(world.revoke, form("token", token), AS_OWNER).status())
                .isIn(503, 504);
        world.sessions.stores.recover();
        assertLives();
    }

    @Test
    void endsTheWholeSessionByAnyTokenOfIt() {
        String login = tokenFor(ISSUER);
        Response exchanged = world.send(
                world.token,
                form(
                        "grant_type", TOKEN_EXCHANGE,
                        "subject_token", login,
                        "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
                        "audience", AUDIENCE));
        assertThat(world.sessions.renew(login).status()).isEqualTo(200);
        assertThat(world.send(world.revoke, form("token", accessToken(exchanged)), AS_OWNER)
                        .status())
                .isEqualTo(200);
        assertThat(world.sessions.renew(login).status()).isNotEqualTo(200);
        assertThat(world.lastAudit().reason()).contains(Reason.SESSION_REVOKED);
        assertThat(introspected(accessToken(exchanged))).isEqualTo(INACTIVE);
        // And no other session.
        assertLives();
    }

    @Test
    void takesFormsOnlyAndNamesAMissingToken() {
        assertThat(error(world.send(world.revoke, form("token_type_hint", "access_token"), AS_OWNER)))
                .isEqualTo("400 invalid_request");
        Response json = world.sessions.send(
                world.revoke,
                "{\"token\":\"x\"}",
                new HashMap<>(Map.of("Content-Type", "application/json", "Authorization", AS_OWNER)),
                "192.0.2.1");
        assertThat(json.status()).isEqualTo(400);
        assertThat(SessionFixture.body(json)).containsEntry("error", "invalid_request");
    }

    @Test
    void writesWhoEndedWhatIntoTheAudit() {
        saveOther("admin");
        world.send(world.revoke, form("token", token), AS_OTHER);
        assertThat(world.lastAudit().facts())
                .containsEntry("callerId", OTHER.value())
                .containsEntry("identityId", CLIENT.value())
                .containsKeys("tokenId", "sessionId");
    }
}
