package io.sallyport.bench.served;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import org.conscrypt.Conscrypt;

/** The cryptography that every login needs, and nothing else: verify one RS256 signature, make one ES256 signature. */
public final class BareCryptography {
    /** As long as the signed parts of an ID token and of an access token. */
    private static final byte[] INPUT = "x".repeat(700).getBytes(StandardCharsets.US_ASCII);

    private final Optional<Provider> provider;
    private final PublicKey rsa;
    private final PrivateKey ec;
    private final byte[] signature;

    /** By the JDK's providers. */
    public static BareCryptography byJdk() {
        return new BareCryptography(Optional.empty());
    }

    /** By Conscrypt, with keys of its making. */
    public static BareCryptography byConscrypt() {
        return new BareCryptography(Optional.of(Conscrypt.newProvider()));
    }

    private BareCryptography(Optional<Provider> provider) {
        this.provider = provider;
        try {
            KeyPairGenerator rsaKeys = KeyPairGenerator.getInstance("RSA");
            rsaKeys.initialize(2048);
            KeyPair rsaPair = rsaKeys.generateKeyPair();
            rsa = (PublicKey) own(rsaPair.getPublic());
            KeyPairGenerator ecKeys = KeyPairGenerator.getInstance("EC");
            ecKeys.initialize(new ECGenParameterSpec("secp256r1"));
            ec = (PrivateKey) own(ecKeys.generateKeyPair().getPrivate());
            Signature signing = Signature.getInstance("SHA256withRSA");
            signing.initSign(rsaPair.getPrivate());
            signing.update(INPUT);
            signature = signing.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Key own(Key key) throws GeneralSecurityException {
        return provider.isEmpty()
                ? key
                : KeyFactory.getInstance(key.getAlgorithm(), provider.get()).translateKey(key);
    }

    private Signature signature(String algorithm) throws GeneralSecurityException {
        return provider.isEmpty() ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, provider.get());
    }

    /** RS256 with a key of 2048 bits. */
    public boolean verify() {
        try {
            Signature verifying = signature("SHA256withRSA");
            verifying.initVerify(rsa);
            verifying.update(INPUT);
            return verifying.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** ES256. */
    public byte[] sign() {
        try {
            // Conscrypt's is in DER, which is as much work.
            Signature signing = signature(provider.isEmpty() ? "SHA256withECDSAinP1363Format" : "SHA256withECDSA");
            signing.initSign(ec);
            signing.update(INPUT);
            return signing.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The cryptography of this many logins. */
    void ofLogins(int count) {
        for (int i = 0; i < count; i++) {
            if (!verify() || sign().length < 64) {
                throw new IllegalStateException("the cryptography does not work");
            }
        }
    }
}
