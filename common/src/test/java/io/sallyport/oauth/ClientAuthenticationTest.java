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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Handler;
import io.sallyport.http.Headers;
import io.sallyport.http.Response;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.secret.Secret;
import io.sallyport.token.AccessToken;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which client a request is from, if it holds more than one sign of that. */
final class ClientAuthenticationTest {
    private static final String AS_RESOURCE = basic(RESOURCE.value(), SECRET.text());
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";

    private final OAuthFixture world = new OAuthFixture();
    private int count;

    /** A new assertion each time. */
    private Map<String, String> withOwnAssertion(String... more) {
        String id = "assertion-" + count++;
        Map<String, String> form = form(
                "client_assertion",
                OAuthFixture.sign(
                        OAuthFixture.CLIENTS_KEY,
                        world.clientsClaims().jwtID(id).build()),
                "client_assertion_type",
                ClientAuthenticator.ASSERTION_TYPE);
        form.putAll(form(more));
        return form;
    }

    private void assertRefused(Reason reason, String expected, Response response) {
        assertThat(error(response)).isEqualTo(expected);
        assertThat(world.lastAudit().reason()).contains(reason);
    }

    @Test
    void takesNoAssertionOfAnotherClientThanIsNamed() {
        for (String other : List.of(RESOURCE.value(), "no-such-id", CLIENT.value() + "2")) {
            assertRefused(
                    Reason.CLIENT_MISMATCH,
                    "401 invalid_client",
                    world.send(world.token, withOwnAssertion("grant_type", CLIENT_CREDENTIALS, "client_id", other)));
        }
    }

    /** An authenticated client gets no token of another identity with a credential that it was shown. */
    @Test
    void takesNoGrantOfAnotherClientThanHasAuthenticated() {
        Map<String, String> bearer = form("grant_type", JWT_BEARER, "assertion", world.assertion());
        Map<String, String> exchange = form(
                "grant_type", TOKEN_EXCHANGE, "subject_token", world.assertion(), "subject_token_type", TYPE + "jwt");
        for (Map<String, String> form : List.of(bearer, exchange)) {
            assertThat(world.send(world.token, form).status()).isEqualTo(200);
            assertRefused(Reason.NO_AUTH_METHOD, refusal(form), world.send(world.token, form, AS_RESOURCE));
        }
    }

    @Test
    void knowsNoOtherTypeOfClientAssertion() {
        for (String type : List.of("urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "jwt-bearer", " ")) {
            assertThat(error(world.send(
                            world.token,
                            withOwnAssertion("grant_type", CLIENT_CREDENTIALS, "client_assertion_type", type))))
                    .isEqualTo("400 invalid_request");
        }
    }

    @Test
    void takesOneWayOfAuthenticationAtATime() {
        assertThat(error(world.send(
                        world.token,
                        withOwnAssertion("grant_type", CLIENT_CREDENTIALS),
                        basic(CLIENT.value(), SECRET.text()))))
                .isEqualTo("400 invalid_request");
        assertThat(error(world.send(
                        world.token,
                        withOwnAssertion(
                                "grant_type", CLIENT_CREDENTIALS,
                                "client_id", CLIENT.value(),
                                "client_secret", SECRET.text()))))
                .isEqualTo("400 invalid_request");
    }

    @Test
    void readsNoHeaderThatStandsTwice() {
        String header = basic(CLIENT.value(), SECRET.text());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(
                        () -> BasicCredentials.of(Headers.of(Map.of("Authorization", List.of(header, "Basic eDp5")))))
                .returns(Reason.MALFORMED_REQUEST, Refused::reason);
    }

    /**
     * OpenID Connect Core §9, unless the client's document says otherwise. The assertion is used up with another grant
     * and at introspection too.
     */
    @Test
    void takesAClientAssertionOnceAtWhateverEndpoint() {
        String login = accessToken(world.tokenFor("grant_type", CLIENT_CREDENTIALS));
        List<Map<String, String>> grants = List.of(
                form("grant_type", CLIENT_CREDENTIALS),
                form("grant_type", JWT_BEARER, "assertion", world.assertion()),
                form(
                        "grant_type", TOKEN_EXCHANGE,
                        "subject_token", login,
                        "subject_token_type", TYPE + "access_token",
                        "audience", AUDIENCE));
        for (Map<String, String> grant : grants) {
            assertUsableOnce(world.token, grant, refusal(grant));
        }
        assertUsableOnce(world.introspect, form("token", "x"), "401 invalid_client");
        assertUsableOnce(world.revoke, form("token", "x"), "401 invalid_client");
    }

    @Test
    void takesAClientAssertionForAsLongAsItLivesWhereSingleUseIsOff() {
        world.change(fields -> {
            Map<Object, Object> key = new HashMap<>((Map<?, ?>) fields.get("clientKeyAuth"));
            key.put("singleUse", false);
            fields.put("clientKeyAuth", key);
            return fields;
        });
        Map<String, String> form = withOwnAssertion("grant_type", CLIENT_CREDENTIALS);
        int writes = world.sessions.stores.writes();
        for (int i = 0; i < 3; i++) {
            assertThat(world.send(world.token, form).status()).isEqualTo(200);
        }
        // The last login is recorded once an hour.
        assertThat(world.sessions.stores.writes()).isEqualTo(writes + 1);
    }

    @Test
    void takesNoClientAssertionWithoutAnId() {
        Map<String, String> form = withOwnAssertion("grant_type", CLIENT_CREDENTIALS);
        form.put(
                "client_assertion",
                OAuthFixture.sign(
                        OAuthFixture.CLIENTS_KEY,
                        world.clientsClaims().jwtID(null).build()));
        assertRefused(Reason.CLAIM_MISSING, "401 invalid_client", world.send(world.token, form));
    }

    /** RFC 6749 §5.2, RFC 8693 §2.2.2. */
    private static String refusal(Map<String, String> grant) {
        return TOKEN_EXCHANGE.equals(grant.get("grant_type")) ? "400 invalid_request" : "400 invalid_grant";
    }

    private void assertUsableOnce(Handler endpoint, Map<String, String> form, String refusal) {
        Map<String, String> whole = withOwnAssertion();
        whole.putAll(form);
        assertThat(world.send(endpoint, whole).status()).isEqualTo(200);
        assertRefused(Reason.ASSERTION_REUSED, refusal, world.send(endpoint, whole));
    }

    @Test
    void takesBothSecretsWhileOneIsReplacedAndThenTheNewOneAlone() {
        Secret next = ClientSecret.make(new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
            30, 31, 32
        });
        saveSecrets(SECRET, next);
        assertThat(bySecret(SECRET.text()).status()).isEqualTo(200);
        assertThat(bySecret(next.text()).status()).isEqualTo(200);
        saveSecrets(next);
        assertRefused(Reason.BAD_CLIENT_SECRET, "401 invalid_client", bySecret(SECRET.text()));
        assertThat(bySecret(next.text()).status()).isEqualTo(200);
        for (String other : List.of(next.text() + "x", next.text().substring(1), "")) {
            assertThat(error(bySecret(other))).isEqualTo("401 invalid_client");
        }
        String hash = ClientSecret.of("s", next, Instant.EPOCH).sha256();
        assertRefused(Reason.BAD_CLIENT_SECRET, "401 invalid_client", bySecret(hash));
    }

