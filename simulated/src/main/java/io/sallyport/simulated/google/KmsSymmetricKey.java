package io.sallyport.simulated.google;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A key with the purpose {@code ENCRYPT_DECRYPT} and one version. */
record KmsSymmetricKey(String name, SecretKeySpec key) {
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    static KmsSymmetricKey create(String name) {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return new KmsSymmetricKey(name, new SecretKeySpec(bytes, "AES"));
    }

    String version() {
        return name + "/cryptoKeyVersions/1";
    }

    byte[] encrypt(byte[] plaintext, byte[] bound) {
        byte[] iv = new byte[IV_BYTES];
        new SecureRandom().nextBytes(iv);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, iv, bound).doFinal(plaintext);
            return ByteBuffer.allocate(IV_BYTES + encrypted.length)
                    .put(iv)
                    .put(encrypted)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty unless it was encrypted with this key for the same bytes. */
    Optional<byte[]> decrypt(byte[] ciphertext, byte[] bound) {
        try {
            byte[] iv = Arrays.copyOf(ciphertext, IV_BYTES);
            return Optional.of(cipher(Cipher.DECRYPT_MODE, iv, bound)
                    .doFinal(ciphertext, IV_BYTES, Math.max(0, ciphertext.length - IV_BYTES)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] iv, byte[] bound) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(bound);
        return cipher;
    }
}
