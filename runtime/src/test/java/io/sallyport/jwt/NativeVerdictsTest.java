package io.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPrivateKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The native library beside the JDK: it must accept nothing that the JDK refuses. */
@EnabledOnOs(OS.LINUX)
class NativeVerdictsTest {
    /** The order of P-256 (SEC 2, §2.4.2). */
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private final List<Throwable> faults = new ArrayList<>();
    private final FastSignatures library = new FastSignatures(Conscrypt.newProvider(), faults::add);
    private final Random random = new Random(20_260_101);

    @AfterEach
    void useJdk() {
        FastSignatures.useJdk();
    }

    @ParameterizedTest
    @CsvSource({"RS256, 4000", "PS256, 4000", "ES256, 400"})
    void bothRefuseChangedSignatures(Algorithm algorithm, int count) throws Exception {
        KeyPair pair = pair(algorithm);
        byte[] message = bytes(200);
        byte[] signature = library.sign(algorithm, message, pair.getPrivate()).orElseThrow();
        assertThat(algorithm.verifiesByJdk(message, signature, pair.getPublic()))
                .isTrue();
        assertThat(library.verifies(algorithm, message, signature, pair.getPublic()))
                .isTrue();
        int accepted = 0;
        for (int i = 0; i < count; i++) {
            byte[] changed = change(signature, i);
            if (Arrays.equals(changed, signature)) {
                continue;
            }
            boolean verdict = library.verifies(algorithm, message, changed, pair.getPublic());
            assertThat(verdict)
                    .as("%s of %s", Arrays.toString(changed), pair.getPublic())
                    .isEqualTo(algorithm.verifiesByJdk(message, changed, pair.getPublic()));
            accepted += verdict ? 1 : 0;
        }
        // Of an ES256 signature, the one with the other S is valid as well.
        assertThat(accepted).isEqualTo(algorithm == Algorithm.ES256 ? count / 8 : 0);
        assertThat(faults).isEmpty();
    }

