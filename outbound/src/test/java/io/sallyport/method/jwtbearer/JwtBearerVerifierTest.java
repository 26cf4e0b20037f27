package io.sallyport.method.jwtbearer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verified;
import io.sallyport.method.issuer.ClaimName;
import io.sallyport.method.issuer.ClaimPattern;
import io.sallyport.method.issuer.ClaimRule;
import io.sallyport.method.issuer.IssuerAttestation;
import io.sallyport.method.issuer.TrustedIssuer;
import io.sallyport.method.issuer.TrustedKeys;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import io.sallyport.token.TokenPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** JWTs of issuers that an identity trusts. */
class JwtBearerVerifierTest {
    private static final IdentityId ID = new IdentityId("shop-frontend");
    private static final String OURS = "https://login.example.com";
    private static final String CI = "https://ci.example.com";
    private static final String SUBJECT = "repo:shop/frontend:ref:refs/heads/main";
    private static final URI KEYS = URI.create("https://keys.example.com/jwks");
    private static final TestClock CLOCK = new TestClock();
    private static final long NOW = CLOCK.instant().getEpochSecond();

    private static ECKey ec;
    private static ECKey ec384;
    private static ECKey x509Ec;
    private static RSAKey rsa;
    private static SimulatedCluster issuer;
    private static SimulatedCluster elsewhere;

    private final List<URI> fetched = new ArrayList<>();
    private final TestClock clock = new TestClock();
    private String published = "{}";
    private JwtBearerVerifier verifier = new JwtBearerVerifier(hosts(), OURS);

