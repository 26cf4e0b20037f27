package io.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.Reason;
import io.sallyport.Refused;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_772_366_400);
    private static final RSAKey RSA = made(() -> new RSAKeyGenerator(2048).generate());
    private static final RSAKey OTHER_RSA = made(() -> new RSAKeyGenerator(2048).generate());
    private static final ECKey EC = made(() -> new ECKeyGenerator(Curve.P_256).generate());
    private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"k\"}";
    private static final String CLAIMS = "{\"sub\":\"s\",\"exp\":1772370000,\"iat\":1772366400}";

    private final JwtVerifier verifier = new JwtVerifier(Algorithm.RS256, Duration.ofHours(24));
    private final KeySource keys = (id, now) -> VerificationKey.unbounded(id, made(RSA::toRSAPublicKey));

    @Test
    void provesWhatTheKeySigned() throws Exception {
        VerifiedJwt jwt = verify(signed(HEADER, CLAIMS));
        assertThat(jwt.claims().text("sub")).isEqualTo("s");
        assertThat(jwt.key().id()).isEqualTo("k");
    }

    @Test
    void provesEllipticCurveSignaturesWhereThoseAreDue() throws Exception {
        String jwt = signed("{\"alg\":\"ES256\",\"kid\":\"k\"}", CLAIMS, new ECDSASigner(EC), JWSAlgorithm.ES256);
        KeySource ecKeys = (id, now) -> VerificationKey.unbounded(id, made(EC::toECPublicKey));
        assertThat(new JwtVerifier(Algorithm.ES256, Duration.ofHours(24))
                        .verify(UnverifiedJwt.parse(jwt), ecKeys, NOW)
                        .claims()
                        .text("sub"))
                .isEqualTo("s");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesATokenThat(String flaw, Reason reason, String jwt) {
        assertRefused(reason, jwt);
    }

    static Stream<Arguments> refusesATokenThat() throws Exception {
        String good = signed(HEADER, CLAIMS);
        String[] parts = good.split("\\.");
        return Stream.of(
                arguments("is empty", Reason.ASSERTION_MALFORMED, ""),
                arguments("has one part", Reason.ASSERTION_MALFORMED, parts[0]),
                arguments("has two parts", Reason.ASSERTION_MALFORMED, parts[0] + "." + parts[1]),
                arguments("has four parts", Reason.ASSERTION_MALFORMED, good + "." + parts[2]),
                arguments("is a JWE", Reason.ASSERTION_MALFORMED, "eyJhbGciOiJSU0EtT0FFUCJ9.AAAA.AAAA.AAAA.AAAA"),
                arguments("has no signature", Reason.ASSERTION_MALFORMED, parts[0] + "." + parts[1] + "."),
                arguments("has no claims", Reason.ASSERTION_MALFORMED, parts[0] + ".." + parts[2]),
                arguments("is made of dots", Reason.ASSERTION_MALFORMED, ".".repeat(65536)),
                arguments(
                        "is longer than any", Reason.ASSERTION_MALFORMED, good + "A".repeat(UnverifiedJwt.MAX_LENGTH)),
                arguments("is padded", Reason.ASSERTION_MALFORMED, good + "="),
                arguments("is in plain base64", Reason.ASSERTION_MALFORMED, parts[0] + "." + parts[1] + ".++//"),
                arguments("has white space", Reason.ASSERTION_MALFORMED, parts[0] + ". " + parts[1] + "." + parts[2]),
                arguments("has a line break", Reason.ASSERTION_MALFORMED, good + "\n"),
                arguments("has a letter that is none of base64url's", Reason.ASSERTION_MALFORMED, good + "å"),
                arguments("has a character of two", Reason.ASSERTION_MALFORMED, good + "\uD83D\uDE00"),
                arguments(
                        "has such a one for its claims",
                        Reason.ASSERTION_MALFORMED,
                        parts[0] + ".\uD83D\uDE00." + parts[2]),
                arguments(
                        "has many of them for its header",
                        Reason.ASSERTION_MALFORMED,
                        "\uD83D\uDE00".repeat(999) + ".e30.AA"),
                arguments(
                        "has stray bits in three characters",
                        Reason.ASSERTION_MALFORMED,
                        parts[0] + "." + parts[1] + ".AAB"),
                arguments(
                        "has stray bits in two characters",
                        Reason.ASSERTION_MALFORMED,
                        parts[0] + "." + parts[1] + ".AB"),
                arguments(
                        "has one character too many", Reason.ASSERTION_MALFORMED, parts[0] + "." + parts[1] + ".AAAAA"),
                arguments("is padded to two bytes", Reason.ASSERTION_MALFORMED, parts[0] + "." + parts[1] + ".AAA="),
                arguments("is padded to one", Reason.ASSERTION_MALFORMED, parts[0] + "." + parts[1] + ".AA=="),
                arguments("has stray bits in its base64url", Reason.ASSERTION_MALFORMED, straying(good)),
                arguments("has claims that are no object", Reason.ASSERTION_MALFORMED, signed(HEADER, "[]")),
                arguments("has claims with more behind", Reason.ASSERTION_MALFORMED, signed(HEADER, CLAIMS + "{}")),
                arguments("has claims in nesting", Reason.ASSERTION_MALFORMED, signed(HEADER, nested(500))),
                arguments(
                        "names a claim twice",
                        Reason.ASSERTION_MALFORMED,
                        signed(HEADER, "{\"sub\":\"a\",\"sub\":\"s\"}")),
                arguments(
                        "names a nested claim twice",
                        Reason.ASSERTION_MALFORMED,
                        signed(HEADER, "{\"g\":{\"p\":1,\"p\":2}}")),
                arguments(
                        "has two kids",
                        Reason.ASSERTION_MALFORMED,
                        signed("{\"alg\":\"RS256\",\"kid\":\"a\",\"kid\":\"k\"}", CLAIMS)),
                arguments("has no kid", Reason.ASSERTION_MALFORMED, signed("{\"alg\":\"RS256\"}", CLAIMS)),
                arguments("has an empty kid", Reason.ASSERTION_MALFORMED, header("\"kid\":\"\"")),
                arguments("has a kid that is a number", Reason.ASSERTION_MALFORMED, header("\"kid\":5")),
                arguments(
                        "has an endless kid",
                        Reason.ASSERTION_MALFORMED,
                        header("\"kid\":\"" + "k".repeat(257) + "\"")),
                arguments("has no alg", Reason.ASSERTION_MALFORMED, signed("{\"kid\":\"k\"}", CLAIMS)),
                arguments(
                        "has an integer of 65 bits", Reason.ASSERTION_MALFORMED, claims("\"x\":18446744073709551616")),
                arguments("has an endless number", Reason.ASSERTION_MALFORMED, claims("\"x\":" + "9".repeat(5000))),
                arguments("brings its own key", Reason.HEADER_NOT_ALLOWED, header("\"kid\":\"k\",\"jwk\":{}")),
                arguments(
                        "says where its key is",
                        Reason.HEADER_NOT_ALLOWED,
                        header("\"kid\":\"k\",\"jku\":\"https://a\"")),
                arguments(
                        "says where its cert is",
                        Reason.HEADER_NOT_ALLOWED,
                        header("\"kid\":\"k\",\"x5u\":\"https://a\"")),
                arguments("brings its own cert", Reason.HEADER_NOT_ALLOWED, header("\"kid\":\"k\",\"x5c\":[]")),
                arguments(
                        "has critical extensions",
                        Reason.HEADER_NOT_ALLOWED,
                        header("\"kid\":\"k\",\"crit\":[\"exp\"]")),
                arguments("has an unencoded payload", Reason.HEADER_NOT_ALLOWED, header("\"kid\":\"k\",\"b64\":false")),
                arguments("is compressed", Reason.HEADER_NOT_ALLOWED, header("\"kid\":\"k\",\"zip\":\"DEF\"")),
                arguments(
                        "is an access token",
                        Reason.TOKEN_TYPE_NOT_ALLOWED,
                        header("\"kid\":\"k\",\"typ\":\"at+jwt\"")),
                arguments("has a typ of null", Reason.TOKEN_TYPE_NOT_ALLOWED, header("\"kid\":\"k\",\"typ\":null")),
                arguments("is signed by another", Reason.BAD_SIGNATURE, signed(HEADER, CLAIMS, OTHER_RSA)),
                arguments(
                        "carries the claims of another",
                        Reason.BAD_SIGNATURE,
                        parts[0] + "." + base64url(CLAIMS.replace("\"s\"", "\"t\"")) + "." + parts[2]),
                arguments("has a time that is a text", Reason.CLAIM_MALFORMED, claims("\"exp\":\"1772370000\"")),
                arguments("has a time with a fraction", Reason.CLAIM_MALFORMED, claims("\"exp\":1772370000.5")),
                arguments("has a time of null", Reason.CLAIM_MALFORMED, claims("\"exp\":null")),
                arguments("has a time before 1970", Reason.CLAIM_MALFORMED, claims("\"nbf\":-1")),
                arguments("has a time beyond all times", Reason.CLAIM_MALFORMED, claims("\"exp\":9223372036854775807")),
                arguments("has a time of 1e3000", Reason.ASSERTION_MALFORMED, claims("\"exp\":1e3000")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"none", "None", "NONE", "nOnE", "RS384", "PS256", "ES256", "HS256", "rs256", "RS256 ", "EdDSA"})
    void refusesEveryAlgorithmButTheOneThatIsDue(String algorithm) {
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, signed("{\"alg\":\"" + algorithm + "\",\"kid\":\"k\"}", CLAIMS));
    }

    @Test
    void refusesAMacKeyedWithThePublicKey() throws Exception {
        byte[] publicKey = RSA.toRSAPublicKey().getEncoded();
        String jwt = signed("{\"alg\":\"HS256\",\"kid\":\"k\"}", CLAIMS, new MACSigner(publicKey), JWSAlgorithm.HS256);
        assertRefused(Reason.ALGORITHM_NOT_ALLOWED, jwt);
        String posing = base64url(HEADER) + jwt.substring(jwt.indexOf('.'));
        assertRefused(Reason.BAD_SIGNATURE, posing);
    }

    @Test
    void refusesAKeyThatIsNotForTheAlgorithm() {
        KeySource ecKeys = (id, now) -> VerificationKey.unbounded(id, made(EC::toECPublicKey));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verifier.verify(UnverifiedJwt.parse(signed(HEADER, CLAIMS)), ecKeys, NOW))
                .returns(Reason.ALGORITHM_NOT_ALLOWED, Refused::reason);
    }

    @Test
    void refusesTheZeroSignatureOfCve202221449() {
        KeySource ecKeys = (id, now) -> VerificationKey.unbounded(id, made(EC::toECPublicKey));
        String jwt = base64url("{\"alg\":\"ES256\",\"kid\":\"k\"}") + "." + base64url(CLAIMS) + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> new JwtVerifier(Algorithm.ES256, Duration.ofHours(24))
                        .verify(UnverifiedJwt.parse(jwt), ecKeys, NOW))
                .returns(Reason.BAD_SIGNATURE, Refused::reason);
    }

    @Test
    void refusesEveryPrefixAndEveryFlippedBit() {
        String good = signed(HEADER, CLAIMS);
        for (int length = 0; length < good.length(); length++) {
            String prefix = good.substring(0, length);
            assertThatExceptionOfType(Refused.class).isThrownBy(() -> verify(prefix));
        }
        for (int i = 0; i < good.length(); i++) {
            for (int bit = 0; bit < 7; bit++) {
                StringBuilder flipped = new StringBuilder(good);
                flipped.setCharAt(i, (char) (good.charAt(i) ^ (1 << bit)));
                assertThatExceptionOfType(Refused.class).isThrownBy(() -> verify(flipped.toString()));
            }
        }
    }

    @ParameterizedTest(name = "exp {0} s from now: {1}")
    @CsvSource({"-61, EXPIRED", "-60, EXPIRED", "-59, ", "0, ", "86400, ", "86460, ", "86461, LIFETIME_TOO_LONG"})
    void takesAnExpiryWithinItsBoundsOnly(long fromNow, Reason reason) throws Exception {
        assertTimes("\"exp\":" + (NOW.getEpochSecond() + fromNow), reason);
    }

    @ParameterizedTest(name = "nbf or iat {0} s from now: {1}")
    @CsvSource({"-100000, ", "60, ", "61, NOT_YET_VALID"})
    void takesAStartWithinTheSkewOnly(long fromNow, Reason reason) throws Exception {
        assertTimes("\"nbf\":" + (NOW.getEpochSecond() + fromNow), reason);
        assertTimes("\"iat\":" + (NOW.getEpochSecond() + fromNow), reason);
    }

    @Test
    void fetchesNoKeysForATokenThatHasExpiredOrIsOfAnotherAlgorithm() {
        KeySource noKeys = (id, now) -> {
            throw new IllegalStateException("asked");
        };
        for (String jwt : new String[] {claims("\"exp\":1"), signed("{\"alg\":\"none\",\"kid\":\"k\"}", CLAIMS)}) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> verifier.verify(UnverifiedJwt.parse(jwt), noKeys, NOW));
        }
    }

    @ParameterizedTest(name = "valid from {0} to {1} s: {2}")
    @CsvSource({"-10, 1, ", "60, 100, ", "61, 100, KEY_EXPIRED", "-10, 0, KEY_EXPIRED", "-10, -1, KEY_EXPIRED"})
    void takesAKeyWithinItsTimesOnly(long from, long to, Reason reason) throws Exception {
        PublicKey key = RSA.toRSAPublicKey();
        KeySource timed = (id, now) -> new VerificationKey(id, key, NOW.plusSeconds(from), NOW.plusSeconds(to));
        UnverifiedJwt jwt = UnverifiedJwt.parse(signed(HEADER, CLAIMS));
        if (reason == null) {
            assertThat(verifier.verify(jwt, timed, NOW)).isNotNull();
        } else {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> verifier.verify(jwt, timed, NOW))
                    .returns(reason, Refused::reason);
        }
    }

    @Test
    void remembersATokenByWhatWasSigned() throws Exception {
        String es = signed("{\"alg\":\"ES256\",\"kid\":\"k\"}", CLAIMS, new ECDSASigner(EC), JWSAlgorithm.ES256);
        String again = signed("{\"alg\":\"ES256\",\"kid\":\"k\"}", CLAIMS, new ECDSASigner(EC), JWSAlgorithm.ES256);
        assertThat(es).isNotEqualTo(again);
        KeySource ecKeys = (id, now) -> VerificationKey.unbounded(id, made(EC::toECPublicKey));
        JwtVerifier es256 = new JwtVerifier(Algorithm.ES256, Duration.ofHours(24));
        assertThat(es256.verify(UnverifiedJwt.parse(es), ecKeys, NOW).digest())
                .isEqualTo(es256.verify(UnverifiedJwt.parse(again), ecKeys, NOW).digest())
                .isNotEqualTo(verify(signed(HEADER, CLAIMS)).digest())
                .matches("[0-9a-f]{64}");
    }

    @Test
    void showsNoTokenInAnyText() throws Exception {
        String good = signed(HEADER, CLAIMS);
        UnverifiedJwt jwt = UnverifiedJwt.parse(good);
        assertThat(jwt.toString() + verify(good) + verify(good).claims()).doesNotContain(good.split("\\.")[2], "\"s\"");
    }

    private VerifiedJwt verify(String jwt) throws Refused {
        return verifier.verify(UnverifiedJwt.parse(jwt), keys, NOW);
    }

    private void assertRefused(Reason reason, String jwt) {
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> verify(jwt)).returns(reason, Refused::reason);
    }

    private void assertTimes(String claim, Reason reason) throws Exception {
        if (reason == null) {
            assertThat(verify(claims(claim))).isNotNull();
        } else {
            assertRefused(reason, claims(claim));
        }
    }

    private static String header(String members) {
        return signed("{\"alg\":\"RS256\"," + members + "}", CLAIMS);
    }

    private static String claims(String members) {
        return signed(HEADER, "{" + members + "}");
    }

    private static String signed(String header, String claims) {
        return signed(header, claims, RSA);
    }

    private static String signed(String header, String claims, RSAKey key) {
        return signed(header, claims, made(() -> new RSASSASigner(key)), JWSAlgorithm.RS256);
    }

    private static String signed(String header, String claims, JWSSigner signer, JWSAlgorithm algorithm) {
        String input = base64url(header) + "." + base64url(claims);
        return input + "."
                + made(() -> signer.sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }

    /** The same bytes, encoded with bits set that decoders ignore. */
    private static String straying(String jwt) {
        char last = jwt.charAt(jwt.length() - 1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return jwt.substring(0, jwt.length() - 1) + alphabet.charAt(alphabet.indexOf(last) ^ 1);
    }

    private static String base64url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T made(Callable<T> maker) {
        try {
            return maker.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
