package io.sallyport.oauth;

import static io.sallyport.oauth.OAuthFixture.CLIENT;
import static io.sallyport.oauth.OAuthFixture.RESOURCE;
import static io.sallyport.oauth.OAuthFixture.SECRET;
import static io.sallyport.oauth.OAuthFixture.basic;
import static io.sallyport.oauth.OAuthFixture.error;
import static io.sallyport.oauth.OAuthFixture.form;
import static io.sallyport.oauth.TokenEndpoint.CLIENT_CREDENTIALS;
import static io.sallyport.oauth.TokenEndpoint.JWT_BEARER;
import static io.sallyport.oauth.TokenEndpoint.TOKEN_EXCHANGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import io.sallyport.IdentityId;
import io.sallyport.http.Handler;
import io.sallyport.http.Response;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that the token service denies causes the same reads whether it exists or not, whatever name and credential
 * it uses.
 */
final class ClientReadsTest {
    private static final String URL_ALIAS = "https://shop.example.com";
    private static final ECKey STRANGERS_KEY = OAuthFixture.key();
    private static final Duration WINDOW = Duration.ofSeconds(2);

    private final OAuthFixture world = new OAuthFixture(OAuthFixture.Platforms.UNREACHABLE, Duration.ofSeconds(5));

    /** How a stranger tries to pose as the named client. */
    private enum Attempt {
        SECRET_IN_HEADER("401 invalid_client"),
        SECRET_IN_FORM("401 invalid_client"),
        OWN_KEY("401 invalid_client"),
        OWN_KEY_WITH_CLIENT_ID("401 invalid_client"),
        OWN_KEY_WITH_ANOTHER_CLIENT_ID("401 invalid_client"),
        CLIENT_ASSERTION_OF_AN_ISSUER("401 invalid_client"),
        GRANT("400 invalid_grant"),
        SUBJECT_TOKEN("400 invalid_request");

        private final String error;

        Attempt(String error) {
            this.error = error;
        }
    }

    /** A changed client, and the name it is called by. */
    private record Client(String called, Map<String, Object> fields) {}

    private static Client client(String called, String... without) {
        Map<String, Object> fields = OAuthFixture.client();
        for (String field : without) {
            fields.remove(field);
        }
        if (called.equals(URL_ALIAS)) {
            fields.put("alias", URL_ALIAS);
        }
        return new Client(called, fields);
    }

    private static Client disabled(Client client) {
        client.fields().put("disabled", true);
        return client;
    }

    static Stream<Arguments> strangers() {
        Map<String, Client> clients = Map.of(
                "by id", client(CLIENT.value()),
                "by alias", client(OAuthFixture.ALIAS),
                "by address", client(URL_ALIAS),
                "disabled", disabled(client(CLIENT.value())),
                "disabled, by alias", disabled(client(OAuthFixture.ALIAS)),
                "without method, by id", client(CLIENT.value(), "clientSecretAuth", "clientKeyAuth", "jwtBearerAuth"),
                "without method, by alias",
                        client(OAuthFixture.ALIAS, "clientSecretAuth", "clientKeyAuth", "jwtBearerAuth"),
                "without key, by address", client(URL_ALIAS, "clientKeyAuth"));
        return clients.entrySet().stream()
                .flatMap(client -> Stream.of(Attempt.values())
                        .flatMap(attempt -> Stream.of(true, false)
                                .map(isCached -> Arguments.of(client.getKey(), client.getValue(), attempt, isCached))));
    }

    @ParameterizedTest(name = "{0}, {2}, cached: {3}")
    @MethodSource("strangers")
    void aDenialReadsAsMuchAsThatOfAnUnknownClient(String kind, Client client, Attempt attempt, boolean isCached)
            throws Exception {
        world.save(CLIENT, client.fields());
        if (isCached) {
            world.sessions.identities.findClient(client.called());
        }
        assertReadsAsUnknown(
                attempt,
                client.called(),
                client.called().equals(URL_ALIAS) ? "https://unknown.example.com" : "no-such-id");
    }

    private void assertReadsAsUnknown(Attempt attempt, String knownName, String unknownName) {
        List<List<Integer>> known = new ArrayList<>();
        List<List<Integer>> unknown = new ArrayList<>();
        for (Duration pause : List.of(Duration.ZERO, Duration.ZERO, WINDOW, Duration.ofSeconds(6))) {
            world.sessions.clock.advance(pause);
            known.add(reads(attempt, knownName));
            unknown.add(reads(attempt, unknownName));
        }
        assertThat(known).isEqualTo(unknown);
        assertThat(known.get(0)).isEqualTo(known.get(2)).isEqualTo(known.get(3)).isNotEqualTo(List.of(0, 0));
        assertThat(known.get(1)).containsExactly(0, 0);
    }

    /** The reads of a denied request: by id, and by other keys. */
    private List<Integer> reads(Attempt attempt, String clientId) {
        int reads = world.sessions.stores.reads();
        int lookups = world.sessions.stores.lookups();
        assertThat(error(send(attempt, clientId))).isEqualTo(attempt.error);
        int byKey = world.sessions.stores.lookups() - lookups;
        return List.of(world.sessions.stores.reads() - reads - byKey, byKey);
    }

