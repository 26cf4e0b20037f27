package io.sallyport.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.impl.ECDSA;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies with one provider of cryptography in place of the JDK's, for every key of the process. TLS and all
 * else stay with the JDK's providers.
 *
 * <p>What the provider cannot do, the JDK's do. An exception from it never decides anything: it is not a refusal, and
 * no failed login. One that no key or signature explains ends the use of the provider.
 */
public final class FastSignatures {
    /** RFC 7518 §3.4: R and S, 32 bytes each. */
    private static final int ES256_BYTES = 64;

    /** RFC 7518 §3.5: MGF1 and a salt, both of the digest. */
    private static final PSSParameterSpec PS256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    /** A power of two, so that the place of a key is a part of its hash. */
    private static final int VERIFICATION_KEYS = 256;

    private final Provider provider;
    private final Consumer<Throwable> onFault;
    private volatile @Nullable Translated signing;

    /** Each key has one place, where the last of its keys is: no lock, no growth, and nothing to evict. */
    private final AtomicReferenceArray<@Nullable Translated> verifying = new AtomicReferenceArray<>(VERIFICATION_KEYS);

    /** A key of the JDK as the provider's own: it would otherwise be translated for each signature. */
    private record Translated(Key key, Key own) {}

    FastSignatures(Provider provider, Consumer<Throwable> onFault) {
        this.provider = provider;
        this.onFault = onFault;
    }

    /**
     * Uses a provider from now on.
     *
     * @param onFault told once, on the thread of a request, if the provider fails later and is no longer used
     * @throws GeneralSecurityException if it does not pass {@link SignatureTrial}: then nothing changes
     */
    public static void use(Provider provider, Consumer<Throwable> onFault) throws GeneralSecurityException {
        FastSignatures tried = new FastSignatures(provider, onFault);
        SignatureTrial.require(tried);
        Algorithm.use(Optional.of(tried));
    }

    /** Uses the JDK's providers from now on. */
    public static void useJdk() {
        Algorithm.use(Optional.empty());
    }

    /** Whether the provider verifies the signature. If it does not, ask the JDK's: it may take less than they do. */
    boolean verifies(Algorithm algorithm, byte[] signingInput, byte[] signature, PublicKey key) {
        if (!isTried(algorithm)) {
            return false;
        }
        try {
            Signature verifier = signature(algorithm);
            verifier.initVerify(own(key));
            verifier.update(signingInput);
            return verifier.verify(ofProvider(algorithm, signature, key));
        } catch (InvalidKeyException | SignatureException | JOSEException e) {
            // Keys and signatures come from others: these are no faults of the provider.
            return false;
        } catch (GeneralSecurityException | RuntimeException | LinkageError | AssertionError e) {
            stop(e);
            return false;
        }
    }

    /**
     * @param key of the JDK
     * @return the signature in the form that JWS requires; empty if the provider cannot make it: then ask the JDK's
     */
    public Optional<byte[]> sign(Algorithm algorithm, byte[] signingInput, PrivateKey key) {
        if (!isTried(algorithm)) {
            return Optional.empty();
        }
        if (algorithm != Algorithm.ES256 && !(key instanceof RSAPrivateCrtKey)) {
            // Without the public exponent there is no blinding, which hides the key from those who measure times.
            return Optional.empty();
        }
        try {
            Signature signer = signature(algorithm);
            signer.initSign(own(key));
            signer.update(signingInput);
            byte[] signature = signer.sign();
            return Optional.of(
                    algorithm == Algorithm.ES256
                            ? ECDSA.transcodeSignatureToConcat(signature, ES256_BYTES)
                            : signature);
        } catch (InvalidKeyException e) {
            // The provider takes fewer keys than the JDK: those with parts that do not belong together, for one.
            return Optional.empty();
        } catch (GeneralSecurityException | JOSEException | RuntimeException | LinkageError | AssertionError e) {
            stop(e);
            return Optional.empty();
        }
    }

    /** Whether {@link SignatureTrial} tries it. The others are rare, and stay with the JDK's providers. */
    private static boolean isTried(Algorithm algorithm) {
        return algorithm != Algorithm.PS384 && algorithm != Algorithm.ES384;
    }

    /** The signature as the provider expects it, after the checks that nimbus makes before it asks the JDK. */
    private static byte[] ofProvider(Algorithm algorithm, byte[] signature, PublicKey key)
            throws JOSEException, SignatureException {
        if (algorithm == Algorithm.ES256) {
            ECDSA.ensureLegalSignature(signature, JWSAlgorithm.ES256);
            return ECDSA.transcodeSignatureToDER(signature);
        }
        if (signature.length != (((RSAPublicKey) key).getModulus().bitLength() + 7) / 8) {
            throw new SignatureException("it is not as long as the modulus");
        }
        return signature;
    }

    private Signature signature(Algorithm algorithm) throws GeneralSecurityException {
        return switch (algorithm) {
            case RS256 -> Signature.getInstance("SHA256withRSA", provider);
            case PS256 -> {
                Signature pss = Signature.getInstance("SHA256withRSA/PSS", provider);
                pss.setParameter(PS256);
                yield pss;
            }
            case ES256 -> Signature.getInstance("SHA256withECDSA", provider);
            case PS384, ES384 -> throw new IllegalArgumentException("not tried: " + algorithm);
        };
    }

    private PrivateKey own(PrivateKey key) throws GeneralSecurityException {
        Translated translated = signing;
        if (translated == null || translated.key() != key) {
            translated = translated(key);
            signing = translated;
        }
        return (PrivateKey) translated.own();
    }

    /** By identity: an issuer's keys are the same objects until they are fetched again. */
    private PublicKey own(PublicKey key) throws GeneralSecurityException {
        int place = System.identityHashCode(key) & (VERIFICATION_KEYS - 1);
        Translated translated = verifying.get(place);
        if (translated == null || translated.key() != key) {
            translated = translated(key);
            verifying.set(place, translated);
        }
        return (PublicKey) translated.own();
    }

    private Translated translated(Key key) throws GeneralSecurityException {
        return new Translated(
                key, KeyFactory.getInstance(key.getAlgorithm(), provider).translateKey(key));
    }

    private void stop(Throwable fault) {
        if (Algorithm.endUse(this)) {
            onFault.accept(fault);
        }
    }

    /** Names the provider. */
    @Override
    public String toString() {
        return "FastSignatures[" + provider + "]";
    }
}
