package io.sallyport.identity.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.Audience;
import io.sallyport.identity.ClientMetadata;
import io.sallyport.identity.Grant;
import io.sallyport.identity.Identity;
import io.sallyport.identity.Name;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.method.clientkey.ClientKeyAuth;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAttestation;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.issuer.TrustedIssuer;
import io.sallyport.method.issuer.TrustedKeys;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.provider.Providers;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import io.sallyport.token.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes an identity an OAuth client, as its document says it. */
class ClientDocumentTest {
    private static final IdentityId ID = new IdentityId("shop-frontend");
    private static final ECKey KEY = key();
    private static final String JWKS = new JWKSet(KEY.toPublicJWK()).toString();
    private static final String SHA256 = "0a".repeat(32);

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("1").generate();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void givesBackAClientWithEverythingThatThereIs() throws Exception {
        Identity identity = read(everything());
        byte[] stored = Json.write(Providers.DOCUMENTS.write(identity));
        assertThat(Providers.DOCUMENTS.read(ID, Json.parseObject(stored))).isEqualTo(identity);
        assertThat(identity.client().alias()).contains(new Name("shop"));
        assertThat(identity.method(JwtBearerAuth.class).orElseThrow().issuers())
                .hasSize(3)
                .allSatisfy(issuer -> assertThat(issuer.singleUse()).isTrue())
                .extracting(TrustedIssuer::keys)
                .hasExactlyElementsOfTypes(
                        TrustedKeys.Pasted.class, TrustedKeys.ByDiscovery.class, TrustedKeys.ByAddress.class);
        assertThat(identity.method(ClientKeyAuth.class).orElseThrow().singleUse())
                .isTrue();
        assertThat(identity.method(ClientSecretAuth.class).orElseThrow().secrets())
                .extracting(ClientSecret::createdAt)
                .containsExactly(Instant.ofEpochSecond(1_700_000_000), Instant.EPOCH);
    }

    private static Map<String, Object> everything() {
        String caCert;
        try (SimulatedCluster cluster = SimulatedCluster.start(new TestClock())) {
            caCert = cluster.caCertificate();
        }
        return with(
                "alias", "shop",
                "audiences", List.of(Map.of("name", "shop-api", "scopes", "read, write")),
                "grants",
                        List.of(
                                "billing-api",
                                Map.of(
                                        "audience", "orders-api",
                                        "scopes", List.of("read", "write"),
                                        "defaultScopes", "read",
                                        "tokenType", "JWT",
                                        "accessTokenTTL", 60L)),
                "jwtBearerAuth",
                        Map.of(
                                "trustedIssuers",
                                List.of(
                                        issuer("singleUse", true),
                                        issuer("singleUse", true, "jwks", null, "algorithm", "PS256", "caCert", caCert),
                                        issuer(
                                                "singleUse",
                                                true,
                                                "jwks",
                                                null,
                                                "jwksUri",
                                                "https://keys.example.com/jwks",
                                                "caCert",
                                                caCert,
                                                "claims",
                                                Map.of("ref", "refs/heads/*", "repository_owner", "shop"))),
                                "accessTokenTTL",
                                300L),
                "clientKeyAuth", Map.of("jwks", JWKS, "algorithm", "ES256", "singleUse", true, "accessTokenTTL", 60L),
                "clientSecretAuth",
                        Map.of(
                                "secrets",
                                List.of(
                                        Map.of("id", "new", "sha256", SHA256, "createdAt", 1_700_000_000L),
                                        Map.of("id", "old", "sha256", SHA256)),
                                "accessTokenNumUsesLimit",
                                3L));
    }

    @Test
    void takesTextsWithCommasForAudiencesAndGrants() {
        ClientMetadata client = read(with("audiences", "shop-api, shop-web", "grants", "orders-api,//x.example.com/y"))
                .client();
        assertThat(client.audiences())
                .containsExactly(
                        new Audience(new Name("shop-api"), Scopes.NONE),
                        new Audience(new Name("shop-web"), Scopes.NONE));
        assertThat(client.grants()).containsExactly(grant("orders-api"), grant("//x.example.com/y"));
        assertThat(read(with("audiences", " , ", "grants", "")).client()).isEqualTo(ClientMetadata.NONE);
        assertThat(read(with("grants", List.of("a-api", Map.of("audience", "b-api"))))
                        .client()
                        .grants())
                .containsExactly(grant("a-api"), grant("b-api"));
    }

