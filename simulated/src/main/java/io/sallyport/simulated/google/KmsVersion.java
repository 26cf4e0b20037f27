package io.sallyport.simulated.google;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A version of an asymmetric key. */
record KmsVersion(String name, String algorithm, KeyPair pair, boolean isEnabled) {
    /** DigestInfo of PKCS #1 (RFC 8017 §9.2, note 1) before a SHA-256 digest. */
    private static final byte[] SHA256_DIGEST_INFO = {
        0x30,
        0x31,
        0x30,
        0x0d,
        0x06,
        0x09,
        0x60,
        (byte) 0x86,
        0x48,
        0x01,
        0x65,
        0x03,
        0x04,
        0x02,
        0x01,
        0x05,
        0x00,
        0x04,
        0x20
    };

    static KmsVersion create(String name, String algorithm) {
        try {
            return new KmsVersion(name, algorithm, pair(algorithm), true);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair(String algorithm) throws GeneralSecurityException {
        boolean isEc = algorithm.startsWith("EC_");
        KeyPairGenerator generator = KeyPairGenerator.getInstance(isEc ? "EC" : "RSA");
        if (isEc) {
            generator.initialize(new ECGenParameterSpec(algorithm.contains("P384") ? "secp384r1" : "secp256r1"));
        } else {
            generator.initialize(algorithm.contains("4096") ? 4096 : algorithm.contains("3072") ? 3072 : 2048);
        }
        return generator.generateKeyPair();
    }

    KmsVersion enabled(boolean enabled) {
        return new KmsVersion(name, algorithm, pair, enabled);
    }

    /** EC: a sequence of R and S in DER; RSA: PKCS #1 v1.5. */
    byte[] sign(byte[] sha256) {
        boolean isEc = algorithm.startsWith("EC_");
        try {
            Signature signature = Signature.getInstance(isEc ? "NONEwithECDSA" : "NONEwithRSA");
            signature.initSign(pair.getPrivate());
            if (!isEc) {
                signature.update(SHA256_DIGEST_INFO);
            }
            signature.update(sha256);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }
}
