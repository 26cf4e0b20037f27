package io.sallyport.bench.served;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/** The cryptography that every login needs, and nothing else: verify one RS256 signature, make one ES256 signature. */
public final class BareCryptography {
    /** As long as the signed parts of an ID token and of an access token. */
    private static final byte[] INPUT = "x".repeat(700).getBytes(StandardCharsets.US_ASCII);

    private final PublicKey rsa;
    private final PrivateKey ec;
    private final byte[] signature;

    public BareCryptography() {
        try {
            KeyPairGenerator rsaKeys = KeyPairGenerator.getInstance("RSA");
            rsaKeys.initialize(2048);
            KeyPair rsaPair = rsaKeys.generateKeyPair();
            rsa = rsaPair.getPublic();
            KeyPairGenerator ecKeys = KeyPairGenerator.getInstance("EC");
            ecKeys.initialize(new ECGenParameterSpec("secp256r1"));
            ec = ecKeys.generateKeyPair().getPrivate();
            Signature signing = Signature.getInstance("SHA256withRSA");
            signing.initSign(rsaPair.getPrivate());
            signing.update(INPUT);
            signature = signing.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RS256 with a key of 2048 bits. */
    public boolean verify() {
        try {
            Signature verifying = Signature.getInstance("SHA256withRSA");
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
            Signature signing = Signature.getInstance("SHA256withECDSAinP1363Format");
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
            if (!verify() || sign().length != 64) {
                throw new IllegalStateException("the cryptography does not work");
            }
        }
    }
}