    private static Grant grant(String audience) {
        return new Grant(
                new Name(audience), Scopes.NONE, Scopes.NONE, Grant.TokenType.FITTING, Grant.DEFAULT_MAX_TOKEN_TTL);
    }

    @Test
    void fillsInTheDefaultsOfATrustedIssuer() {
        TrustedIssuer issuer = read(with(
                        "jwtBearerAuth", Map.of("trustedIssuers", List.of(issuer("jwks", null, "algorithm", null)))))
                .method(JwtBearerAuth.class)
                .orElseThrow()
                .issuers()
                .get(0);
        assertThat(issuer.keys())
                .isEqualTo(new TrustedKeys.ByDiscovery(
                        new IssuerUrl("https://ci.example.com"), Algorithm.RS256, Optional.empty()));
        assertThat(issuer.singleUse()).isFalse();
        assertThat(issuer.claims()).isEmpty();
    }

    @Test
    void takesEachAssertionOfAClientsOwnKeyOnceUnlessToldOtherwise() {
        for (Map<String, Object> unnamed : List.of(
                Map.<String, Object>of("jwks", JWKS, "algorithm", "ES256"),
                Map.<String, Object>of("jwks", JWKS, "algorithm", "ES256", "singleUse", true))) {
            assertThat(keyAuth(unnamed).singleUse()).isTrue();
        }
        assertThat(keyAuth(Map.of("jwks", JWKS, "algorithm", "ES256", "singleUse", false))
                        .singleUse())
                .isFalse();
    }

    private static ClientKeyAuth keyAuth(Map<String, Object> fields) {
        return read(Map.of("clientKeyAuth", fields)).method(ClientKeyAuth.class).orElseThrow();
    }