    @BeforeAll
    static void start() throws JOSEException {
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        x509Ec = new ECKeyGenerator(Curve.P_256).keyID("x509").generate();
        ec384 = new ECKeyGenerator(Curve.P_384).keyID("ec384").generate();
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
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

    private GuardedHosts hosts() {
        return new GuardedHosts() {
            @Override
            public Answer post(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json) {
                throw new AssertionError("nothing is sent to an issuer");
            }

            @Override
            public Fetcher fetcher(Optional<CaCertificates> authorities) {
                return uri -> {
                    fetched.add(uri);
                    if (published.isEmpty()) {
                        throw new IOException("down");
                    }
                    return new Fetcher.Fetched(200, 3600, published);
                };
            }
        };
    }

    @Test
    void vouchesForAWorkloadByItsJwt() throws Exception {
        Verified<IssuerAttestation> verified = verify(signed(claims -> claims), pasted());
        assertThat(verified.attestation())
                .returns(CI, IssuerAttestation::issuer)
                .returns(SUBJECT, IssuerAttestation::subject)
                .returns("jwt-bearer", IssuerAttestation::method);
        assertThat(verified.singleUse()).isEmpty();
    }

    /** Every fact goes into the tokens that we issue, where anyone can read it. */
    @Test
    void tellsOnWhatDecidedAndNothingElse() throws Exception {
        JwtBearerAuth method = method(trusted(
                pastedKeys(),
                false,
                "repository_owner",
                "shop",
                "issuer",
                "posing",
                "run_id",
                "*",
                "protected",
                "true",
                "trust_thumbprint",
                "*"));
        Verified<IssuerAttestation> verified = verify(
                signed(set(
                        "repository_owner",
                        "shop",
                        "issuer",
                        "posing",
                        "run_id",
                        17,
                        "protected",
                        true,
                        "trust_thumbprint",
                        "posing",
                        "email",
                        "x")),
                method);
        assertThat(verified.attestation().facts())
                .isEqualTo(Map.of(
                        "issuer",
                        CI,
                        "subject",
                        SUBJECT,
                        "repository_owner",
                        "shop",
                        "run_id",
                        "17",
                        "protected",
                        "true",
                        "trust_thumbprint",
                        method.issuers().get(0).credential("jwt-bearer").thumbprint()));
    }

    @Test
    void takesAListOfOneAudience() throws Exception {
        assertThat(verify(signed(set("aud", List.of(OURS))), pasted())).isNotNull();
    }

    @Test
    void takesTimesAtTheirBounds() throws Exception {
        assertThat(verify(signed(set("exp", NOW + 86_460, "nbf", NOW + 60, "iat", NOW + 60)), pasted()))
                .isNotNull();
        assertThat(verify(signed(set("exp", NOW - 59)), pasted())).isNotNull();
        assertThat(verify(signed(without("iat")), pasted())).isNotNull();
    }

    @Test
    void namesASingleUseUntilTheJwtHasExpired() throws Exception {
        JwtBearerAuth once = method(trusted(pastedKeys(), true));
        Verified.SingleUse use =
                verify(signed(claims -> claims), once).singleUse().orElseThrow();
        assertThat(use.validUntil()).isEqualTo(CLOCK.instant().plusSeconds(300 + 60));
        assertThat(verify(signed(set("jti", "2")), once)
                        .singleUse()
                        .orElseThrow()
                        .digest())
                .isNotEqualTo(use.digest());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAJwtThat(String flaw, Reason reason, UnaryOperator<Map<String, Object>> change) {
        assertRefused(reason, signed(change), pasted());
        assertRefused(reason, signed(change), method(trusted(byAddress(Algorithm.ES256), false)));
        assertRefused(
                reason,
                signed(change),
                method(trusted(
                        new TrustedKeys.ByDiscovery(new IssuerUrl(CI), Algorithm.ES256, Optional.empty()), false)));
        assertThat(fetched).as("no key is fetched for it").isEmpty();
    }

    static Stream<Arguments> refusesAJwtThat() {
        return Stream.of(
                arguments("is of another issuer", Reason.WRONG_ISSUER, set("iss", "https://evil.example")),
                arguments("is of an issuer with a slash", Reason.WRONG_ISSUER, set("iss", CI + "/")),
                arguments("is of an issuer in capitals", Reason.WRONG_ISSUER, set("iss", "https://CI.example.com")),
                arguments("is of a prefix of the issuer", Reason.WRONG_ISSUER, set("iss", "https://ci.example.co")),
                arguments("has no issuer", Reason.CLAIM_MISSING, without("iss")),
                arguments("has issuers", Reason.CLAIM_MALFORMED, set("iss", List.of(CI))),
                arguments("is ours", Reason.WRONG_ISSUER, set("iss", OURS)),
                arguments("is of another subject", Reason.SUBJECT_NOT_ALLOWED, set("sub", "repo:shop/other")),
                arguments("is of a longer subject", Reason.SUBJECT_NOT_ALLOWED, set("sub", SUBJECT + "2")),
                arguments("is of a shorter subject", Reason.SUBJECT_NOT_ALLOWED, set("sub", "repo:shop/frontend")),
                arguments("is of a subject in capitals", Reason.SUBJECT_NOT_ALLOWED, set("sub", "REPO" + SUBJECT)),
                arguments("is of a subject with a line", Reason.SUBJECT_NOT_ALLOWED, set("sub", SUBJECT + "\n")),
                arguments("is of an empty subject", Reason.SUBJECT_NOT_ALLOWED, set("sub", "")),
                arguments("has no subject", Reason.CLAIM_MISSING, without("sub")),
                arguments("has a subject of null", Reason.CLAIM_MALFORMED, set("sub", null)),
                arguments("has a number for subject", Reason.CLAIM_MALFORMED, set("sub", 7)),
                arguments("has no audience", Reason.WRONG_AUDIENCE, without("aud")),
                arguments("has an audience of null", Reason.CLAIM_MALFORMED, set("aud", null)),
                arguments("has an empty audience", Reason.WRONG_AUDIENCE, set("aud", "")),
                arguments("has no audience in a list", Reason.WRONG_AUDIENCE, set("aud", List.of())),
                arguments("has an empty audience in a list", Reason.WRONG_AUDIENCE, set("aud", List.of(""))),
                arguments("has us among others", Reason.WRONG_AUDIENCE, set("aud", List.of(OURS, "vault"))),
                arguments("has us twice", Reason.WRONG_AUDIENCE, set("aud", List.of(OURS, OURS))),
                arguments("has a number among audiences", Reason.CLAIM_MALFORMED, set("aud", List.of(1))),
                arguments("has a number for audience", Reason.CLAIM_MALFORMED, set("aud", 1)),
                arguments("has a prefix for audience", Reason.WRONG_AUDIENCE, set("aud", "https://login.example")),
                arguments("has a longer audience", Reason.WRONG_AUDIENCE, set("aud", OURS + "2")),
                arguments(
                        "has an audience in capitals", Reason.WRONG_AUDIENCE, set("aud", "https://LOGIN.example.com")),
                arguments("has an audience with a slash", Reason.WRONG_AUDIENCE, set("aud", OURS + "/")),
                arguments("has another audience", Reason.WRONG_AUDIENCE, set("aud", List.of("vault"))),
                arguments("never expires", Reason.CLAIM_MISSING, without("exp")),
                arguments("expires at null", Reason.CLAIM_MALFORMED, set("exp", null)),
                arguments("expires at a text", Reason.CLAIM_MALFORMED, set("exp", "tomorrow")),
                arguments("expires at a fraction", Reason.CLAIM_MALFORMED, set("exp", NOW + 0.5)),
                arguments("has expired at this instant", Reason.EXPIRED, set("exp", NOW - 60)),
                arguments("lives for more than a day", Reason.LIFETIME_TOO_LONG, set("exp", NOW + 86_461)),
                arguments("is not valid yet", Reason.NOT_YET_VALID, set("nbf", NOW + 61)),
                arguments("is from the future", Reason.NOT_YET_VALID, set("iat", NOW + 61)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void takesClaimsByTheirRules(String rule, Object value, boolean allowed) throws Exception {
        JwtBearerAuth method = method(trusted(pastedKeys(), false, "claim", rule));
        String jwt = signed(set("claim", value));
        if (allowed) {
            verify(jwt, method);
        } else {
            assertRefused(Reason.CLAIM_NOT_ALLOWED, jwt, method);
        }
    }

    static Stream<Arguments> takesClaimsByTheirRules() {
        return Stream.of(
                arguments("prod", "prod", true),
                arguments("prod", "Prod", false),
                arguments("prod", "prod-dev", false),
                arguments("prod", "prod\n", false),
                arguments("prod", "", false),
                arguments("prod", null, false),
                arguments("prod", List.of("test", "prod"), true),
                arguments("prod", List.of("test", "prod-dev"), false),
                arguments("prod", List.of(List.of("prod")), false),
                arguments("prod", List.of(Map.of("prod", "prod")), false),
                arguments("prod", Map.of("prod", "prod"), false),
                arguments("prod-*", "prod-", true),
                arguments("prod-*", "prod-eu\nx", true),
                arguments("prod-*", "xprod-eu", false),
                arguments("*-prod", "eu-prod", true),
                arguments("*-prod", "eu-prod2", false),
                arguments("p.od", "prod", false),
                arguments("prod|test", "prod", false),
                arguments("(prod)", "prod", false),
                arguments("prod", "*", false),
                arguments("17", 17, true),
                arguments("17", 17.5, false),
                arguments("17", "17", true),
                arguments("1*", 17, true),
                arguments("true", true, true),
                arguments("true", false, false),
                arguments("*", "", true),
                arguments("*", List.of(), false));
    }

    @Test
    void refusesAJwtWithoutAClaimThatIsAskedFor() {
        assertRefused(
                Reason.CLAIM_NOT_ALLOWED, signed(claims -> claims), method(trusted(pastedKeys(), false, "claim", "*")));
    }

    /** Every required claim, not just one of them. */
    @Test
    void asksForAllOfItsClaims() throws Exception {
        JwtBearerAuth method = method(trusted(pastedKeys(), false, "env", "prod", "ref", "main"));
        verify(signed(set("env", "prod", "ref", "main")), method);
        assertRefused(Reason.CLAIM_NOT_ALLOWED, signed(set("env", "prod", "ref", "dev")), method);
        assertRefused(Reason.CLAIM_NOT_ALLOWED, signed(set("env", "dev", "ref", "main")), method);
    }

    /** The operator learns what is wrong with the closest entry, not with one of another issuer. */
    @Test
    void takesTheFirstOfItsIssuersThatFits() throws Exception {
        JwtBearerAuth method = method(
                of("https://first.example.com", "x", pastedKeys()),
                of(CI, "another", byAddress(Algorithm.ES256)),
                of(CI, "repo:shop/*", pastedKeys()),
                of("https://last.example.com", "x", pastedKeys()));
        verify(signed(claims -> claims), method);
        assertThat(fetched).isEmpty();
        assertRefused(Reason.SUBJECT_NOT_ALLOWED, signed(set("sub", "no-such-id")), method);
        assertRefused(Reason.WRONG_ISSUER, signed(set("iss", "https://none.example.com")), method);
    }

    // Signatures.

    static Stream<Arguments> takesEachAlgorithmThatIsConfigured() {
        return Stream.of(
                arguments(Algorithm.ES256, ec, signer(ec)),
                arguments(Algorithm.RS256, rsa, signer(rsa)),
                arguments(Algorithm.PS256, rsa, signer(rsa)),
                arguments(Algorithm.PS384, rsa, signer(rsa)),
                arguments(Algorithm.ES384, ec384, signer(ec384)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void takesEachAlgorithmThatIsConfigured(Algorithm algorithm, JWK key, JWSSigner signer) throws Exception {
        // Entra's keys name no algorithm; others name theirs.
        published = new JWKSet(key.toPublicJWK()).toString();
        assertThat(published).doesNotContain("\"alg\"");
        String jwt = sign(header(algorithm.name(), key.getKeyID()), claims(), signer);
        verify(jwt, method(trusted(byAddress(algorithm), false)));
        verify(jwt, method(trusted(new TrustedKeys.Pasted(PastedKeys.parse(published, algorithm)), false)));
        for (Algorithm other : Algorithm.values()) {
            if (other != algorithm) {
                assertRefused(Reason.ALGORITHM_NOT_ALLOWED, jwt, method(trusted(byAddress(other), false)));
            }
        }
        String posing = sign(
                header(algorithm.name(), key.getKeyID()),
                claims(),
                signer(key instanceof ECKey curve ? anotherEc(curve.getCurve()) : anotherRsa()));
        assertRefused(Reason.BAD_SIGNATURE, posing, method(trusted(byAddress(algorithm), false)));
    }

    /** As {@code spire-server bundle show -format spiffe} prints it: the authorities of X.509-SVIDs, then JWT keys. */
    @Test
    void takesTheJwtKeysOfASpiffeBundle() throws Exception {
        String jwt = "{\"use\":\"jwt-svid\",\"kty\":\"EC\",\"kid\":\"ec\",\"crv\":\"P-256\",\"x\":\"" + ec.getX()
                + "\",\"y\":\"" + ec.getY() + "\"}";
        String x509 = "{\"use\":\"x509-svid\",\"kty\":\"EC\",\"kid\":\"x509\",\"crv\":\"P-256\",\"x\":\""
                + x509Ec.getX() + "\",\"y\":\"" + x509Ec.getY() + "\",\"x5c\":[\"MIIB\"]}";
        String bundle = "{\"keys\":[" + x509 + "," + jwt + "],\"spiffe_sequence\":3,\"spiffe_refresh_hint\":300}";
        JwtBearerAuth method =
                method(trusted(new TrustedKeys.Pasted(PastedKeys.ofIssuer(bundle, Algorithm.ES256)), false));
        verify(signed(claims -> claims), method);
        assertRefused(Reason.UNKNOWN_KEY, sign(header("ES256", "x509"), claims(), signer(x509Ec)), method);
        assertRefused(Reason.BAD_SIGNATURE, sign(header("ES256", "ec"), claims(), signer(x509Ec)), method);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PastedKeys.ofIssuer("{\"keys\":[" + x509 + "]}", Algorithm.ES256))
                .withMessageContaining("no usable key");
        // The keys that a client signs with are no SVIDs' keys.
        assertThatIllegalArgumentException().isThrownBy(() -> PastedKeys.parse(bundle, Algorithm.ES256));
        // Nor are keys that are fetched: an address of a bundle is spiffeAuth's.
        published = bundle;
        assertRefused(
                Reason.KEYS_UNAVAILABLE, signed(claims -> claims), method(trusted(byAddress(Algorithm.ES256), false)));
    }

    @Test
    void matchesNestedClaimsAndElementsOfArrays() throws Exception {
        Map<String, Object> aws = Map.of("principal_tags", Map.of("team", List.of("shop", "ops")));
        String jwt = signed(set("https://aws.example/", aws, "groups", List.of("dev", "a,admin")));
        JwtBearerAuth method = method(
                trusted(pastedKeys(), false, "/https:~1~1aws.example~1/principal_tags/team", "ops", "groups", "dev"));
        assertThat(verify(jwt, method).attestation().facts())
                .containsEntry("/https:~1~1aws.example~1/principal_tags/team", "[\"ops\"]")
                .containsEntry("groups", "[\"dev\"]");
        assertRefused(Reason.CLAIM_NOT_ALLOWED, jwt, method(trusted(pastedKeys(), false, "groups", "admin")));
        assertRefused(
                Reason.CLAIM_NOT_ALLOWED,
                jwt,
                method(trusted(pastedKeys(), false, "https://aws.example/", "*", "groups", "dev")));
    }

    /** A key marked PS256 is for nothing else, although it could verify RS256. */
    @Test
    void takesNoKeyThatIsForAnotherAlgorithm() {
        published = new JWKSet(new RSAKey.Builder(rsa.toPublicJWK())
                        .algorithm(JWSAlgorithm.PS256)
                        .build())
                .toString();
        String jwt = sign(header("RS256", "rsa"), claims(), signer(rsa));
        assertRefused(Reason.KEYS_UNAVAILABLE, jwt, method(trusted(byAddress(Algorithm.RS256), false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "HS256", "ES384", "RS256", "PS256", "EdDSA", "es256"})
    void refusesAnyOtherAlgorithm(String algorithm) {
        String jwt = sign(header(algorithm, "ec"), claims(), signer(ec));
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, jwt, pasted());
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, jwt, method(trusted(byAddress(Algorithm.ES256), false)));
        assertThat(fetched).isEmpty();
    }

    @Test
    void refusesAMacKeyedWithThePublicKey() throws Exception {
        for (byte[] secret : List.of(
                rsa.toRSAPublicKey().getEncoded(), rsa.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8))) {
            String jwt = sign(header("HS256", "rsa"), claims(), (header, input) -> mac(secret, input));
            TrustedKeys.Pasted keys =
                    new TrustedKeys.Pasted(PastedKeys.parse(new JWKSet(rsa.toPublicJWK()).toString(), Algorithm.RS256));
            assertRefused(Reason.ALGORITHM_NOT_ALLOWED, jwt, method(trusted(keys, false)));
            String renamed = sign(header("RS256", "rsa"), claims(), (header, input) -> mac(secret, input));
            assertRefused(Reason.BAD_SIGNATURE, renamed, method(trusted(keys, false)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"})
    void refusesAHeaderThatBringsItsOwnKeysOrRules(String name) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"ec\",\"" + name + "\":\"https://evil.example/keys\"}";
        assertRefused(Reason.HEADER_NOT_ALLOWED, sign(header, claims(), signer(ec)), pasted());
    }

    @Test
    void takesWhatSpiffeAllowsForTheType() throws Exception {
        for (String type : List.of("JWT", "jwt", "JOSE")) {
            verify(sign("{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"" + type + "\"}", claims(), signer(ec)), pasted());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "application/at+jwt", "secevent+jwt", "dpop+jwt", ""})
    void refusesAnotherType(String type) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"" + type + "\"}";
        assertRefused(Reason.TOKEN_TYPE_NOT_ALLOWED, sign(header, claims(), signer(ec)), pasted());
    }

    /** If the issuer rotates its keys, a token that names no key triggers no request for one. */
    @Test
    void takesAJwtWithoutAKeyIdWhereOneKeyIsPastedAlone() throws Refused {
        String unnamed = sign("{\"alg\":\"ES256\"}", claims(), signer(ec));
        verify(unnamed, pasted());
        int before = issuer.keyRequests();
        assertRefused(Reason.ASSERTION_MALFORMED, unnamed, method(trusted(byAddress(Algorithm.ES256), false)));
        assertThat(issuer.keyRequests()).isEqualTo(before);
        String named = sign("{\"alg\":\"ES256\",\"kid\":\"\"}", claims(), signer(ec));
        assertRefused(Reason.ASSERTION_MALFORMED, named, pasted());
    }

    /** It would be in every token of the session, and no header can hold such a token. */
    @Test
    void refusesASubjectThatIsLongerThanAnyName() throws Refused {
        JwtBearerAuth any = method(of(CI, "repo:*", pastedKeys()));
        verify(signed(set("sub", "repo:" + "x".repeat(995))), any);
        assertRefused(Reason.CLAIM_MALFORMED, signed(set("sub", "repo:" + "x".repeat(996))), any);
    }

    /** An identity that trusted Sallyport as an issuer would let any of its access tokens become a login. */
    @Test
    void takesNoTokenOfOursWhateverAnIdentityTrusts() {
        JwtBearerAuth trustsUs = method(of(OURS, "*-api", pastedKeys()));
        assertRefused(Reason.WRONG_ISSUER, signed(set("iss", OURS, "sub", "orders-api")), trustsUs);
    }

    // Keys.

    @Test
    void keepsTheKeysOfOneIssuerFromThoseOfAnother() throws Exception {
        published = new JWKSet(ec.toPublicJWK()).toString();
        verify(signed(claims -> claims), method(trusted(byAddress(Algorithm.ES256), false)));
        TrustedKeys others = new TrustedKeys.ByAddress(
                new IssuerUrl("https://others.example.com/jwks"), Algorithm.ES256, Optional.empty());
        published = new JWKSet(anotherEc().toPublicJWK()).toString();
        assertRefused(Reason.BAD_SIGNATURE, signed(claims -> claims), method(trusted(others, false)));
        verify(signed(claims -> claims), method(trusted(byAddress(Algorithm.ES256), false)));
        assertThat(fetched).containsExactly(KEYS, URI.create("https://others.example.com/jwks"));
    }

    /** 10 000 made-up key ids cause a handful of fetches, and a key rotation among them is noticed. */
    @Test
    void isNoAmplifierOfRequestsToAnIssuer() throws Exception {
        JwtBearerAuth method = method(trusted(byAddress(Algorithm.ES256), false));
        published = new JWKSet(ec.toPublicJWK()).toString();
        verifier.verify(new Assertion(signed(claims -> claims)).parse(), ID, method, clock.instant());
        String[] parts = signed(claims -> claims).split("\\.");
        ECKey next = new ECKeyGenerator(Curve.P_256).keyID("next").generate();
        for (int i = 0; i < 10_000; i++) {
            String header = Base64URL.encode(header("ES256", "made-up-" + i)).toString();
            UnverifiedJwt forged = UnverifiedJwt.parseAnyType(header + "." + parts[1] + "." + parts[2]);
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> verifier.verify(forged, ID, method, clock.instant()))
                    .returns(Reason.UNKNOWN_KEY, Refused::reason);
            if (i == 5_000) {
                published = new JWKSet(next.toPublicJWK()).toString();
            }
            clock.advance(Duration.ofMillis(9));
        }
        assertThat(fetched.size()).isBetween(2, 5);
        String rotated = sign(header("ES256", "next"), claims(), signer(next));
        assertThat(verifier.verify(new Assertion(rotated).parse(), ID, method, clock.instant()))
                .isNotNull();
        assertThat(fetched.size()).isLessThanOrEqualTo(5);
    }

    @Test
    void decidesNothingWhileAnIssuerIsDown() {
        published = "";
        assertRefused(
                Reason.KEYS_UNAVAILABLE, signed(claims -> claims), method(trusted(byAddress(Algorithm.ES256), false)));
    }

    // Over TLS, from an issuer with a private certificate authority.

    @Test
    void fetchesKeysWhereTheIssuersDiscoveryDocumentSays() throws Exception {
        useTls();
        int before = issuer.keyRequests();
        verify(issuersJwt(), discovered());
        verify(issuersJwt(), discovered());
        assertThat(issuer.keyRequests()).isEqualTo(before + 2);
        assertThat(issuer.reviews()).isZero();
        assertRefused(Reason.UNKNOWN_KEY, elsewhere.sign(issuersClaims()), discovered());
    }

    @Test
    void fetchesKeysFromTheAddressThatIsConfigured() throws Exception {
        useTls();
        int discoveries = issuer.requests();
        TrustedKeys keys = new TrustedKeys.ByAddress(
                new IssuerUrl(elsewhere.host() + "/openid/v1/jwks"),
                Algorithm.RS256,
                Optional.of(CaCertificates.parse(elsewhere.caCertificate())));
        JwtBearerAuth method = method(of(issuer.issuer(), SUBJECT, keys));
        verify(elsewhere.sign(issuersClaims()), method);
        assertThat(issuer.requests()).isEqualTo(discoveries);
        useTls();
        elsewhere.behaviour().redirectTo(URI.create(issuer.host() + "/openid/v1/jwks"));
        assertRefused(Reason.KEYS_UNAVAILABLE, issuersJwt(), method);
        assertThat(issuer.requests()).isEqualTo(discoveries);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void followsNoDiscoveryDocument(String which, String field, String value) {
        useTls();
        issuer.behaviour().edit(usual -> {
            String changed = usual.replaceFirst(
                    "\"" + field + "\":\"[^\"]*\"",
                    "\"" + field + "\":\""
                            + value.replace("ELSEWHERE", elsewhere.host())
                                    .replace("HOST", issuer.host())
                                    .replace("PORT", String.valueOf(elsewhere.port()))
                            + "\"");
            assertThat(changed).isNotEqualTo(usual);
            return changed;
        });
        int before = issuer.requests();
        int beforeElsewhere = elsewhere.requests();
        assertRefused(Reason.KEYS_UNAVAILABLE, issuersJwt(), discovered());
        assertThat(issuer.requests()).as("no keys were asked for").isEqualTo(before + 1);
        assertThat(elsewhere.requests()).isEqualTo(beforeElsewhere);
    }

    static Stream<Arguments> followsNoDiscoveryDocument() {
        return Stream.of(
                arguments("of another issuer", "issuer", "https://evil.example"),
                arguments("of an issuer with a slash", "issuer", "HOST/"),
                arguments("with keys on another host", "jwks_uri", "ELSEWHERE/openid/v1/jwks"),
                arguments("with a user before the host", "jwks_uri", "https://localhost@127.0.0.1:PORT/keys"),
                arguments("with our host for the user", "jwks_uri", "HOST@evil.example/keys"),
                arguments("with a query", "jwks_uri", "HOST/keys?x=1"),
                arguments("with a fragment", "jwks_uri", "HOST/keys#x"),
                arguments("with an escape", "jwks_uri", "HOST/%2e%2e/keys"),
                arguments("without TLS", "jwks_uri", "http://localhost/keys"),
                arguments("with keys at a metadata server", "jwks_uri", "https://169.254.169.254/keys"));
    }

    @Test
    void followsNoRedirectAndTrustsNoOtherCertificate() {
        useTls();
        int before = elsewhere.requests();
        issuer.behaviour().redirectTo(URI.create(elsewhere.host() + "/.well-known/openid-configuration"));
        assertRefused(Reason.KEYS_UNAVAILABLE, issuersJwt(), discovered());
        issuer.behaviour().recover();
        assertThat(elsewhere.requests()).isEqualTo(before);
        TrustedKeys withoutAuthority =
                new TrustedKeys.ByDiscovery(new IssuerUrl(issuer.issuer()), Algorithm.RS256, Optional.empty());
        assertRefused(Reason.KEYS_UNAVAILABLE, issuersJwt(), method(of(issuer.issuer(), SUBJECT, withoutAuthority)));
    }

    @Test
    void asksNoIssuerOnTheLoopbackFromADeployedFunction() {
        verifier = new JwtBearerVerifier(new HttpsGuardedHosts(AddressPolicy.privateToo()), OURS);
        int before = issuer.requests();
        assertRefused(Reason.HOST_NOT_ALLOWED, issuersJwt(), discovered());
        assertThat(issuer.requests()).isEqualTo(before);
    }

    private void useTls() {
        verifier = new JwtBearerVerifier(new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()), OURS);
    }

    private static JwtBearerAuth discovered() {
        return method(of(
                issuer.issuer(),
                SUBJECT,
                new TrustedKeys.ByDiscovery(
                        new IssuerUrl(issuer.issuer()),
                        Algorithm.RS256,
                        Optional.of(CaCertificates.parse(issuer.caCertificate())))));
    }

    private static Map<String, Object> issuersClaims() {
        return set("iss", issuer.issuer()).apply(claims());
    }

    private static String issuersJwt() {
        return issuer.sign(issuersClaims());
    }

    private static ECKey anotherEc() {
        return anotherEc(Curve.P_256);
    }

    private static ECKey anotherEc(Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID("ec").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey anotherRsa() {
        try {
            return new RSAKeyGenerator(2048).keyID("rsa").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", CI);
        claims.put("sub", SUBJECT);
        claims.put("aud", OURS);
        claims.put("iat", NOW);
        claims.put("exp", NOW + 300);
        return claims;
    }

    /** Names and values alternate. */
    private static UnaryOperator<Map<String, Object>> set(Object... namesAndValues) {
        return claims -> {
            for (int i = 0; i < namesAndValues.length; i += 2) {
                claims.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
            return claims;
        };
    }

    private static UnaryOperator<Map<String, Object>> without(String name) {
        return claims -> {
            claims.remove(name);
            return claims;
        };
    }

    private static String header(String algorithm, String keyId) {
        return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\"}";
    }

    /** Signs whatever the header says. */
    @FunctionalInterface
    private interface RawSigner {
        Base64URL sign(JWSHeader header, byte[] input) throws JOSEException;
    }

    private static Base64URL mac(byte[] secret, byte[] input) throws JOSEException {
        return new MACSigner(secret).sign(new JWSHeader(JWSAlgorithm.HS256), input);
    }

    private static JWSSigner signer(JWK key) {
        try {
            return key instanceof ECKey ecKey ? new ECDSASigner(ecKey) : new RSASSASigner((RSAKey) key);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sign(String header, Map<String, Object> claims, JWSSigner signer) {
        return sign(header, claims, (name, input) -> {
            JWSAlgorithm wanted = JWSAlgorithm.parse(header.replaceAll(".*\"alg\":\"([^\"]*)\".*", "$1"));
            JWSAlgorithm any = signer instanceof ECDSASigner ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256;
            return signer.sign(new JWSHeader(signer.supportedJWSAlgorithms().contains(wanted) ? wanted : any), input);
        });
    }

    private static String sign(String header, Map<String, Object> claims, RawSigner signer) {
        String input = Base64URL.encode(header) + "." + Base64URL.encode(Json.writeString(claims));
        try {
            return input + "."
                    + signer.sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(UnaryOperator<Map<String, Object>> change) {
        return sign(header("ES256", "ec"), change.apply(claims()), signer(ec));
    }

    private static TrustedKeys pastedKeys() {
        return new TrustedKeys.Pasted(PastedKeys.parse(new JWKSet(ec.toPublicJWK()).toString(), Algorithm.ES256));
    }

    private static TrustedKeys byAddress(Algorithm algorithm) {
        return new TrustedKeys.ByAddress(new IssuerUrl(KEYS.toString()), algorithm, Optional.empty());
    }

    /** @param rules names of claims and patterns, alternating */
    private static TrustedIssuer trusted(TrustedKeys keys, boolean singleUse, String... rules) {
        Map<ClaimName, ClaimRule> claims = new LinkedHashMap<>();
        for (int i = 0; i < rules.length; i += 2) {
            claims.put(ClaimName.of(rules[i]), ClaimRule.of(new ClaimPattern(rules[i + 1])));
        }
        return new TrustedIssuer(CI, new ClaimPattern(SUBJECT), List.of(OURS), keys, claims, singleUse);
    }

    private static TrustedIssuer of(String issuer, String subject, TrustedKeys keys) {
        return new TrustedIssuer(issuer, new ClaimPattern(subject), List.of(OURS), keys, Map.of(), false);
    }

    private static JwtBearerAuth method(TrustedIssuer... issuers) {
        return new JwtBearerAuth(Arrays.asList(issuers), TokenPolicy.DEFAULT);
    }

    private static JwtBearerAuth pasted() {
        return method(trusted(pastedKeys(), false));
    }

    private Verified<IssuerAttestation> verify(String jwt, JwtBearerAuth method) throws Refused {
        Verified<IssuerAttestation> verified = verifier.verify(new Assertion(jwt).parse(), ID, method, CLOCK.instant());
        method.admit(verified.attestation());
        return verified;
    }

    private void assertRefused(Reason reason, String jwt, JwtBearerAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(jwt, method))
                .returns(reason, Refused::reason);
    }
}
