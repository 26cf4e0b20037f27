package io.sallyport.oauth;

import static io.sallyport.oauth.OAuthFixture.CLIENT;
import static io.sallyport.oauth.OAuthFixture.basic;
import static io.sallyport.oauth.OAuthFixture.form;
import static io.sallyport.oauth.TokenEndpoint.CLIENT_CREDENTIALS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.admin.Registry;
import io.sallyport.http.Response;
import io.sallyport.method.clientkey.ClientKeyProvider;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.clientsecret.ClientSecretProvider;
import io.sallyport.method.jwtbearer.JwtBearerProvider;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.token.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

/** What happens to the sessions of a credential that is removed, and comes back or is replaced under its name. */
final class RemovedCredentialsTest {
    private static final ClientSecretProvider CLIENT_SECRETS = new ClientSecretProvider();

    private static final ECKey OTHER_KEY = OAuthFixture.key();
    private static final Secret OTHER_SECRET = new Secret("another secret of 32 characters!");

    private final OAuthFixture world = new OAuthFixture();
    private final Registry registry = new Registry(
            world.sessions.stores,
            Providers.DOCUMENTS,
            Mockito.mock(SecretCipher.class),
            world.sessions.clock,
            RemovedCredentialsTest::random);

    /** Changes the client's document. */
    private interface Change {
        void to(RemovedCredentialsTest test) throws Exception;
    }

    /** How the client requests a token. */
    private enum Way {
        SECRET,
        KEY,
        TRUSTED_ISSUER;

        private Response ask(OAuthFixture world) {
            Map<String, String> form = form("grant_type", CLIENT_CREDENTIALS);
            if (this == SECRET) {
                return world.send(world.token, form, basic(CLIENT.value(), OAuthFixture.SECRET.text()));
            }
            form.put("client_assertion_type", ClientAuthenticator.ASSERTION_TYPE);
            form.put("client_assertion", this == KEY ? world.clientAssertion() : world.assertion());
            return world.send(world.token, form);
        }
    }