    /** A typo must not silently drop a constraint, wherever it is. */
    @ParameterizedTest
    @MethodSource
    void refusesAnUnknownField(Map<String, Object> fields, String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(fields))
                .withMessageContaining("unknown field")
                .withMessageContaining(name);
    }

    static Stream<Arguments> refusesAnUnknownField() {
        return Stream.of(
                arguments(with("aliases", "shop"), "aliases"),
                arguments(with("audience", "shop-api"), "audience"),
                arguments(with("grant", "orders-api"), "grant"),
                arguments(with("audiences", List.of(Map.of("name", "a", "scope", "read"))), "scope"),
                arguments(with("grants", List.of(Map.of("audience", "a", "scope", "read"))), "scope"),
                arguments(with("grants", List.of(Map.of("audience", "a", "defaultScope", "read"))), "defaultScope"),
                arguments(with("grants", List.of(Map.of("audience", "a", "accessTokenTtl", 60L))), "accessTokenTtl"),
                arguments(trusting(issuer("claim", Map.of("ref", "main"))), "claim"),
                arguments(trusting(issuer("subjects", "x")), "subjects"),
                // With both it would be unclear which keys count.
                arguments(trusting(issuer("jwksUri", "https://keys.example.com/jwks")), "jwksUri"),
                arguments(trusting(issuer("caCert", "-----BEGIN")), "caCert"),
                arguments(with("jwtBearerAuth", more(issuers(issuer()), "issuers", List.of())), "issuers"),
                arguments(with("clientKeyAuth", Map.of("jwks", JWKS, "algorithm", "ES256", "once", true)), "once"),
                arguments(
                        with("clientKeyAuth", Map.of("jwks", JWKS, "algorithm", "ES256", "jwksUri", "https://x")),
                        "jwksUri"),
                arguments(with("clientSecretAuth", more(secrets(secret("a")), "secret", "x")), "secret"),
                arguments(
                        with("clientSecretAuth", secrets(Map.of("id", "a", "sha256", SHA256, "expiresAt", 1L))),
                        "expiresAt"));
    }

    @ParameterizedTest
    @MethodSource
    void refusesAValueOfAnotherType(Map<String, Object> fields, String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(fields))
                .withMessageContaining(name)
                .withMessageContaining("must be");
    }

    static Stream<Arguments> refusesAValueOfAnotherType() {
        return Stream.of(
                arguments(with("alias", 5L), "alias"),
                arguments(with("alias", List.of("shop")), "alias"),
                arguments(with("audiences", 5L), "audiences"),
                arguments(with("audiences", Map.of("name", "a")), "audiences"),
                arguments(with("audiences", List.of(5L)), "audiences"),
                arguments(with("audiences", List.of(Map.of("name", 5L))), "audiences.name"),
                arguments(with("audiences", List.of(Map.of("name", "a", "scopes", 5L))), "audiences.scopes"),
                arguments(with("audiences", List.of(Map.of("name", "a", "scopes", List.of(5L)))), "audiences.scopes"),
                arguments(with("grants", List.of(Map.of("audience", true))), "grants.audience"),
                arguments(with("grants", List.of(Map.of("audience", "a", "tokenType", 5L))), "grants.tokenType"),
                arguments(with("grants", List.of(Map.of("audience", "a", "tokenType", "at+JWT"))), "tokenType"),
                arguments(with("grants", List.of(Map.of("audience", "a", "accessTokenTTL", "60"))), "accessTokenTTL"),
                arguments(with("grants", List.of(Map.of("audience", "a", "accessTokenTTL", 1.5))), "accessTokenTTL"),
                arguments(with("jwtBearerAuth", "x"), "jwtBearerAuth"),
                arguments(with("jwtBearerAuth", Map.of("trustedIssuers", "https://ci.example.com")), "trustedIssuers"),
                arguments(with("jwtBearerAuth", Map.of("trustedIssuers", issuer())), "trustedIssuers"),
                arguments(trusting(issuer("subject", 5L)), "subject"),
                arguments(trusting(issuer("audience", List.of("a"))), "audience"),
                arguments(trusting(issuer("claims", List.of("a"))), "claims"),
                arguments(trusting(issuer("claims", Map.of("ref", true))), "claims"),
                arguments(trusting(issuer("singleUse", "true")), "singleUse"),
                arguments(trusting(issuer("algorithm", 256L)), "algorithm"),
                arguments(trusting(issuer("jwks", Map.of("keys", List.of()))), "jwks"),
                arguments(trusting(issuer("jwks", null, "jwksUri", List.of())), "jwksUri"),
                arguments(with("clientKeyAuth", List.of()), "clientKeyAuth"),
                arguments(with("clientSecretAuth", Map.of("secrets", SHA256)), "secrets"),
                arguments(with("clientSecretAuth", secrets(Map.of("id", 1L, "sha256", SHA256))), "secrets.id"),
                arguments(
                        with("clientSecretAuth", secrets(Map.of("id", "a", "sha256", SHA256, "createdAt", "now"))),
                        "createdAt"),
                arguments(
                        with("clientSecretAuth", secrets(Map.of("id", "a", "sha256", SHA256, "createdAt", -1L))),
                        "createdAt"),
                arguments(
                        with(
                                "clientSecretAuth",
                                secrets(Map.of("id", "a", "sha256", SHA256, "createdAt", 253_402_300_800L))),
                        "createdAt"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refuses(String what, Map<String, Object> fields) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(fields));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                arguments("an empty alias", with("alias", "")),
                arguments("an alias with a space", with("alias", "a b")),
                arguments("an alias with a line", with("alias", "a\n")),
                arguments("an alias with a slash", with("alias", "a/b")),
                arguments("an alias that is too long", with("alias", "a".repeat(256))),
                arguments("an address that is too long", with("alias", "https://" + "a".repeat(248))),
                arguments("an audience without a name", with("audiences", List.of(Map.of("scopes", "read")))),
                arguments("an audience of spaces", with("audiences", List.of(Map.of("name", " ")))),
                arguments("an audience that stands twice", with("audiences", List.of("a", "b", "a"))),
                arguments(
                        "an audience that stands twice with scopes",
                        with("audiences", List.of("a", Map.of("name", "a", "scopes", "x")))),
                arguments(
                        "a grant that stands twice",
                        with("grants", List.of("a", Map.of("audience", "a", "scopes", "x")))),
                arguments("too many audiences", with("audiences", names(1001))),
                arguments("too many grants", with("grants", names(1001))),
                arguments("a scope with a quote", with("audiences", List.of(Map.of("name", "a", "scopes", "a\"b")))),
                arguments(
                        "a scope with a space",
                        with("audiences", List.of(Map.of("name", "a", "scopes", List.of("a b"))))),
                arguments(
                        "an empty scope",
                        with("audiences", List.of(Map.of("name", "a", "scopes", List.of("x", "a\tb"))))),
                arguments(
                        "a scope that is too long",
                        with("audiences", List.of(Map.of("name", "a", "scopes", "a".repeat(101))))),
                arguments("too many scopes", with("audiences", List.of(Map.of("name", "a", "scopes", names(101))))),
                arguments("a grant without an audience", with("grants", List.of(Map.of("scopes", "read")))),
                arguments(
                        "defaults outside the scopes",
                        with(
                                "grants",
                                List.of(Map.of("audience", "a", "scopes", "read", "defaultScopes", "read, write")))),
                arguments("a grant of no time", with("grants", List.of(Map.of("audience", "a", "accessTokenTTL", 0L)))),
                arguments(
                        "a grant of less than no time",
                        with("grants", List.of(Map.of("audience", "a", "accessTokenTTL", -1L)))),
                arguments(
                        "a grant of more than a day",
                        with("grants", List.of(Map.of("audience", "a", "accessTokenTTL", 86_401L)))),
                arguments(
                        "a grant without end",
                        with("grants", List.of(Map.of("audience", "a", "accessTokenTTL", Long.MAX_VALUE)))),
                arguments("no trusted issuers", with("jwtBearerAuth", Map.of("trustedIssuers", List.of()))),
                arguments("trusted issuers left out", with("jwtBearerAuth", Map.of())),
                arguments(
                        "too many trusted issuers",
                        with(
                                "jwtBearerAuth",
                                Map.of(
                                        "trustedIssuers",
                                        IntStream.range(0, 21)
                                                .mapToObj(i -> issuer("subject", "s" + i))
                                                .toList()))),
                arguments("an issuer without issuer", trusting(issuer("issuer", null))),
                arguments("an issuer without subject", trusting(issuer("subject", null))),
                arguments("an issuer without audience", trusting(issuer("audience", null))),
                arguments("an empty issuer", trusting(issuer("issuer", " "))),
                arguments("an empty subject", trusting(issuer("subject", ""))),
                arguments("an empty audience", trusting(issuer("audience", ""))),
                arguments("an issuer that is too long", trusting(issuer("issuer", "i".repeat(256)))),
                arguments("an audience that is too long", trusting(issuer("audience", "a".repeat(256)))),
                arguments("two stars in a row", trusting(issuer("subject", "a**"))),
                arguments("a subject with a line", trusting(issuer("subject", "a\nb"))),
                arguments("a subject that is not ASCII", trusting(issuer("subject", "a\u00e9"))),
                arguments("a subject that is too long", trusting(issuer("subject", "a".repeat(1001)))),
                arguments("an empty claim", trusting(issuer("claims", Map.of("ref", "")))),
                arguments("empty keys", trusting(issuer("jwks", ""))),
                arguments("an empty address of keys", trusting(issuer("jwks", null, "jwksUri", ""))),
                arguments("an empty certificate", trusting(issuer("jwks", null, "caCert", ""))),
                arguments("a client's empty keys", with("clientKeyAuth", Map.of("jwks", " "))),
                arguments(
                        "trusted IPs of a client without elements",
                        with(
                                "clientKeyAuth",
                                Map.of("jwks", JWKS, "algorithm", "ES256", "accessTokenTrustedIps", List.of()))),
                arguments(
                        "trusted IPs of a secret without elements",
                        with(
                                "clientSecretAuth",
                                Map.of("secrets", List.of(secret("a")), "accessTokenTrustedIps", List.of()))),
                arguments(
                        "trusted IPs of an issuer without elements",
                        with(
                                "jwtBearerAuth",
                                Map.of("trustedIssuers", List.of(issuer()), "accessTokenTrustedIps", List.of()))),
                arguments("a secret algorithm", trusting(issuer("algorithm", "HS256"))),
                arguments("no algorithm", trusting(issuer("algorithm", "none"))),
                arguments("an algorithm in small letters", trusting(issuer("algorithm", "es256"))),
                arguments("keys of another algorithm", trusting(issuer("algorithm", "RS256"))),
                arguments("keys that are none", trusting(issuer("jwks", "{\"keys\":[]}"))),
                arguments("a private key", trusting(issuer("jwks", new JWKSet(KEY).toString(false)))),
                arguments(
                        "a private key of a client",
                        with("clientKeyAuth", Map.of("jwks", new JWKSet(KEY).toString(false), "algorithm", "ES256"))),
                arguments(
                        "a secret key of a client",
                        with(
                                "clientKeyAuth",
                                Map.of(
                                        "jwks",
                                        "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"1\",\"k\":\"AAAA\"}]}",
                                        "algorithm",
                                        "ES256"))),
                arguments("a client without a key", with("clientKeyAuth", Map.of("algorithm", "ES256"))),
                arguments("a client's key of another algorithm", with("clientKeyAuth", Map.of("jwks", JWKS))),
                arguments(
                        "21 secrets",
                        with(
                                "clientSecretAuth",
                                Map.of(
                                        "secrets",
                                        IntStream.range(0, 21)
                                                .mapToObj(n -> secret("s" + n))
                                                .toList()))),
                arguments(
                        "a client id with a space",
                        with("clientSecretAuth", Map.of("clientId", "a b", "secrets", List.of(secret("a"))))),
                arguments(
                        "addresses of secrets without elements",
                        with(
                                "clientSecretAuth",
                                Map.of("secrets", List.of(secret("a")), "clientSecretTrustedIps", List.of()))),
                arguments(
                        "a period that is too long",
                        with(
                                "clientSecretAuth",
                                Map.of("secrets", List.of(secret("a")), "accessTokenPeriod", 7_776_001L))),
                arguments("two secrets of one id", with("clientSecretAuth", secrets(secret("a"), secret("a")))),
                arguments("a secret without an id", with("clientSecretAuth", secrets(Map.of("sha256", SHA256)))),
                arguments("a secret without its hash", with("clientSecretAuth", secrets(Map.of("id", "a")))),
                arguments("a secret's id with a space", with("clientSecretAuth", secrets(secret("a b")))),
                arguments(
                        "a hash in capitals",
                        with("clientSecretAuth", secrets(Map.of("id", "a", "sha256", "0A".repeat(32))))),
                arguments(
                        "a hash that is too short",
                        with("clientSecretAuth", secrets(Map.of("id", "a", "sha256", "0a".repeat(31))))));
    }

    /** The secret itself instead of its hash: the message must not repeat it. */
    @Test
    void tellsNoSecretThatStandsInTheWrongPlace() {
        String secret = ClientSecret.make(new byte[ClientSecret.BYTES]).text();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(with("clientSecretAuth", secrets(Map.of("id", "a", "sha256", secret)))))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(secret));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(
                        with("clientKeyAuth", Map.of("jwks", new JWKSet(KEY).toString(false), "algorithm", "ES256"))))
                .satisfies(e ->
                        assertThat(e.getMessage()).doesNotContain(KEY.getD().toString()));
    }

    @Test
    void refusesAnIssuerThatWouldAdmitAllOfItsTokens() {
        for (Map<String, Object> any : List.of(
                issuer("subject", "*"),
                issuer("subject", "*", "claims", Map.of()),
                issuer("subject", "*", "claims", Map.of("ref", "*")),
                issuer("subject", "*", "claims", Map.of("ref", "*", "env", "*")))) {
            assertThatExceptionOfType(UnconstrainedException.class).isThrownBy(() -> read(trusting(any)));
        }
        assertThat(read(trusting(issuer("subject", "*", "claims", Map.of("ref", "main", "env", "*")))))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://ci.example.com",
                "https://user@ci.example.com",
                "https://ci.example.com@evil.example",
                "https://ci.example.com#x",
                "https://ci.example.com/%2e%2e/x",
                "https://ci.example.com/../x",
                "https://ci.example.com/keys?x=1",
                "https://127.0.0.1/keys",
                "https://169.254.169.254/latest",
                "https://[::1]/keys",
                "https://[::ffff:169.254.169.254]/keys",
                "file:///etc/passwd",
                "ci.example.com"
            })
    void fetchesNoKeysFrom(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(trusting(issuer("jwks", null, "issuer", address))));
        assertThatIllegalArgumentException().isThrownBy(() -> read(trusting(issuer("jwks", null, "jwksUri", address))));
        // If nothing is fetched, iss may be any text.
        assertThat(read(trusting(issuer("issuer", address)))).isNotNull();
    }

    @Test
    void takesBoundsThemselves() {
        assertThat(read(with(
                                "alias",
                                "a".repeat(255),
                                "grants",
                                List.of(
                                        Map.of("audience", "a", "accessTokenTTL", 1L),
                                        Map.of("audience", "b", "accessTokenTTL", 86_400L)),
                                "audiences",
                                names(1000)))
                        .client()
                        .grants())
                .extracting(Grant::longestToken)
                .containsExactly(Duration.ofSeconds(1), Duration.ofDays(1));
        assertThat(read(trusting(issuer("audience", "a".repeat(255), "subject", "s".repeat(1000)))))
                .isNotNull();
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(number -> "name-" + number).toList();
    }

    private static Identity read(Map<String, Object> fields) {
        return Providers.DOCUMENTS.read(ID, fields);
    }

    /** Names and values alternate; null removes a field. */
    private static Map<String, Object> with(Object... namesAndValues) {
        return more(Map.of(), namesAndValues);
    }

    private static Map<String, Object> more(Map<String, Object> fields, Object... namesAndValues) {
        Map<String, Object> changed = new HashMap<>(fields);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] == null) {
                changed.remove(namesAndValues[i]);
            } else {
                changed.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        return changed;
    }

    private static Map<String, Object> issuer(Object... namesAndValues) {
        return more(
                Map.of(
                        "issuer", "https://ci.example.com",
                        "subject", "repo:shop/frontend",
                        "audience", "sallyport",
                        "algorithm", "ES256",
                        "jwks", JWKS),
                namesAndValues);
    }

    private static Map<String, Object> issuers(Map<String, Object> issuer) {
        return Map.of("trustedIssuers", List.of(issuer));
    }

    private static Map<String, Object> trusting(Map<String, Object> issuer) {
        return with("jwtBearerAuth", issuers(issuer));
    }

    private static Map<String, Object> secret(String id) {
        return Map.of("id", id, "sha256", SHA256);
    }

    private static Map<String, Object> secrets(Object... secrets) {
        return Map.of("secrets", List.of(secrets));
    }

    @Test
    void makesPlainJwtsForGoogleUnderBothOfItsNames() {
        String pool = "iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x";
        for (String audience : List.of("//" + pool, "https://" + pool)) {
            assertThat(grant(audience).wantsPlainJwt()).isTrue();
        }
        for (String audience : List.of("https://iam.googleapis.com.evil.example/x", "iam.googleapis.com", "//iam")) {
            assertThat(grant(audience).wantsPlainJwt()).isFalse();
        }
    }

    @Test
    void makesAndAdmitsSecretsOfFullStrengthThatAreStillThere() throws Exception {
        assertThatIllegalArgumentException().isThrownBy(() -> ClientSecret.make(new byte[31]));
        ClientSecretAuth auth = read(with("clientSecretAuth", secrets(secret("a"))))
                .method(ClientSecretAuth.class)
                .orElseThrow();
        auth.admit(new ClientSecretAttestation("a", ""));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> auth.admit(new ClientSecretAttestation("b", "")))
                .returns(Reason.BAD_CLIENT_SECRET, Refused::reason);
    }
}
