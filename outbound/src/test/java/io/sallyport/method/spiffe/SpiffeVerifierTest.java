package io.sallyport.method.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.util.Base64URL;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Fit;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.document.Document;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Assertion;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.simulated.spiffe.SimulatedTrustDomain;
import io.sallyport.testing.TestClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JWT-SVIDs of a trust domain. */
class SpiffeVerifierTest {
    private static final IdentityId ID = new IdentityId("shop-web");
    private static final String OURS = "https://login.example.com";
    private static final String PATH = "/ns/shop/sa/web";
    private static final String SUBJECT = "spiffe://prod.example.com" + PATH;

    private final TestClock clock = new TestClock();
    private final SimulatedTrustDomain domain = SimulatedTrustDomain.start("prod.example.com", clock);
    private final SimulatedTrustDomain other = SimulatedTrustDomain.start("dev.example.com", clock);
    private SpiffeVerifier verifier =
            new SpiffeVerifier(new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()), OURS);

    @AfterEach
    void stop() {
        domain.close();
        other.close();
    }

    @Test
    void vouchesForAWorkloadByItsSvid() throws Exception {
        for (SpiffeAuth method : List.of(pasted(), fetched())) {
            SpiffeAttestation attested = verify(domain.svid(PATH, OURS), method);
            assertThat(attested.facts()).isEqualTo(Map.of("trust_domain", "prod.example.com", "spiffe_id", SUBJECT));
            assertThat(attested.method()).isEqualTo("spiffe");
            assertThat(method.has(attested.facts())).isTrue();
        }
    }

    @Test
    void takesKeysOfEachKindByTheirOwnAlgorithm() throws Exception {
        verify(domain.svid(PATH, OURS), pasted());
        domain.rotateToP384();
        verify(domain.svid(PATH, OURS), pasted());
        domain.rotateToRsa();
        verify(domain.svid(PATH, OURS), pasted());
    }

    static Stream<Arguments> refusesASvidThat() {
        return Stream.of(
                arguments("has no subject", Reason.CLAIM_MISSING, without("sub")),
                arguments("has an empty subject", Reason.WRONG_TRUST_DOMAIN, set("sub", "")),
                arguments("has a number for subject", Reason.CLAIM_MALFORMED, set("sub", 7)),
                arguments("has a list for subject", Reason.CLAIM_MALFORMED, set("sub", List.of(SUBJECT))),
                arguments(
                        "is of another trust domain",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://dev.example.com" + PATH)),
                arguments(
                        "is of a longer trust domain",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://prod.example.com.evil" + PATH)),
                arguments(
                        "has the trust domain in capitals",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://Prod.example.com" + PATH)),
                arguments(
                        "has the scheme in capitals",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "SPIFFE://prod.example.com" + PATH)),
                arguments(
                        "has a user before the trust domain",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://dev@prod.example.com" + PATH)),
                arguments(
                        "has a port after the trust domain",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://prod.example.com:443" + PATH)),
                arguments("has no scheme", Reason.WRONG_TRUST_DOMAIN, set("sub", "prod.example.com" + PATH)),
                arguments("has no path", Reason.WRONG_TRUST_DOMAIN, set("sub", "spiffe://prod.example.com")),
                arguments("has an empty path", Reason.WRONG_TRUST_DOMAIN, set("sub", "spiffe://prod.example.com/")),
                arguments("has a trailing slash", Reason.WRONG_TRUST_DOMAIN, set("sub", SUBJECT + "/")),
                arguments(
                        "has an empty segment",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://prod.example.com/ns//shop/sa/web")),
                arguments(
                        "goes back by two dots",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://prod.example.com/ns/dev/../shop/sa/web")),
                arguments(
                        "stays by a dot",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://prod.example.com/ns/./shop/sa/web")),
                arguments(
                        "escapes a slash",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://prod.example.com/ns/shop/sa%2fweb")),
                arguments(
                        "escapes a letter",
                        Reason.WRONG_TRUST_DOMAIN,
                        set("sub", "spiffe://prod.example.com/ns/sho%70/sa/web")),
                arguments("has a query", Reason.WRONG_TRUST_DOMAIN, set("sub", SUBJECT + "?x=1")),
                arguments("has a fragment", Reason.WRONG_TRUST_DOMAIN, set("sub", SUBJECT + "#x")),
                arguments("has a line break", Reason.WRONG_TRUST_DOMAIN, set("sub", SUBJECT + "\n")),
                arguments("has a star", Reason.WRONG_TRUST_DOMAIN, set("sub", "spiffe://prod.example.com/ns/*")),
                arguments("is oversize", Reason.WRONG_TRUST_DOMAIN, set("sub", SUBJECT + "x".repeat(2048))),
                arguments(
                        "is of another workload",
                        Reason.SPIFFE_ID_NOT_ALLOWED,
                        set("sub", "spiffe://prod.example.com/ns/shop/sa/admin")),
                arguments(
                        "has the path in capitals",
                        Reason.SPIFFE_ID_NOT_ALLOWED,
                        set("sub", "spiffe://prod.example.com/NS/shop/sa/web")),
                arguments("is of a longer path", Reason.SPIFFE_ID_NOT_ALLOWED, set("sub", SUBJECT + "/x")),
                arguments("has no audience", Reason.WRONG_AUDIENCE, without("aud")),
                arguments("has no audience in a list", Reason.WRONG_AUDIENCE, set("aud", List.of())),
                arguments("has another audience", Reason.WRONG_AUDIENCE, set("aud", List.of("vault"))),
                arguments("has us among others", Reason.WRONG_AUDIENCE, set("aud", List.of(OURS, "vault"))),
                arguments("has us twice", Reason.WRONG_AUDIENCE, set("aud", List.of(OURS, OURS))),
                arguments("has us in a nested list", Reason.CLAIM_MALFORMED, set("aud", List.of(List.of(OURS)))),
                arguments("has an audience in an object", Reason.CLAIM_MALFORMED, set("aud", Map.of("x", OURS))),
                arguments("has a number for audience", Reason.CLAIM_MALFORMED, set("aud", 1)),
                arguments("has an audience with a slash", Reason.WRONG_AUDIENCE, set("aud", OURS + "/")),
                arguments("never expires", Reason.CLAIM_MISSING, without("exp")),
                arguments("has expired", Reason.EXPIRED, later("exp", -60)),
                arguments("lives for more than a day", Reason.LIFETIME_TOO_LONG, later("exp", 86_461)),
                arguments("is not valid yet", Reason.NOT_YET_VALID, later("nbf", 61)),
                arguments("is from the future", Reason.NOT_YET_VALID, later("iat", 61)),
                arguments("is Sallyport's own", Reason.WRONG_ISSUER, set("iss", OURS)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesASvidThat(String flaw, Reason reason, UnaryOperator<Map<String, Object>> change) {
        String jwt = domain.sign(change.apply(domain.claims(PATH, OURS)));
        assertRefused(reason, jwt, pasted());
        assertRefused(reason, jwt, fetched());
        assertThat(domain.requests()).isZero();
    }

    @Test
    void refusesTheKeysOfOthers() throws Exception {
        Map<String, Object> claims = domain.claims(PATH, OURS);
        assertRefused(Reason.BAD_SIGNATURE, other.sign(claims), pasted());
        assertRefused(Reason.UNKNOWN_KEY, domain.signByX509Authority(claims), pasted());
        assertRefused(Reason.UNKNOWN_KEY, domain.signByX509Authority(claims), fetched());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "HS384", "RS384", "ES512", "EdDSA", "es256", ""})
    void refusesAnAlgorithmOfNoKey(String algorithm) {
        Reason reason = algorithm.isEmpty() ? Reason.ASSERTION_MALFORMED : Reason.ALGORITHM_NOT_ALLOWED;
        assertRefused(reason, withHeader("{\"alg\":\"" + algorithm + "\",\"kid\":\"jwt-1\"}"), pasted());
    }

    /** A key is for one algorithm, whatever the JWT says. */
    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "PS384", "ES384"})
    void refusesTheAlgorithmOfAnotherKey(String algorithm) {
        assertRefused(Reason.UNKNOWN_KEY, withHeader("{\"alg\":\"" + algorithm + "\",\"kid\":\"jwt-1\"}"), pasted());
    }

    @Test
    void refusesTheOtherAlgorithmOfAnRsaKey() throws Exception {
        domain.rotateToRsa();
        verify(domain.svid(PATH, OURS), pasted());
        assertRefused(Reason.UNKNOWN_KEY, withHeader("{\"alg\":\"PS256\",\"kid\":\"jwt-2\"}"), pasted());
    }

    @Test
    void refusesAMacKeyedWithTheBundle() throws Exception {
        String input = encoded("{\"alg\":\"HS256\",\"kid\":\"jwt-1\"}") + "."
                + domain.svid(PATH, OURS).split("\\.", -1)[1];
        com.nimbusds.jose.JWSHeader header = new com.nimbusds.jose.JWSHeader(JWSAlgorithm.HS256);
        Base64URL mac = new MACSigner(domain.bundle().getBytes(StandardCharsets.UTF_8))
                .sign(header, input.getBytes(StandardCharsets.UTF_8));
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, input + "." + mac, pasted());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"ES256\"}",
                "{\"alg\":\"ES256\",\"kid\":\"\"}",
                "{\"alg\":\"ES256\",\"kid\":7}",
                "{\"alg\":\"ES256\",\"kid\":[\"jwt-1\"]}",
                "{\"alg\":\"ES256\",\"kid\":\"jwt-1\",\"kid\":\"jwt-1\"}"
            })
    void refusesAHeaderWithoutOneKey(String header) {
        assertRefused(Reason.ASSERTION_MALFORMED, withHeader(header), pasted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwt-2", "JWT-1", "jwt-1 ", "ES256 jwt-1", "../jwt-1", "x509"})
    void refusesAnotherKeyId(String keyId) {
        assertRefused(Reason.UNKNOWN_KEY, withHeader("{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}"), pasted());
    }

    @Test
    void takesTheTypesOfTheSpecificationAndNoOther() {
        for (String type : List.of("JWT", "JOSE")) {
            assertRefused(
                    Reason.BAD_SIGNATURE,
                    withHeader("{\"alg\":\"ES256\",\"kid\":\"jwt-1\",\"typ\":\"" + type + "\"}"),
                    pasted());
        }
        assertRefused(
                Reason.TOKEN_TYPE_NOT_ALLOWED,
                withHeader("{\"alg\":\"ES256\",\"kid\":\"jwt-1\",\"typ\":\"at+jwt\"}"),
                pasted());
        assertRefused(
                Reason.HEADER_NOT_ALLOWED,
                withHeader("{\"alg\":\"ES256\",\"kid\":\"jwt-1\",\"jku\":\"https://evil.example\"}"),
                pasted());
    }

    @Test
    void refreshesTheBundleAsItAsks() throws Exception {
        SpiffeAuth method = fetched();
        verify(domain.svid(PATH, OURS), method);
        verify(domain.svid(PATH, OURS), method);
        assertThat(domain.requests()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(301));
        verify(domain.svid(PATH, OURS), method);
        assertThat(domain.requests()).isEqualTo(2);
    }

    @Test
    void noticesANewKeyWithinTheCooldownAndSurvivesAnOutage() throws Exception {
        SpiffeAuth method = fetched();
        verify(domain.svid(PATH, OURS), method);
        domain.rotateToP384();
        assertRefused(Reason.UNKNOWN_KEY, domain.svid(PATH, OURS), method);
        clock.advance(Duration.ofSeconds(31));
        verify(domain.svid(PATH, OURS), method);
        domain.behaviour().fail(503);
        clock.advance(Duration.ofMinutes(30));
        verify(domain.svid(PATH, OURS), method);
    }

    static Stream<Arguments> cannotUseAnEndpointThat() {
        return Stream.of(
                arguments("fails", (UnaryOperator<SimulatedTrustDomain>) domain -> {
                    domain.behaviour().fail(500);
                    return domain;
                }),
                arguments("answers no JSON", answering("<html>")),
                arguments("answers a list", answering("[]")),
                arguments("has no keys", answering("{\"keys\":[]}")),
                arguments("has keys twice", answering("{\"keys\":[],\"keys\":[]}")),
                arguments("has an object of keys", answering("{\"keys\":{}}")),
                arguments("redirects", (UnaryOperator<SimulatedTrustDomain>) domain -> {
                    domain.behaviour().redirectTo(URI.create(domain.endpoint() + "/x"));
                    return domain;
                }));
    }

    private static UnaryOperator<SimulatedTrustDomain> answering(String body) {
        return domain -> {
            domain.behaviour().answerWith(body);
            return domain;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void cannotUseAnEndpointThat(String flaw, UnaryOperator<SimulatedTrustDomain> change) {
        SimulatedTrustDomain changed = change.apply(domain);
        assertRefused(Reason.KEYS_UNAVAILABLE, changed.svid(PATH, OURS), fetched());
    }

    @Test
    void asksNoEndpointOnTheLoopbackFromADeployedFunction() {
        verifier = new SpiffeVerifier(new HttpsGuardedHosts(AddressPolicy.privateToo()), OURS);
        assertRefused(Reason.HOST_NOT_ALLOWED, domain.svid(PATH, OURS), fetched());
        assertThat(domain.requests()).isZero();
    }

    @Test
    void trustsNoOtherCertificate() {
        assertRefused(
                Reason.KEYS_UNAVAILABLE,
                domain.svid(PATH, OURS),
                method(Map.of("endpointUrl", domain.endpoint(), "caCert", other.caCertificate())));
    }

    @Test
    void isFoundAndFitsByItsTrustDomain() throws Exception {
        SpiffeAuth method = pasted();
        assertThat(method.lookups())
                .containsExactlyInAnyOrder(
                        Lookup.subject("spiffe://prod.example.com", SUBJECT),
                        Lookup.issuer("spiffe://prod.example.com"));
        assertThat(method.fit(parsed(domain.svid(PATH, OURS)).unverifiedClaims()))
                .isEqualTo(Fit.EXPECTED);
        assertThat(method.fit(parsed(domain.svid(PATH, "vault")).unverifiedClaims()))
                .isEqualTo(Fit.TRUSTED_ISSUER);
        assertThat(method.fit(parsed(other.svid(PATH, OURS)).unverifiedClaims()))
                .isEqualTo(Fit.NONE);
        for (Map<String, Object> claims : List.of(
                without("aud").apply(domain.claims(PATH, OURS)),
                set("aud", 7).apply(domain.claims(PATH, OURS)),
                set("aud", Collections.singletonList(null)).apply(domain.claims(PATH, OURS)),
                set("aud", List.of(List.of(OURS))).apply(domain.claims(PATH, OURS)))) {
            assertThat(method.fit(parsed(domain.sign(claims)).unverifiedClaims()))
                    .isEqualTo(Fit.TRUSTED_ISSUER);
        }
        assertThat(method.fit(parsed(domain.sign(without("sub").apply(domain.claims(PATH, OURS))))
                        .unverifiedClaims()))
                .isEqualTo(Fit.NONE);
    }

    private SpiffeAuth pasted() {
        return method(Map.of("profile", "static", "bundle", domain.bundle()));
    }

    private SpiffeAuth fetched() {
        return method(Map.of(
                "trustBundleDistribution",
                Map.of("profile", "https_web", "endpointUrl", domain.endpoint(), "caCert", domain.caCertificate())));
    }

    private static SpiffeAuth method(Map<String, Object> bundle) {
        Map<String, Object> fields = new LinkedHashMap<>(bundle);
        fields.put("trustDomain", "prod.example.com");
        fields.put("allowedSpiffeIds", List.of(SUBJECT, "spiffe://prod.example.com/ns/ci/**/deploy-*"));
        fields.put("allowedAudiences", OURS);
        return new SpiffeProvider().read(new Document("spiffeAuth", fields));
    }

    private static UnaryOperator<Map<String, Object>> set(String name, Object value) {
        return claims -> {
            claims.put(name, value);
            return claims;
        };
    }

    private static UnaryOperator<Map<String, Object>> later(String name, long seconds) {
        return claims -> {
            claims.put(name, (Long) claims.get("iat") + seconds);
            return claims;
        };
    }

    private static UnaryOperator<Map<String, Object>> without(String name) {
        return claims -> {
            claims.remove(name);
            return claims;
        };
    }

    private String withHeader(String header) {
        String[] parts = domain.svid(PATH, OURS).split("\\.", -1);
        return encoded(header) + "." + parts[1] + "." + parts[2];
    }

    private static String encoded(String text) {
        return Base64URL.encode(text).toString();
    }

    private static UnverifiedJwt parsed(String jwt) throws Refused {
        return new Assertion(jwt).parse();
    }

    private SpiffeAttestation verify(String jwt, SpiffeAuth method) throws Refused {
        SpiffeAttestation attested =
                verifier.verify(parsed(jwt), ID, method, clock.instant()).attestation();
        method.admit(attested);
        return attested;
    }

    private void assertRefused(Reason reason, String jwt, SpiffeAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(jwt, method))
                .returns(reason, Refused::reason);
    }
}
