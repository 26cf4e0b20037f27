package io.sallyport.method.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.identity.document.Document;
import io.sallyport.method.Assertion;
import io.sallyport.method.issuer.IssuerAttestation;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JWTs of an OpenID provider, found by discovery over TLS. */
class OidcVerifierTest {
    private static final IdentityId ID = new IdentityId("shop-deploy");
    private static final String OURS = "https://login.example.com";
    private static final TestClock CLOCK = new TestClock();
    private static final long NOW = CLOCK.instant().getEpochSecond();

    private static SimulatedCluster issuer;
    private static SimulatedCluster elsewhere;

    private OidcVerifier verifier = new OidcVerifier(new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()), OURS);

    @BeforeAll
    static void start() {
        issuer = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone();
        elsewhere = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone();
    }

    @AfterAll
    static void stop() {
        issuer.close();
        elsewhere.close();
    }

    @BeforeEach
    void recover() {
        issuer.behaviour().recover();
        elsewhere.behaviour().recover();
    }

    @Test
    void vouchesForAWorkloadAndTellsWhatIsAskedFor() throws Exception {
        IssuerAttestation attested = verify(issuer.sign(claims()), read(fields()));
        assertThat(attested.method()).isEqualTo("oidc");
        assertThat(attested.facts())
                .isEqualTo(Map.of(
                        "issuer", issuer.issuer(),
                        "subject", "job:42",
                        "team.name", "shop",
                        "groups", "[\"dev\"]",
                        "repository", "shop/web",
                        "roles", "[\"dev\",\"ops\"]"));
        assertThat(read(fields()).has(attested.facts())).isTrue();
        assertThat(read(with("boundIssuer", "https://other.example.com")).has(attested.facts()))
                .isFalse();
    }

    @Test
    void takesEachOfItsAudiencesAloneInAListOrNot() throws Exception {
        OidcAuth method = read(with("boundAudiences", OURS + ", sallyport"));
        verify(issuer.sign(set("aud", "sallyport").apply(claims())), method);
        verify(issuer.sign(set("aud", List.of("sallyport")).apply(claims())), method);
        assertRefused(
                Reason.WRONG_AUDIENCE,
                issuer.sign(set("aud", List.of(OURS, "sallyport")).apply(claims())),
                method);
    }

    static Stream<Arguments> refusesAJwtThat() {
        return Stream.of(
                arguments("has no issuer", Reason.CLAIM_MISSING, without("iss")),
                arguments("has another issuer", Reason.WRONG_ISSUER, set("iss", "https://evil.example")),
                arguments("has the issuer with a slash", Reason.WRONG_ISSUER, set("iss", issuer.issuer() + "/")),
                arguments("has a list of issuers", Reason.CLAIM_MALFORMED, set("iss", List.of(issuer.issuer()))),
                arguments("is Sallyport's own", Reason.WRONG_ISSUER, set("iss", OURS)),
                arguments("has no subject", Reason.CLAIM_MISSING, without("sub")),
                arguments("has another subject", Reason.SUBJECT_NOT_ALLOWED, set("sub", "admin:42")),
                arguments("has a longer subject before", Reason.SUBJECT_NOT_ALLOWED, set("sub", "xjob:42")),
                arguments("has a number for subject", Reason.CLAIM_MALFORMED, set("sub", 42)),
                arguments("has an oversize subject", Reason.CLAIM_MALFORMED, set("sub", "job:" + "x".repeat(1000))),
                arguments("has no audience", Reason.WRONG_AUDIENCE, without("aud")),
                arguments("has an empty audience", Reason.WRONG_AUDIENCE, set("aud", "")),
                arguments("has another audience", Reason.WRONG_AUDIENCE, set("aud", "vault")),
                arguments("has us among others", Reason.WRONG_AUDIENCE, set("aud", List.of(OURS, "vault"))),
                arguments("has us in a nested list", Reason.CLAIM_MALFORMED, set("aud", List.of(List.of(OURS)))),
                arguments("has an object for audience", Reason.CLAIM_MALFORMED, set("aud", Map.of("0", OURS))),
                arguments("has no nested claim", Reason.CLAIM_NOT_ALLOWED, without("team")),
                arguments("has the path as a name", Reason.CLAIM_NOT_ALLOWED, set("team", "x", "team.name", "shop")),
                arguments("has another nested claim", Reason.CLAIM_NOT_ALLOWED, set("team", Map.of("name", "shop2"))),
                arguments(
                        "has an object for a claim",
                        Reason.CLAIM_NOT_ALLOWED,
                        set("team", Map.of("name", Map.of("shop", true)))),
                arguments("has none of the elements", Reason.CLAIM_NOT_ALLOWED, set("groups", List.of("ops"))),
                arguments("has the elements in an object", Reason.CLAIM_NOT_ALLOWED, set("groups", Map.of("0", "dev"))),
                arguments("has the elements as one text", Reason.CLAIM_NOT_ALLOWED, set("groups", "dev,ops")),
                arguments("never expires", Reason.CLAIM_MISSING, without("exp")),
                arguments("has expired", Reason.EXPIRED, set("exp", NOW - 60)),
                arguments("lives for more than a day", Reason.LIFETIME_TOO_LONG, set("exp", NOW + 86_461)),
                arguments("is not valid yet", Reason.NOT_YET_VALID, set("nbf", NOW + 61)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAJwtThat(String flaw, Reason reason, UnaryOperator<Map<String, Object>> change) {
        int before = issuer.requests();
        assertRefused(reason, issuer.sign(change.apply(claims())), read(fields()));
        assertThat(issuer.requests()).isEqualTo(before);
    }

    @Test
    void refusesTheKeysOfAnotherIssuer() {
        assertRefused(Reason.UNKNOWN_KEY, elsewhere.sign(claims()), read(fields()));
    }

    /** Discovery at another host would choose the keys of the issuer. */
    @Test
    void refusesADiscoveryDocumentOfAnotherIssuer() {
        Map<String, Object> fields = with("oidcDiscoveryUrl", elsewhere.issuer());
        fields.put("caCert", elsewhere.caCertificate());
        assertRefused(Reason.KEYS_UNAVAILABLE, elsewhere.sign(claims()), read(fields));
    }

    @Test
    void refusesKeysOnAnotherHostThanTheDocument() {
        issuer.behaviour()
                .answerWith(
                        200,
                        "{\"issuer\":\"" + issuer.issuer() + "\",\"jwks_uri\":\"" + elsewhere.host()
                                + "/openid/v1/jwks\"}");
        int before = elsewhere.requests();
        assertRefused(Reason.KEYS_UNAVAILABLE, elsewhere.sign(claims()), read(fields()));
        assertThat(elsewhere.requests()).isEqualTo(before);
    }

    @Test
    void followsNoRedirectAndTrustsNoOtherCertificate() {
        issuer.behaviour().redirectTo(URI.create(elsewhere.host() + "/.well-known/openid-configuration"));
        assertRefused(Reason.KEYS_UNAVAILABLE, issuer.sign(claims()), read(fields()));
        issuer.behaviour().recover();
        assertRefused(Reason.KEYS_UNAVAILABLE, issuer.sign(claims()), read(with("caCert", "")));
    }

    @Test
    void asksNoIssuerOnTheLoopbackFromADeployedFunction() {
        verifier = new OidcVerifier(new HttpsGuardedHosts(AddressPolicy.privateToo()), OURS);
        assertRefused(Reason.HOST_NOT_ALLOWED, issuer.sign(claims()), read(fields()));
    }

    static Stream<Arguments> refusesAMethod() {
        return Stream.of(
                arguments("without an address", "oidcDiscoveryUrl", ""),
                arguments("with an address without TLS", "oidcDiscoveryUrl", "http://ci.example.com"),
                arguments("with a user in the address", "oidcDiscoveryUrl", "https://a@ci.example.com"),
                arguments("with a query in the address", "oidcDiscoveryUrl", "https://ci.example.com?x"),
                arguments("with an escape in the address", "oidcDiscoveryUrl", "https://ci.example.com/%2e%2e"),
                arguments("at a metadata server", "oidcDiscoveryUrl", "https://169.254.169.254"),
                arguments("with a number for the address", "oidcDiscoveryUrl", 7),
                arguments("without an issuer", "boundIssuer", " "),
                arguments("with an oversize issuer", "boundIssuer", "x".repeat(256)),
                arguments("without an audience", "boundAudiences", ""),
                arguments("with no audience in a list", "boundAudiences", List.of()),
                arguments("for any audience", "boundAudiences", "*"),
                arguments("with a number for audience", "boundAudiences", 7),
                arguments("with 21 audiences", "boundAudiences", numbered(21)),
                arguments("with an oversize audience", "boundAudiences", "x".repeat(256)),
                arguments("with a list for subject", "boundSubject", List.of("a")),
                arguments("with a deep pattern", "boundSubject", "job/**"),
                arguments("with an oversize subject", "boundSubject", "x".repeat(1001)),
                arguments("with a list for claims", "boundClaims", List.of()),
                arguments("with a number for a claim", "boundClaims", Map.of("a", 1)),
                arguments("with an empty claim", "boundClaims", Map.of("a", "")),
                arguments("with an empty alternative", "boundClaims", Map.of("a", "x, ")),
                arguments("with an empty name", "boundClaims", Map.of("", "x")),
                arguments("with an empty part of a name", "boundClaims", Map.of("a..b", "x")),
                arguments("with a bad pointer", "boundClaims", Map.of("/a~2", "x")),
                arguments("with nothing demanded", "boundClaims", Map.of("a", Map.of("all", List.of()))),
                arguments("with a misspelled demand", "boundClaims", Map.of("a", Map.of("any", List.of("x")))),
                arguments("with 51 claims", "boundClaims", members(51)),
                arguments("with a number for metadata", "claimMetadataMapping", Map.of("a", 1)),
                arguments("with a space in metadata", "claimMetadataMapping", Map.of("a b", "c")),
                arguments("with no claim for metadata", "claimMetadataMapping", Map.of("a", "")),
                arguments("with 21 metadata", "claimMetadataMapping", members(21)),
                arguments("of an unknown algorithm", "algorithm", "HS256"),
                arguments("of no algorithm", "algorithm", "none"),
                arguments("of an empty algorithm", "algorithm", ""),
                arguments("of a CA that is none", "caCert", "x"),
                arguments("with an unknown field", "boundSubjects", "x"),
                arguments("with a key address", "jwksUrl", "https://keys.example.com"));
    }

    private static List<String> numbered(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(number -> "a" + number)
                .toList();
    }

    private static Map<String, Object> members(int count) {
        Map<String, Object> members = new LinkedHashMap<>();
        numbered(count).forEach(name -> members.put(name, "x"));
        return members;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAMethod(String flaw, String field, Object value) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(with(field, value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", " * "})
    void takesAnySubjectOnlyBesideABoundClaim(String subject) throws Exception {
        Map<String, Object> fields = with("boundSubject", subject);
        verify(issuer.sign(claims()), read(fields));
        for (Map<String, Object> none : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("team.name", "*"),
                Map.of("team.name", "shop, *"),
                Map.of("groups", Map.of("all", List.of("*"))))) {
            fields.put("boundClaims", none);
            assertThatExceptionOfType(UnconstrainedException.class).isThrownBy(() -> read(fields));
        }
    }

    /** As for trusted issuers: on an issuer that serves everyone, a rule must fix the owner. */
    @Test
    void asksForTheOwnerOnASharedIssuer() {
        Map<String, Object> fields = with("boundIssuer", "https://token.actions.githubusercontent.com");
        fields.put("oidcDiscoveryUrl", "https://token.actions.githubusercontent.com");
        fields.put("caCert", "");
        for (Map<String, Object> claims : List.<Map<String, Object>>of(
                Map.of("ref", "refs/heads/main"),
                Map.of("repository_owner", "acme*"),
                Map.of("repository_owner", "acme, *"),
                Map.of("a.repository_owner", "acme"),
                Map.of("/repository_owner/0", "acme"))) {
            fields.put("boundClaims", claims);
            assertThatExceptionOfType(UnconstrainedException.class).isThrownBy(() -> read(fields));
        }
        for (Map<String, Object> claims : List.<Map<String, Object>>of(
                Map.of("repository_owner", "acme"),
                Map.of("repository_owner", "acme, acme-labs"),
                Map.of("/repository_owner_id", "42"),
                Map.of("repository", Map.of("all", List.of("*", "acme/*"))))) {
            fields.put("boundClaims", claims);
            assertThat(read(fields).bounds().trusted().issuer()).contains("githubusercontent");
        }
    }

    @Test
    void readsWhatItWrites() {
        OidcAuth method = read(fields());
        assertThat(read(new OidcProvider().write(method))).isEqualTo(method);
        Map<String, Object> least = new LinkedHashMap<>(Map.of(
                "oidcDiscoveryUrl", "https://ci.example.com",
                "boundIssuer", "https://ci.example.com",
                "boundAudiences", "a,b",
                "boundSubject", "job"));
        OidcAuth plain = read(least);
        assertThat(new OidcProvider().write(plain))
                .containsEntry("algorithm", "RS256")
                .containsEntry("boundAudiences", List.of("a", "b"))
                .containsEntry("boundClaims", Map.of())
                .doesNotContainKey("caCert");
        least.putAll(Map.of("caCert", "", "boundClaims", Map.of(), "claimMetadataMapping", Map.of()));
        assertThat(read(least)).isEqualTo(plain);
    }

    /** Sessions end when the issuer, its address or its authorities are replaced. */
    @Test
    void namesWhomItTrusts() {
        OidcAuth method = read(fields());
        assertThat(method.trust().root()).contains(issuer.issuer());
        assertThat(read(with("boundIssuer", "https://x.example")).trust().root())
                .isNotEqualTo(method.trust().root());
        assertThat(read(with("oidcDiscoveryUrl", "https://x.example")).trust().root())
                .isNotEqualTo(method.trust().root());
        assertThat(read(with("caCert", elsewhere.caCertificate())).trust().anchors())
                .isNotEqualTo(method.trust().anchors());
    }

    private static Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("oidcDiscoveryUrl", issuer.issuer());
        fields.put("caCert", issuer.caCertificate());
        fields.put("boundIssuer", issuer.issuer());
        fields.put("boundAudiences", OURS);
        fields.put("boundSubject", "job:*");
        fields.put("boundClaims", Map.of("team.name", "shop", "groups", "dev, root"));
        fields.put("claimMetadataMapping", Map.of("repository", "repository", "roles", "/groups", "no", "missing"));
        return fields;
    }

    private static Map<String, Object> with(String field, Object value) {
        Map<String, Object> fields = fields();
        fields.put(field, value);
        return fields;
    }

    private static OidcAuth read(Map<String, Object> fields) {
        return new OidcProvider().read(new Document("oidcAuth", fields));
    }

    private static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer.issuer());
        claims.put("sub", "job:42");
        claims.put("aud", OURS);
        claims.put("iat", NOW);
        claims.put("exp", NOW + 300);
        claims.put("team", Map.of("name", "shop"));
        claims.put("groups", List.of("dev", "ops"));
        claims.put("repository", "shop/web");
        claims.put("email", "x@example.com");
        return claims;
    }

    private static UnaryOperator<Map<String, Object>> set(Object... values) {
        return claims -> {
            for (int i = 0; i < values.length; i += 2) {
                claims.put((String) values[i], values[i + 1]);
            }
            return claims;
        };
    }

    private static UnaryOperator<Map<String, Object>> without(String name) {
        return claims -> {
            claims.keySet().removeAll(Collections.singleton(name));
            return claims;
        };
    }

    private IssuerAttestation verify(String jwt, OidcAuth method) throws Refused {
        IssuerAttestation attested = verifier.verify(new Assertion(jwt).parse(), ID, method, CLOCK.instant())
                .attestation();
        method.admit(attested);
        return attested;
    }

    private void assertRefused(Reason reason, String jwt, OidcAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(jwt, method))
                .returns(reason, Refused::reason);
    }
}