    private void saveSecrets(Secret... secrets) {
        world.change(fields -> {
            fields.put(
                    "clientSecretAuth",
                    Map.of(
                            "secrets",
                            IntStream.range(0, secrets.length)
                                    .mapToObj(i -> Map.of(
                                            "id",
                                            "s" + i,
                                            "sha256",
                                            ClientSecret.of("s", secrets[i], Instant.EPOCH)
                                                    .sha256()))
                                    .toList()));
            return fields;
        });
    }

    private Response bySecret(String secret) {
        return world.send(world.token, form("grant_type", CLIENT_CREDENTIALS), basic(CLIENT.value(), secret));
    }

    @Test
    void passesATokenOnThroughSoManyHandsAndNoMore() {
        int hands = AccessToken.MAX_ACTORS + 1;
        List<String> audiences =
                IntStream.rangeClosed(0, hands).mapToObj(i -> "api-" + i).toList();
        world.change(fields -> {
            fields.put("grants", audiences);
            return fields;
        });
        for (int i = 0; i < hands; i++) {
            world.save(
                    new IdentityId("server-" + i),
                    Map.of(
                            "audiences", audiences.get(i),
                            "grants", audiences.get(i + 1),
                            "clientSecretAuth", OAuthFixture.secrets("s")));
        }
        Response response = world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", "api-0");
        for (int i = 0; i < hands; i++) {
            Map<String, String> exchange = form(
                    "grant_type",
                    TOKEN_EXCHANGE,
                    "subject_token",
                    accessToken(response),
                    "subject_token_type",
                    TYPE + "access_token",
                    "audience",
                    audiences.get(i + 1));
            response = world.send(world.token, exchange, basic("server-" + i, SECRET.text()));
            if (i < AccessToken.MAX_ACTORS) {
                assertThat(response.status()).as(response.body()).isEqualTo(200);
            }
        }
        assertRefused(Reason.EXCHANGE_NOT_ALLOWED, "400 unauthorized_client", response);
    }

    /** A session lives only while the method that it came from exists. */
    @Test
    void endsASessionWithTheMethodThatItCameFrom() {
        Map<String, String> methods = Map.of(
                "clientSecretAuth", accessToken(bySecret(SECRET.text())),
                "clientKeyAuth",
                        accessToken(world.send(world.token, withOwnAssertion("grant_type", CLIENT_CREDENTIALS))),
                "jwtBearerAuth",
                        accessToken(world.send(
                                world.token, form("grant_type", JWT_BEARER, "assertion", world.assertion()))));
        methods.forEach((method, token) -> {
            assertThat(world.sessions.renew(token).status()).as(method).isEqualTo(200);
            world.change(fields -> {
                fields.remove(method);
                return fields;
            });
            assertThat(world.sessions.renew(token).status()).as(method).isNotEqualTo(200);
            assertThat(world.lastAudit().reason()).contains(Reason.NO_AUTH_METHOD);
            world.change(fields -> fields);
        });
    }

    @Test
    void takesAnEmptyHeaderForNone() throws Exception {
        String form = OAuthFixture.encode(
                form("grant_type", CLIENT_CREDENTIALS, "client_id", CLIENT.value(), "client_secret", SECRET.text()));
        for (String empty : List.of("", " ")) {
            assertThat(world.send(world.token, form, Map.of("Authorization", empty))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(BasicCredentials.of(Headers.of(
                        Map.of("Authorization", List.of("", basic(CLIENT.value(), SECRET.text()))))))
                .isPresent();
    }
}