    @Test
    void takesNoKeyForAnotherWhenThereAreMoreThanItKeeps() throws Exception {
        byte[] message = bytes(200);
        List<KeyPair> pairs = new ArrayList<>();
        List<byte[]> signatures = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            pairs.add(pair(Algorithm.ES256));
            signatures.add(library.sign(Algorithm.ES256, message, pairs.get(i).getPrivate())
                    .orElseThrow());
        }
        for (int turn = 0; turn < 2; turn++) {
            for (int i = 0; i < pairs.size(); i++) {
                PublicKey key = pairs.get(i).getPublic();
                byte[] ofAnother = signatures.get((i + 1) % signatures.size());
                assertThat(library.verifies(Algorithm.ES256, message, signatures.get(i), key))
                        .isTrue();
                assertThat(library.verifies(Algorithm.ES256, message, ofAnother, key))
                        .isFalse();
            }
        }
        assertThat(faults).isEmpty();
    }

    private byte[] change(byte[] signature, int kind) {
        byte[] changed = signature.clone();
        int at = random.nextInt(changed.length);
        return switch (kind % 8) {
            case 0 -> flip(changed, at, 1 << random.nextInt(8));
            case 1 -> flip(flip(changed, at, 1 + random.nextInt(255)), random.nextInt(changed.length), 0x80);
            case 2 -> Arrays.copyOf(changed, at);
            case 3 -> Arrays.copyOf(changed, changed.length + 1 + random.nextInt(8));
            case 4 -> {
                Arrays.fill(changed, at, changed.length, (byte) (random.nextBoolean() ? 0 : -1));
                yield changed;
            }
            case 5 -> {
                Arrays.fill(changed, 0, at, (byte) (random.nextBoolean() ? 0 : -1));
                yield changed;
            }
            case 6 -> changed.length == 64 ? withOtherS(changed) : plusSmall(changed);
            default -> bytes(changed.length);
        };
    }

    private static byte[] flip(byte[] bytes, int at, int bits) {
        bytes[at] ^= (byte) bits;
        return bytes;
    }

    private static byte[] plusSmall(byte[] signature) {
        return unsigned(new BigInteger(1, signature).add(BigInteger.ONE), signature.length);
    }

    private static byte[] withOtherS(byte[] signature) {
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
        return ByteBuffer.allocate(64)
                .put(signature, 0, 32)
                .put(unsigned(ORDER.subtract(s), 32))
                .array();
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[length];
        int count = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - count, padded, length - count, count);
        return padded;
    }

    /** What RSA makes of any number is a text; it must be padded as RFC 8017 §8.2.2 says, in full. */
    @ParameterizedTest
    @ValueSource(ints = {3, 17, 65537})
    void bothRefuseForgedPadding(int exponent) throws Exception {
        KeyPair pair = rsa(2048, BigInteger.valueOf(exponent));
        RSAPrivateCrtKey secret = (RSAPrivateCrtKey) pair.getPrivate();
        byte[] message = bytes(100);
        byte[] signature =
                library.sign(Algorithm.RS256, message, pair.getPrivate()).orElseThrow();
        byte[] padded =
                unsigned(new BigInteger(1, signature).modPow(BigInteger.valueOf(exponent), secret.getModulus()), 256);
        for (int at = 0; at < padded.length; at++) {
            byte[] forged = unsigned(
                    new BigInteger(1, flip(padded.clone(), at, 1 + random.nextInt(255)))
                            .modPow(secret.getPrivateExponent(), secret.getModulus()),
                    256);
            assertThat(library.verifies(Algorithm.RS256, message, forged, pair.getPublic()))
                    .isFalse();
            assertThat(Algorithm.RS256.verifiesByJdk(message, forged, pair.getPublic()))
                    .isFalse();
        }
        byte[] tooLarge = unsigned(new BigInteger(1, signature).add(secret.getModulus()), 257);
        assertThat(library.verifies(Algorithm.RS256, message, tooLarge, pair.getPublic()))
                .isFalse();
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256"})
    void eachVerifiesWhatTheOtherSigns(Algorithm algorithm) throws Exception {
        KeyPair pair = pair(algorithm);
        for (int length : new int[] {0, 1, 63, 64, 65, 5000}) {
            byte[] message = bytes(length);
            byte[] signature =
                    library.sign(algorithm, message, pair.getPrivate()).orElseThrow();
            assertThat(algorithm.verifiesByJdk(message, signature, pair.getPublic()))
                    .isTrue();
            assertThat(library.verifies(algorithm, message, signature, pair.getPublic()))
                    .isTrue();
            assertThat(library.verifies(algorithm, bytes(length + 1), signature, pair.getPublic()))
                    .isFalse();
        }
    }

    /** BoringSSL takes exponents of 33 bits at most; a caller with such a key is admitted all the same. */
    @Test
    void theJdkVerifiesWithKeysThatTheLibraryDoesNotTake() throws Exception {
        KeyPair pair = rsa(2048, BigInteger.ONE.shiftLeft(40).add(BigInteger.valueOf(15)));
        byte[] message = bytes(100);
        byte[] signature = jdk(pair.getPrivate(), message);
        FastSignatures.use(Conscrypt.newProvider(), faults::add);

        assertThat(library.verifies(Algorithm.RS256, message, signature, pair.getPublic()))
                .isFalse();
        assertThat(Algorithm.RS256.verifies(message, signature, pair.getPublic()))
                .isTrue();
        assertThat(Algorithm.fast()).isPresent();
        assertThat(faults).isEmpty();
    }

    @Test
    void theJdkSignsWithKeysThatCannotBeBlinded() throws Exception {
        RSAPrivateCrtKey crt = (RSAPrivateCrtKey) pair(Algorithm.RS256).getPrivate();
        PrivateKey without = KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateKeySpec(crt.getModulus(), crt.getPrivateExponent()));

        assertThat(library.sign(Algorithm.RS256, bytes(9), without)).isEqualTo(Optional.empty());
        assertThat(faults).isEmpty();
    }

    @Test
    void usesTheKeyThatItIsGivenEachTime() throws Exception {
        byte[] message = bytes(100);
        for (int i = 0; i < 3; i++) {
            for (KeyPair pair : List.of(pair(Algorithm.ES256), pair(Algorithm.ES256))) {
                byte[] signature = library.sign(Algorithm.ES256, message, pair.getPrivate())
                        .orElseThrow();
                assertThat(Algorithm.ES256.verifiesByJdk(message, signature, pair.getPublic()))
                        .isTrue();
            }
        }
    }

    private static byte[] jdk(PrivateKey key, byte[] message) throws GeneralSecurityException {
        java.security.Signature signer = java.security.Signature.getInstance("SHA256withRSA");
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }

    private static KeyPair pair(Algorithm algorithm) throws Exception {
        return algorithm == Algorithm.ES256
                ? new ECKeyGenerator(Curve.P_256).generate().toKeyPair()
                : rsa(2048, BigInteger.valueOf(65537));
    }

    private static KeyPair rsa(int bits, BigInteger exponent) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(new RSAKeyGenParameterSpec(bits, exponent));
        KeyPair pair = generator.generateKeyPair();
        PublicKey key = pair.getPublic();
        assertThat(((RSAPublicKey) key).getPublicExponent()).isEqualTo(exponent);
        assertThat(Algorithm.RS256.fits(key)).isTrue();
        return pair;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