    private Response send(Attempt attempt, String clientId) {
        return switch (attempt) {
            case SECRET_IN_HEADER ->
                world.send(world.token, form("grant_type", CLIENT_CREDENTIALS), basic(clientId, "wrong"));
            case SECRET_IN_FORM ->
                world.send(world.introspect, form("token", "x", "client_id", clientId, "client_secret", "wrong"));
            case OWN_KEY -> world.send(world.token, withAssertion(own(clientId), Optional.empty()));
            case OWN_KEY_WITH_CLIENT_ID -> world.send(world.token, withAssertion(own(clientId), Optional.of(clientId)));
            case OWN_KEY_WITH_ANOTHER_CLIENT_ID ->
                world.send(world.token, withAssertion(own(clientId), Optional.of("other-" + clientId.length())));
            case CLIENT_ASSERTION_OF_AN_ISSUER ->
                world.send(world.token, withAssertion(issuers(), Optional.of(clientId)));
            case GRANT ->
                world.send(world.token, form("grant_type", JWT_BEARER, "assertion", issuers(), "client_id", clientId));
            case SUBJECT_TOKEN ->
                world.send(
                        world.token,
                        form(
                                "grant_type",
                                TOKEN_EXCHANGE,
                                "subject_token",
                                issuers(),
                                "subject_token_type",
                                "urn:ietf:params:oauth:token-type:jwt",
                                "client_id",
                                clientId));
        };
    }

    private static Map<String, String> withAssertion(String assertion, Optional<String> clientId) {
        Map<String, String> form = form(
                "grant_type", CLIENT_CREDENTIALS,
                "client_assertion", assertion,
                "client_assertion_type", ClientAuthenticator.ASSERTION_TYPE);
        clientId.ifPresent(id -> form.put("client_id", id));
        return form;
    }

    private String own(String clientId) {
        return OAuthFixture.sign(
                STRANGERS_KEY,
                world.clientsClaims()
                        .issuer(clientId)
                        .subject(clientId)
                        .jwtID("x")
                        .build());
    }

    private String issuers() {
        return OAuthFixture.sign(STRANGERS_KEY, world.issuersClaims().build());
    }

    /** Without client_id: whether any identity trusts an issuer for a subject. */
    @ParameterizedTest(name = "cached: {0}")
    @ValueSource(booleans = {true, false})
    void anAssertionReadsAsMuchWhetherItsIssuerIsTrustedOrNot(boolean isCached) throws Exception {
        if (isCached) {
            world.sessions.identities.trusting(OAuthFixture.TRUSTED, OAuthFixture.SUBJECT);
        }
        Function<String, List<Integer>> of = subject -> {
            int reads = world.sessions.stores.reads();
            int lookups = world.sessions.stores.lookups();
            String assertion = OAuthFixture.sign(
                    STRANGERS_KEY, world.issuersClaims().subject(subject).build());
            assertThat(error(world.send(world.token, form("grant_type", JWT_BEARER, "assertion", assertion))))
                    .isEqualTo("400 invalid_grant");
            int byKey = world.sessions.stores.lookups() - lookups;
            return List.of(world.sessions.stores.reads() - reads - byKey, byKey);
        };
        for (List<Integer> expected : List.of(List.of(1, 2), List.of(0, 0))) {
            assertThat(of.apply(OAuthFixture.SUBJECT)).isEqualTo(expected);
            assertThat(of.apply("repo:unknown")).isEqualTo(expected);
        }
    }

    @Test
    void aGrantedClientReadsNoMoreThanItsCacheLacks() {
        int reads = world.sessions.stores.reads();
        for (int i = 0; i < 5; i++) {
            assertThat(world.tokenFor("grant_type", CLIENT_CREDENTIALS).status())
                    .isEqualTo(200);
        }
        assertThat(world.sessions.stores.reads()).isEqualTo(reads + 1);
    }

    @Test
    void aNewSecretWorksAtOnceThoughTheClientIsCached() throws Exception {
        world.change(fields -> {
            String other =
                    ClientSecret.of("s", new Secret("other"), Instant.EPOCH).sha256();
            fields.put("clientSecretAuth", Map.of("secrets", List.of(Map.of("id", "s", "sha256", other))));
            return fields;
        });
        world.sessions.identities.find(CLIENT);
        world.change(fields -> fields);
        assertThat(world.tokenFor("grant_type", CLIENT_CREDENTIALS).status()).isEqualTo(200);
    }

    @Test
    void aNewAliasWorksTwoSecondsAfterItWasTried() {
        for (Handler endpoint : List.of(world.introspect, world.revoke)) {
            IdentityId id = new IdentityId(endpoint == world.introspect ? "first" : "second");
            String alias = "https://" + id + ".example.com";
            String credential = basic(alias, SECRET.text());
            assertThat(world.send(endpoint, form("token", "x"), credential).status())
                    .isEqualTo(401);
            world.save(id, Map.of("alias", alias, "clientSecretAuth", OAuthFixture.secrets("s")));
            assertThat(world.send(endpoint, form("token", "x"), credential).status())
                    .isEqualTo(401);
            world.sessions.clock.advance(WINDOW);
            assertThat(world.send(endpoint, form("token", "x"), credential).status())
                    .isEqualTo(200);
        }
        assertThat(world.send(world.introspect, form("token", "x"), basic(RESOURCE.value(), SECRET.text()))
                        .status())
                .isEqualTo(200);
    }
}