    static Stream<Arguments> endsTheSessionsForGoodWhereTheCredentialWas() {
        return Stream.of(
                arguments("a secret that was removed and added again", Way.SECRET, (Change) test -> {
                    test.registry.addSecret(CLIENT, CLIENT_SECRETS, "second");
                    test.registry.removeSecret(CLIENT, CLIENT_SECRETS, "first");
                    test.pause(1);
                    test.putSecrets(secret("first", OAuthFixture.SECRET));
                }),
                arguments("the last secret, which was removed and added again", Way.SECRET, (Change) test -> {
                    test.registry.removeSecret(CLIENT, CLIENT_SECRETS, "first");
                    test.pause(1);
                    test.putSecrets(secret("first", OAuthFixture.SECRET));
                }),
                arguments("a key that was removed and added again", Way.KEY, (Change) test -> {
                    test.putKeys(OTHER_KEY);
                    test.pause(1);
                    test.putKeys(OAuthFixture.CLIENTS_KEY);
                }),
                arguments("a key that was added again beside another", Way.KEY, (Change) test -> {
                    test.putKeys(OTHER_KEY);
                    test.pause(1);
                    test.putKeys(OTHER_KEY, OAuthFixture.CLIENTS_KEY);
                }),
                arguments("an issuer that was removed and trusted again", Way.TRUSTED_ISSUER, (Change) test -> {
                    test.putIssuers(issuer(Map.of("issuer", "https://other.example.com")));
                    test.pause(1);
                    test.putIssuers(issuer(Map.of()));
                }),
                arguments("one entry of an issuer, removed beside another", Way.TRUSTED_ISSUER, (Change) test -> {
                    Map<String, Object> other = issuer(Map.of("subject", "repo:shop/backend"));
                    test.putIssuers(other, issuer(Map.of()));
                    test.putIssuers(other);
                    test.pause(1);
                    test.putIssuers(other, issuer(Map.of()));
                }),
                arguments("an issuer whose keys were replaced and put back", Way.TRUSTED_ISSUER, (Change) test -> {
                    test.putIssuers(issuer(Map.of("jwks", jwks(OTHER_KEY))));
                    test.pause(1);
                    test.putIssuers(issuer(Map.of()));
                }),
                arguments("of a method that was detached and attached again", Way.KEY, (Change) test -> {
                    test.registry.detach(CLIENT, new ClientKeyProvider());
                    test.pause(1);
                    test.putKeys(OAuthFixture.CLIENTS_KEY);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void endsTheSessionsForGoodWhereTheCredentialWas(String what, Way way, Change change) throws Exception {
        String before = token(way);
        assertThat(world.sessions.renew(before).status()).isEqualTo(200);
        change.to(this);

        assertThat(world.sessions.renew(before).status()).isEqualTo(403);
        assertThat(world.lastAudit().reason()).contains(Reason.SESSION_REVOKED);
        pause(1);
        assertThat(world.sessions.renew(token(way)).status()).isEqualTo(200);
    }

    /** As Terraform and {@code serve --identities} write documents: no mark says that the old one was removed. */
    static Stream<Arguments> endsTheSessionsOfACredentialThatWasReplacedUnderItsId() {
        return Stream.of(
                arguments(
                        "a secret", Way.SECRET, (Change) test -> test.store("clientSecretAuth", secrets(OTHER_SECRET))),
                arguments("a secret, by the same one under another id", Way.SECRET, (Change)
                        test -> test.putSecrets(secret("renamed", OAuthFixture.SECRET))),
                arguments("a key", Way.KEY, (Change) test -> test.store(
                        "clientKeyAuth",
                        Map.of(
                                "jwks",
                                jwks(new ECKey.Builder(OTHER_KEY)
                                        .keyID(OAuthFixture.CLIENTS_KEY.getKeyID())
                                        .build()),
                                "algorithm",
                                "ES256"))),
                arguments("what an issuer may say", Way.TRUSTED_ISSUER, (Change) test -> test.store(
                        "jwtBearerAuth",
                        Map.of("trustedIssuers", List.of(issuer(Map.of("subject", "repo:shop/backend")))))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void endsTheSessionsOfACredentialThatWasReplacedUnderItsId(String what, Way way, Change change) throws Exception {
        String before = token(way);
        change.to(this);

        assertThat(world.sessions.renew(before).status()).isEqualTo(401);
        assertThat(world.lastAudit().reason()).contains(Reason.NO_AUTH_METHOD);
    }

    static Stream<Arguments> leavesTheSessionsBeWhere() {
        return Stream.of(
                arguments("another secret was added", Way.SECRET, (Change)
                        test -> test.registry.addSecret(CLIENT, CLIENT_SECRETS, "second")),
                arguments("another secret was removed", Way.SECRET, (Change) test -> {
                    test.putSecrets(secret("first", OAuthFixture.SECRET), secret("other", OTHER_SECRET));
                    test.registry.removeSecret(CLIENT, CLIENT_SECRETS, "other");
                }),
                arguments(
                        "a key was added", Way.KEY, (Change) test -> test.putKeys(OTHER_KEY, OAuthFixture.CLIENTS_KEY)),
                arguments("another key was removed", Way.KEY, (Change) test -> {
                    test.putKeys(OTHER_KEY, OAuthFixture.CLIENTS_KEY);
                    test.putKeys(OAuthFixture.CLIENTS_KEY);
                }),
                arguments("the key was given another id", Way.KEY, (Change)
                        test -> test.putKeys(new ECKey.Builder(OAuthFixture.CLIENTS_KEY)
                                .keyID("renamed")
                                .build())),
                arguments("the issuer rotates its keys", Way.TRUSTED_ISSUER, (Change) test ->
                        test.putIssuers(issuer(Map.of("jwks", jwks(OTHER_KEY, OAuthFixture.ISSUERS_KEY))))),
                arguments("single use was asked for", Way.TRUSTED_ISSUER, (Change)
                        test -> test.putIssuers(issuer(Map.of("singleUse", true)))),
                arguments("another issuer was removed", Way.TRUSTED_ISSUER, (Change) test -> {
                    test.putIssuers(issuer(Map.of()), issuer(Map.of("issuer", "https://other.example.com")));
                    test.putIssuers(issuer(Map.of()));
                }),
                arguments("another method was detached", Way.TRUSTED_ISSUER, (Change)
                        test -> test.registry.detach(CLIENT, new ClientSecretProvider())),
                arguments("a policy was changed", Way.SECRET, (Change) test ->
                        test.registry.editMethod(CLIENT, new ClientSecretProvider(), Map.of("accessTokenTTL", 60L))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void leavesTheSessionsBeWhere(String what, Way way, Change change) throws Exception {
        String before = token(way);
        change.to(this);

        assertThat(world.sessions.renew(before).status()).isEqualTo(200);
        assertThat(world.sessions.stores.find(CLIENT).orElseThrow().cutoffs().all())
                .isEqualTo(Instant.EPOCH);
    }

    /** Tokens of older versions name their credential only by its id, which others may have had. */
    @Test
    void takesASessionThatDoesNotTellItsVeryCredentialToHaveNone() throws Exception {
        for (Way way : Way.values()) {
            String older = world.sessions.changed(
                    token(way),
                    claims -> ((Map<?, ?>) claims.get("attestation"))
                            .keySet()
                            .removeIf(fact -> String.valueOf(fact).endsWith("_thumbprint")));
            assertThat(world.sessions.renew(older).status()).as(way.name()).isEqualTo(401);
            assertThat(world.lastAudit().reason()).contains(Reason.NO_AUTH_METHOD);
        }
    }

    @Test
    void remembersWhatWasRemoved() throws Exception {
        ClientSecret first = ClientSecret.of("first", OAuthFixture.SECRET, Instant.EPOCH);
        assertThat(world.sessions.stores.find(CLIENT).orElseThrow().hasRemoved(first.credential()))
                .isFalse();
        registry.removeSecret(CLIENT, CLIENT_SECRETS, "first");
        assertThat(world.sessions.stores.find(CLIENT).orElseThrow())
                .returns(true, client -> client.hasRemoved(first.credential()))
                .returns(true, client -> client.hasRemoved(new ClientSecretAuth(List.of(first), TokenPolicy.DEFAULT)));
        putSecrets(secret("first", OAuthFixture.SECRET));
        assertThat(world.sessions.stores.find(CLIENT).orElseThrow())
                .returns(false, client -> client.hasRemoved(first.credential()))
                .returns(false, client -> client.hasRemoved(new ClientSecretAuth(List.of(first), TokenPolicy.DEFAULT)));
    }

    private static byte[] random() {
        byte[] bytes = new byte[ClientSecret.BYTES];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    private String token(Way way) {
        Response response = way.ask(world);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return OAuthFixture.accessToken(response);
    }

    private void pause(int milliseconds) {
        world.sessions.clock.advance(Duration.ofMillis(milliseconds));
    }

    private void putSecrets(Map<?, ?>... secrets) throws Refused {
        registry.setMethod(CLIENT, new ClientSecretProvider(), stored -> Map.of("secrets", List.of(secrets)));
    }

    private void putKeys(ECKey... keys) throws Refused {
        registry.setMethod(CLIENT, new ClientKeyProvider(), stored -> Map.of("jwks", jwks(keys), "algorithm", "ES256"));
    }

    private void putIssuers(Map<?, ?>... issuers) throws Refused {
        registry.setMethod(CLIENT, new JwtBearerProvider(), stored -> Map.of("trustedIssuers", List.of(issuers)));
    }

    private void store(String method, Map<String, Object> fields) {
        world.change(client -> {
            client.put(method, fields);
            return client;
        });
    }

    private static Map<String, Object> secrets(Secret secret) {
        return Map.of("secrets", List.of(secret("first", secret)));
    }

    private static Map<String, Object> secret(String id, Secret secret) {
        return Map.of(
                "id", id, "sha256", ClientSecret.of(id, secret, Instant.EPOCH).sha256());
    }

    private static Map<String, Object> issuer(Map<String, Object> changes) {
        Map<String, Object> issuer = new HashMap<>(OAuthFixture.trustedIssuer());
        issuer.putAll(changes);
        return issuer;
    }

    private static String jwks(ECKey... keys) {
        return new JWKSet(Stream.of(keys).<JWK>map(ECKey::toPublicJWK).toList()).toString();
    }
}
