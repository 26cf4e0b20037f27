package io.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Project Wycheproof's signatures: those that implementations wrongly accepted or refused. */
class WycheproofTest {
    @AfterEach
    void useJdk() {
        FastSignatures.useJdk();
    }

    /** Of these signatures that are valid, and that no signer comes upon in the age of the universe, JDK 17 refuses two. */
    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256"})
    void theJdkAcceptsNoWrongSignature(Algorithm algorithm) throws Exception {
        assertThat(wrong(algorithm, algorithm::verifies))
                .allMatch(wrong -> wrong.matches("valid\t(115|257)\t.*") && algorithm == Algorithm.ES256);
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256"})
    @EnabledOnOs(OS.LINUX)
    void theNativeLibraryDecidesAsItShould(Algorithm algorithm) throws Exception {
        FastSignatures library = new FastSignatures(Conscrypt.newProvider(), WycheproofTest::fail);
        assertThat(wrong(algorithm, (input, signature, key) -> library.verifies(algorithm, input, signature, key)))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256"})
    @EnabledOnOs(OS.LINUX)
    void bothTogetherDecideAsTheyShould(Algorithm algorithm) throws Exception {
        FastSignatures.use(Conscrypt.newProvider(), WycheproofTest::fail);
        assertThat(wrong(algorithm, algorithm::verifies)).isEmpty();
    }

    private static void fail(Throwable fault) {
        throw new AssertionError(fault);
    }

    private interface Judge {
        boolean verifies(byte[] signingInput, byte[] signature, PublicKey key);
    }

    /** The vectors that are judged otherwise than they should; of an old form of RS256 both verdicts are right. */
    private static List<String> wrong(Algorithm algorithm, Judge judge) throws Exception {
        List<String> wrong = new ArrayList<>();
        KeyFactory keys = KeyFactory.getInstance(algorithm == Algorithm.ES256 ? "EC" : "RSA");
        PublicKey key = null;
        for (String line : lines(algorithm)) {
            String[] parts = line.split("\t", -1);
            if (parts[0].equals("key")) {
                key = keys.generatePublic(new X509EncodedKeySpec(bytes(parts[2])));
                assertThat(algorithm.fits(key)).isTrue();
                continue;
            }
            boolean verdict = judge.verifies(bytes(parts[2]), bytes(parts[3]), Objects.requireNonNull(key));
            if (!parts[0].equals("acceptable") && verdict != parts[0].equals("valid")) {
                wrong.add(line);
            }
        }
        return wrong;
    }

    private static List<String> lines(Algorithm algorithm) throws Exception {
        try (var file =
                Objects.requireNonNull(WycheproofTest.class.getResourceAsStream("/wycheproof/" + algorithm + ".tsv"))) {
            List<String> lines = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(lines).hasSizeGreaterThan(100);
            return lines;
        }
    }

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }
}
