package io.sallyport.method.clientkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verified;
import io.sallyport.testing.TestClock;
import io.sallyport.token.TokenPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Assertions that clients sign with their own keys. */
class ClientKeyVerifierTest {
    private static final IdentityId ID = new IdentityId("shop-frontend");
    private static final String ISSUER = "https://login.example.com";
    private static final String ENDPOINT = ISSUER + "/v1/token";
    private static final Instant NOW = TestClock.START;
    private static final long SECONDS = NOW.getEpochSecond();
    private static final ECKey OLD = key("old");
    private static final ECKey NEW = key("new");

    private final ClientKeyVerifier verifier = new ClientKeyVerifier(Set.of(ISSUER, ENDPOINT));

    private static ECKey key(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void vouchesForTheHolderOfAnyOfTheClientsKeys() throws Exception {
        for (ECKey key : List.of(OLD, NEW)) {
            for (String audience : List.of(ISSUER, ENDPOINT)) {
                Verified<ClientKeyAttestation> verified =
                        verify(sign(header(key.getKeyID()), set("aud", audience).apply(claims()), key), method(false));
                assertThat(verified.attestation().facts())
                        .isEqualTo(Map.of(
                                "key_id",
                                key.getKeyID(),
                                "key_thumbprint",
                                key.computeThumbprint().toString()));
                assertThat(verified.singleUse()).isEmpty();
            }
        }
    }

    @Test
    void namesASingleUseUntilTheAssertionHasExpired() throws Exception {
        assertThat(verify(signed(claims -> claims), method(true))
                        .singleUse()
                        .orElseThrow()
                        .validUntil())
                .isEqualTo(NOW.plusSeconds(300 + 60));
    }

    /** OpenID Connect Core §9. */
    @Test
    void wantsAnIdWhereEachAssertionIsGoodForOneUse() throws Exception {
        List<UnaryOperator<Map<String, Object>>> flaws =
                List.of(without("jti"), set("jti", null), set("jti", 7), set("jti", ""), set("jti", " "));
        for (UnaryOperator<Map<String, Object>> flaw : flaws) {
            assertThat(verify(signed(flaw), method(false)).singleUse()).isEmpty();
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> verify(signed(flaw), method(true)))
                    .matches(refused ->
                            refused.reason() == Reason.CLAIM_MISSING || refused.reason() == Reason.CLAIM_MALFORMED);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAnAssertionThat(String flaw, Reason reason, UnaryOperator<Map<String, Object>> change) {
        assertRefused(reason, signed(change));
    }

    static Stream<Arguments> refusesAnAssertionThat() {
        return Stream.of(
                arguments("has no audience", Reason.CLAIM_MISSING, without("aud")),
                arguments("has an empty audience", Reason.WRONG_AUDIENCE, set("aud", "")),
                arguments("has an audience of null", Reason.CLAIM_MALFORMED, set("aud", null)),
                arguments("has a number for audience", Reason.CLAIM_MALFORMED, set("aud", 1)),
                arguments("is for another server", Reason.WRONG_AUDIENCE, set("aud", "https://other.example.com")),
                arguments("is for a prefix", Reason.WRONG_AUDIENCE, set("aud", "https://login.example")),
                arguments("is for a longer address", Reason.WRONG_AUDIENCE, set("aud", ISSUER + ".evil.example")),
                arguments("is for us with a slash", Reason.WRONG_AUDIENCE, set("aud", ISSUER + "/")),
                arguments("is for us in capitals", Reason.WRONG_AUDIENCE, set("aud", "https://LOGIN.example.com")),
                arguments("is for another endpoint", Reason.WRONG_AUDIENCE, set("aud", ISSUER + "/v1/introspect")),
                arguments("never expires", Reason.CLAIM_MISSING, without("exp")),
                arguments("has expired at this instant", Reason.EXPIRED, set("exp", SECONDS - 60)),
                arguments("lives for more than an hour", Reason.LIFETIME_TOO_LONG, set("exp", SECONDS + 3661)),
                arguments("is not valid yet", Reason.NOT_YET_VALID, set("nbf", SECONDS + 61)),
                arguments("is from the future", Reason.NOT_YET_VALID, set("iat", SECONDS + 61)));
    }

    /** CVE-2025-27370: each of several servers could use the assertion at the others. */
    @Test
    void refusesAListOfAudiencesWhateverIsInIt() {
        for (List<String> audiences :
                List.of(List.of(ISSUER), List.of(ISSUER, "https://other.example.com"), List.<String>of())) {
            assertRefused(Reason.CLAIM_MALFORMED, signed(set("aud", audiences)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "HS256", "RS256", "PS256", "ES384", "es256"})
    void refusesAnyOtherAlgorithm(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"new\"}";
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, sign(header, claims(), NEW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwk", "jku", "x5u", "x5c", "crit"})
    void refusesAHeaderThatBringsItsOwnKeysOrRules(String name) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"new\",\"" + name + "\":\"https://evil.example\"}";
        assertRefused(Reason.HEADER_NOT_ALLOWED, sign(header, claims(), NEW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "JOSE", "logout+jwt"})
    void refusesAnotherType(String type) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"new\",\"typ\":\"" + type + "\"}";
        assertRefused(Reason.TOKEN_TYPE_NOT_ALLOWED, sign(header, claims(), NEW));
    }

    @Test
    void refusesAnotherKey() {
        assertRefused(Reason.UNKNOWN_KEY, sign(header("third"), claims(), NEW));
        assertRefused(Reason.BAD_SIGNATURE, sign(header("old"), claims(), NEW));
        assertRefused(Reason.BAD_SIGNATURE, sign(header("new"), claims(), key("new")));
    }

    @Test
    void admitsNoKeyThatTheClientDoesNotHave() throws Exception {
        method(false).admit(new ClientKeyAttestation("new", ""));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> method(false).admit(new ClientKeyAttestation("third", "")))
                .returns(Reason.UNKNOWN_KEY, Refused::reason);
    }

    /** zitadel, CVE-2026-27840. */
    @Test
    void refusesEveryPrefixAndEveryFlippedBit() throws Exception {
        String whole = signed(claims -> claims);
        verify(whole, method(false));
        for (int length = 0; length < whole.length(); length++) {
            String prefix = whole.substring(0, length);
            assertThatExceptionOfType(Refused.class).isThrownBy(() -> verify(prefix, method(false)));
        }
        for (int i = 0; i < whole.length(); i++) {
            for (int bit = 0; bit < 7; bit++) {
                char[] flipped = whole.toCharArray();
                flipped[i] ^= (char) (1 << bit);
                assertThatExceptionOfType(Refused.class).isThrownBy(() -> verify(new String(flipped), method(false)));
            }
        }
    }

    /** Only an assertion that names one client twice is a client's own; any other comes from an issuer that vouches. */
    @Test
    void knowsWhoseAnAssertionSaysItIs() throws Exception {
        assertThat(client(claims -> claims)).contains("shop-frontend");
        assertThat(client(set("iss", "https://a.example/x", "sub", "https://a.example/x")))
                .contains("https://a.example/x");
        for (UnaryOperator<Map<String, Object>> other : List.of(
                set("iss", "https://ci.example.com"),
                set("sub", "shop-frontend2"),
                set("iss", "a b", "sub", "a b"),
                set("iss", "", "sub", ""),
                without("iss"),
                without("sub"),
                (UnaryOperator<Map<String, Object>>) claims -> Map.of())) {
            assertThat(client(other)).isEmpty();
        }
    }

    private static Optional<String> client(UnaryOperator<Map<String, Object>> change) throws Refused {
        return ClientKeyVerifier.client(UnverifiedJwt.parse(signed(change)).unverifiedClaims());
    }

    private static ClientKeyAuth method(boolean singleUse) {
        String jwks = new JWKSet(List.of(OLD.toPublicJWK(), NEW.toPublicJWK())).toString();
        return new ClientKeyAuth(PastedKeys.parse(jwks, Algorithm.ES256), singleUse, TokenPolicy.DEFAULT);
    }

    private static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ID.value());
        claims.put("sub", ID.value());
        claims.put("aud", ISSUER);
        claims.put("exp", SECONDS + 300);
        claims.put("jti", "9b1deb4d");
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

    private static String header(String keyId) {
        return "{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}";
    }

    private static String sign(String header, Map<String, Object> claims, ECKey key) {
        String input = Base64URL.encode(header) + "." + Base64URL.encode(Json.writeString(claims));
        try {
            return input + "."
                    + new ECDSASigner(key)
                            .sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(UnaryOperator<Map<String, Object>> change) {
        return sign(header("new"), change.apply(claims()), NEW);
    }

    private Verified<ClientKeyAttestation> verify(String assertion, ClientKeyAuth method) throws Refused {
        return verifier.verify(new Assertion(assertion).parse(), ID, method, NOW);
    }

    private void assertRefused(Reason reason, String assertion) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verify(assertion, method(false)))
                .returns(reason, Refused::reason);
    }
}
