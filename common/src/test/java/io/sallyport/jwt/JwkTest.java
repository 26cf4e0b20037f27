package io.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.JWKGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JwkTest {
    private static final JWK RSA = generate(new RSAKeyGenerator(2048).keyID("rsa-1"));
    private static final JWK EC = generate(new ECKeyGenerator(Curve.P_256).keyID("ec-1"));

    @Test
    void readsWhatNimbusReads() throws Exception {
        for (JWK key : List.of(RSA, EC, RSA.toPublicJWK(), EC.toPublicJWK())) {
            assertThat(Jwk.read(key.toJSONObject())).isEqualTo(key);
        }
    }

    @Test
    void readsUseAndAlgorithm() throws Exception {
        Map<String, Object> member = new HashMap<>(EC.toJSONObject());
        member.putAll(Map.of("use", "sig", "alg", "ES256", "key_ops", List.of("verify")));

        assertThat(Jwk.read(member))
                .returns("sig", key -> key.getKeyUse().identifier())
                .returns("ES256", key -> key.getAlgorithm().getName());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAKey(String flaw, JWK valid, Consumer<Map<String, Object>> change) {
        Map<String, Object> member = new HashMap<>(valid.toJSONObject());
        change.accept(member);

        assertThatExceptionOfType(ParseException.class)
                .isThrownBy(() -> Jwk.read(member))
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain(parts(valid)))
                .withNoCause();
    }

    static Stream<Arguments> refusesAKey() {
        return Stream.of(
                change("without kty", EC, member -> member.remove("kty")),
                change("that is symmetric", EC, member -> member.put("kty", "oct")),
                change("of another case of kty", EC, member -> member.put("kty", "ec")),
                change("whose kty is no text", EC, member -> member.put("kty", 1L)),
                change("on another curve", EC, member -> member.put("crv", "P-384")),
                change("without a curve", EC, member -> member.remove("crv")),
                change("without x", EC, member -> member.remove("x")),
                change("without y", EC, member -> member.remove("y")),
                change("whose y is no text", EC, member -> member.put("y", List.of())),
                change("whose point is not on the curve", EC, member -> member.put("y", member.get("x"))),
                change("whose x is empty", EC, member -> member.put("x", "")),
                change("without a modulus", RSA, member -> member.remove("n")),
                change("without an exponent", RSA, member -> member.remove("e")),
                change("of three primes", RSA, member -> member.put("oth", List.of())),
                change("with half of a prime pair", RSA, member -> member.remove("p")),
                change("whose id is no text", RSA, member -> member.put("kid", 7L)),
                change("whose use is empty", RSA, member -> member.put("use", "")),
                change("whose alg is no text", RSA, member -> member.put("alg", Map.of())),
                change("for encryption", RSA, member -> member.put("key_ops", List.of("encrypt"))),
                change("for nothing", RSA, member -> member.put("key_ops", List.of())),
                change("whose key_ops is no list", RSA, member -> member.put("key_ops", "verify")));
    }

    private static Arguments change(String flaw, JWK valid, Consumer<Map<String, Object>> change) {
        return arguments(flaw, valid, change);
    }

    private static String[] parts(JWK key) {
        return key.toJSONObject().entrySet().stream()
                .filter(member -> !List.of("kty", "crv", "kid", "e").contains(member.getKey()))
                .map(member -> String.valueOf(member.getValue()))
                .toArray(String[]::new);
    }

    /** RFC 7638 §3.1. */
    @Test
    void hasTheThumbprintOfTheSpecification() throws Exception {
        JWK key = Jwk.read(Map.of(
                "kty",
                "RSA",
                "n",
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
                        + "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n"
                        + "91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
                "e",
                "AQAB",
                "alg",
                "RS256",
                "kid",
                "2011-04-29"));

        assertThat(Jwk.thumbprint(key)).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    @Test
    void hasTheThumbprintThatNimbusGives() throws Exception {
        assertThat(Jwk.thumbprint(RSA)).isEqualTo(RSA.computeThumbprint().toString());
        assertThat(Jwk.thumbprint(EC)).isEqualTo(EC.computeThumbprint().toString());
    }

    /** Two encodings of the same key are not two keys. */
    @Test
    void hasOneThumbprintHoweverItIsWritten() throws Exception {
        RSAKey key = (RSAKey) RSA;
        Map<String, Object> padded = new HashMap<>(key.toPublicJWK().toJSONObject());
        padded.put("n", key.getModulus() + "==");

        assertThat(Jwk.thumbprint(Jwk.read(padded))).isEqualTo(Jwk.thumbprint(key));
    }

    private static JWK generate(JWKGenerator<?> generator) {
        try {
            return generator.generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
