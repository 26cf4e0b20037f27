package io.sallyport.method.jwt;

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
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.document.Document;
import io.sallyport.json.Json;
import io.sallyport.method.Assertion;
import io.sallyport.method.issuer.IssuerAttestation;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JWTs of an issuer whose keys are at an address, or configured in PEM. */
class JwtAuthVerifierTest {
    private static final IdentityId ID = new IdentityId("shop-deploy");
    private static final String OURS = "https://login.example.com";
    private static final String CI = "https://ci.example.com";
    private static final TestClock CLOCK = new TestClock();
    private static final long NOW = CLOCK.instant().getEpochSecond();

    private static RSAKey rsa;
    private static ECKey ec;
    private static ECKey ec384;
    private static ECKey otherEc;

    private JwtAuthVerifier verifier =
            new JwtAuthVerifier(new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()), OURS);

    @BeforeAll
    static void start() throws JOSEException {
        rsa = new RSAKeyGenerator(2048).generate();
        ec = new ECKeyGenerator(Curve.P_256).generate();
        ec384 = new ECKeyGenerator(Curve.P_384).generate();
        otherEc = new ECKeyGenerator(Curve.P_256).generate();
    }

    static Stream<Arguments> takesEachKindOfKeyByItsAlgorithm() {
        return Stream.of(
                arguments("RS256", "", rsa),
                arguments("PS256", "PS256", rsa),
                arguments("PS384", "PS384", rsa),
                arguments("ES256", "", ec),
                arguments("ES384", "", ec384));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void takesEachKindOfKeyByItsAlgorithm(String algorithm, String configured, JWK key) throws Exception {
        Map<String, Object> fields = fields(key);
        if (!configured.isEmpty()) {
            fields.put("algorithm", configured);
        }
        JwtAuth method = read(fields);
        // Keys in PEM have no id: any, or none, is tried against them.
        for (String keyId : List.of("", ",\"kid\":\"any\"", ",\"kid\":\"../../x\"")) {
            IssuerAttestation attested =
                    verify(sign("{\"alg\":\"" + algorithm + "\"" + keyId + "}", claims(), key), method);
            assertThat(attested.facts()).isEqualTo(Map.of("issuer", CI, "subject", "job:42"));
            assertThat(attested.method()).isEqualTo("jwt");
        }
        for (String other : List.of("RS256", "PS256", "PS384", "ES256", "ES384", "HS256", "none", "None", "RS512")) {
            if (!other.equals(algorithm)) {
                assertRefused(Reason.ALGORITHM_NOT_ALLOWED, sign("{\"alg\":\"" + other + "\"}", claims(), key), method);
            }
        }
    }

    @Test
    void triesEachOfItsKeysAndNoOther() throws Exception {
        JwtAuth method = read(fields(ec, otherEc));
        verify(sign("{\"alg\":\"ES256\"}", claims(), ec), method);
        verify(sign("{\"alg\":\"ES256\"}", claims(), otherEc), method);
        ECKey stranger = new ECKeyGenerator(Curve.P_256).generate();
        assertRefused(Reason.BAD_SIGNATURE, sign("{\"alg\":\"ES256\"}", claims(), stranger), method);
        assertRefused(Reason.BAD_SIGNATURE, sign("{\"alg\":\"ES256\"}", claims(), otherEc), read(fields(ec)));
    }

    @Test
    void refusesAMacKeyedWithThePublicKey() throws Exception {
        String header = "{\"alg\":\"HS256\"}";
        for (byte[] secret : List.of(
                pem(rsa).getBytes(StandardCharsets.UTF_8), rsa.toRSAPublicKey().getEncoded())) {
            String input = encoded(header) + "." + encoded(Json.writeString(claims()));
            Base64URL mac = new MACSigner(secret)
                    .sign(new JWSHeader(JWSAlgorithm.HS256), input.getBytes(StandardCharsets.UTF_8));
            assertRefused(Reason.ALGORITHM_NOT_ALLOWED, input + "." + mac, read(fields(rsa)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"ES256\",\"kid\":7}", "{\"alg\":\"ES256\",\"kid\":null}", "{\"alg\":\"ES256\",\"kid\":\"\"}",
                "{\"alg\":\"ES256\",\"kid\":\"a\",\"kid\":\"b\"}", "{\"alg\":[\"ES256\"]}", "{\"kid\":\"a\"}"
            })
    void refusesAMalformedHeader(String header) {
        assertRefused(Reason.ASSERTION_MALFORMED, sign(header, claims(), ec), read(fields(ec)));
    }

    @Test
    void refusesEachMutatedClaim() {
        JwtAuth method = read(fields(ec));
        for (Map.Entry<String, Reason> flaw : Map.of(
                        "iss", Reason.WRONG_ISSUER,
                        "aud", Reason.WRONG_AUDIENCE,
                        "sub", Reason.SUBJECT_NOT_ALLOWED)
                .entrySet()) {
            Map<String, Object> claims = claims();
            claims.put(flaw.getKey(), "other");
            assertRefused(flaw.getValue(), sign("{\"alg\":\"ES256\"}", claims, ec), method);
        }
        for (String name : List.of("iss", "sub", "exp")) {
            Map<String, Object> claims = claims();
            claims.remove(name);
            assertRefused(Reason.CLAIM_MISSING, sign("{\"alg\":\"ES256\"}", claims, ec), method);
        }
    }

    @Test
    void takesKeysFromAnAddressByTheirId() throws Exception {
        try (SimulatedCluster issuer = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone();
                SimulatedCluster elsewhere = SimulatedCluster.start(CLOCK).allowDiscoveryByAnyone()) {
            Map<String, Object> fields = fields();
            fields.put("configurationType", "jwks");
            fields.put("jwksUrl", issuer.host() + "/openid/v1/jwks");
            fields.put("jwksCaCert", issuer.caCertificate());
            JwtAuth method = read(fields);
            verify(issuer.sign(claims()), method);
            assertRefused(Reason.UNKNOWN_KEY, elsewhere.sign(claims()), method);
            assertRefused(Reason.ASSERTION_MALFORMED, sign("{\"alg\":\"RS256\"}", claims(), rsa), method);
            // An issuer may have its keys on another host, if the configuration says so.
            assertThat(method.bounds().trusted().issuer()).isEqualTo(CI);
            fields.put("jwksCaCert", "");
            assertRefused(Reason.KEYS_UNAVAILABLE, issuer.sign(claims()), read(fields));
            verifier = new JwtAuthVerifier(new HttpsGuardedHosts(AddressPolicy.privateToo()), OURS);
            assertRefused(Reason.HOST_NOT_ALLOWED, issuer.sign(claims()), method);
        }
    }

    static Stream<Arguments> refusesAMethod() throws JOSEException {
        String good = pem(ec);
        return Stream.of(
                arguments("of no type", "configurationType", ""),
                arguments("of an unknown type", "configurationType", "oidc"),
                arguments("of an address without TLS", "jwksUrl", "http://keys.example.com"),
                arguments("of a metadata server", "jwksUrl", "https://169.254.169.254/x"),
                arguments("without an address", "jwksUrl", ""),
                arguments("with a list for an address", "jwksUrl", List.of("https://keys.example.com")),
                arguments("without a key", "publicKeys", List.of()),
                arguments("with a text for keys", "publicKeys", good),
                arguments("with a number for a key", "publicKeys", List.of(7)),
                arguments("with an empty key", "publicKeys", List.of("")),
                arguments("with an empty key beside another", "publicKeys", List.of(good, "")),
                arguments("with 21 keys", "publicKeys", Collections.nCopies(21, good)),
                arguments("with an oversize key", "publicKeys", List.of(" ".repeat(8192) + good)),
                arguments("with two keys in one text", "publicKeys", List.of(good + good)),
                arguments("with text around a key", "publicKeys", List.of("my key: " + good)),
                arguments("with a private key", "publicKeys", List.of(good.replace("PUBLIC", "PRIVATE"))),
                arguments("with a JWK", "publicKeys", List.of(ec.toPublicJWK().toJSONString())),
                arguments("with a broken key", "publicKeys", List.of(good.replace("MFkw", "MFkx"))),
                arguments("with keys of two kinds", "publicKeys", List.of(good, pem(rsa))),
                arguments("with keys of two curves", "publicKeys", List.of(good, pem(ec384))),
                arguments("with a short key", "publicKeys", List.of(pem(new RSAKeyGenerator(1024, true).generate()))),
                arguments("of another algorithm", "algorithm", "ES384"),
                arguments("of an RSA algorithm", "algorithm", "RS256"),
                arguments("of an unknown algorithm", "algorithm", "HS256"),
                arguments("of no algorithm", "algorithm", ""),
                arguments("without an issuer", "boundIssuer", ""),
                arguments("without an audience", "boundAudiences", ""),
                arguments("with a misspelled field", "publicKey", List.of(good)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAMethod(String flaw, String field, Object value) {
        Map<String, Object> fields = fields(ec);
        if (field.equals("jwksUrl")) {
            fields.put("configurationType", "jwks");
        }
        fields.put(field, value);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(fields))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("MFkw"));
    }

    @Test
    void followsTheKeysUnlessAnAlgorithmIsSet() {
        assertThat(algorithm(fields(rsa))).isEqualTo("RS256");
        assertThat(algorithm(fields(ec, otherEc))).isEqualTo("ES256");
        assertThat(algorithm(fields(ec384))).isEqualTo("ES384");
        // What is stored names no default, so replaced keys decide anew.
        Map<String, Object> stored = new JwtProvider().write(read(fields(ec)));
        assertThat(stored).doesNotContainKey("algorithm");
        stored.put("publicKeys", List.of(pem(rsa)));
        assertThat(algorithm(stored)).isEqualTo("RS256");
        Map<String, Object> fixed = fields(rsa);
        fixed.put("algorithm", "PS256");
        assertThat(new JwtProvider().write(read(fixed))).containsEntry("algorithm", "PS256");
        assertThat(read(new JwtProvider().write(read(fixed)))).isEqualTo(read(fixed));
    }

    /** As Infisical's Terraform provider sends it: what is not set is empty. */
    @Test
    void takesEmptyFieldsOfTheOtherType() {
        Map<String, Object> fields = fields(ec);
        JwtAuth method = read(fields);
        fields.putAll(Map.of("jwksUrl", "", "jwksCaCert", "", "boundClaims", Map.of()));
        assertThat(read(fields)).isEqualTo(method);
        fields.put("configurationType", "jwks");
        fields.put("jwksUrl", "https://keys.example.com/jwks");
        fields.put("publicKeys", List.of());
        assertThat(read(new JwtProvider().write(read(fields)))).isEqualTo(read(fields));
    }

    /** A key may be added without ending sessions, not removed. */
    @Test
    void namesTheKeysThatItTrusts() {
        assertThat(read(fields(ec, otherEc)).trust().anchors())
                .containsAll(read(fields(ec)).trust().anchors())
                .hasSize(2);
        assertThat(read(fields(ec)).trust().root())
                .isEqualTo(read(fields(otherEc)).trust().root());
    }

    private static String algorithm(Map<String, Object> fields) {
        return read(fields).bounds().trusted().keys().algorithm().name();
    }

    private static Map<String, Object> fields(JWK... keys) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("configurationType", "static");
        fields.put("publicKeys", Stream.of(keys).map(JwtAuthVerifierTest::pem).toList());
        fields.put("boundIssuer", CI);
        fields.put("boundAudiences", OURS);
        fields.put("boundSubject", "job:*");
        return fields;
    }

    private static JwtAuth read(Map<String, Object> fields) {
        return new JwtProvider().read(new Document("jwtAuth", fields));
    }

    private static String pem(JWK key) {
        try {
            byte[] der = ((AsymmetricJWK) key).toPublicKey().getEncoded();
            return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", CI);
        claims.put("sub", "job:42");
        claims.put("aud", OURS);
        claims.put("iat", NOW);
        claims.put("exp", NOW + 300);
        return claims;
    }

    private static String encoded(String text) {
        return Base64URL.encode(text).toString();
    }

    /** Signs with the algorithm that the header names if the key can, otherwise with its usual one. */
    private static String sign(String header, Map<String, Object> claims, JWK key) {
        try {
            String input = encoded(header) + "." + encoded(Json.writeString(claims));
            JWSSigner signer = key instanceof ECKey curve ? new ECDSASigner(curve) : new RSASSASigner((RSAKey) key);
            String named = header.replaceAll(".*\"alg\":\"([^\"]*)\".*", "$1");
            JWSAlgorithm algorithm = JWSAlgorithm.parse(named);
            JWSAlgorithm by = signer.supportedJWSAlgorithms().contains(algorithm)
                    ? algorithm
                    : signer.supportedJWSAlgorithms().iterator().next();
            return input + "." + signer.sign(new JWSHeader(by), input.getBytes(StandardCharsets.UTF_8));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private IssuerAttestation verify(String jwt, JwtAuth method) throws Refused {
        IssuerAttestation attested = verifier.verify(new Assertion(jwt).parse(), ID, method, CLOCK.instant())
                .attestation();
        method.admit(attested);
        return attested;
    }

    private void assertRefused(Reason reason, String jwt, JwtAuth method) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(jwt, method))
                .returns(reason, Refused::reason);
    }
}
