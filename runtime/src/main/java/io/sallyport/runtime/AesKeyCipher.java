package io.sallyport.runtime;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.token.managed.KeyCipher;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts signing keys by AES-256-GCM (NIST SP 800-38D) with our own key: {@code aes.} and base64url of the
 * initialization vector, 96 random bits, the ciphertext, and the tag of 128 bits.
 */
final class AesKeyCipher implements KeyCipher {
    private static final String SCHEME = "aes.";
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final Supplier<SecureRandom> random;

    AesKeyCipher(EncryptionKey.Own key, Supplier<SecureRandom> random) {
        this.key = new SecretKeySpec(key.bytes(), "AES");
        this.random = random;
    }

    @Override
    public String encrypt(byte[] plaintext, byte[] bound) {
        byte[] iv = new byte[IV_BYTES];
        random.get().nextBytes(iv);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, iv, bound).doFinal(plaintext);
            byte[] whole = ByteBuffer.allocate(IV_BYTES + encrypted.length)
                    .put(iv)
                    .put(encrypted)
                    .array();
            return SCHEME + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    @Override
    public byte[] decrypt(String ciphertext, byte[] bound) throws Refused {
        try {
            if (ciphertext.startsWith(SCHEME)) {
                byte[] whole = Base64.getUrlDecoder().decode(ciphertext.substring(SCHEME.length()));
                if (whole.length > IV_BYTES) {
                    return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(whole, IV_BYTES), bound)
                            .doFinal(whole, IV_BYTES, whole.length - IV_BYTES);
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Refused below.
        }
        throw new Refused(
                Reason.KEYS_UNAVAILABLE, "the signing key was not encrypted with the configured key, or was changed");
    }

    private Cipher cipher(int mode, byte[] iv, byte[] bound) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(bound);
        return cipher;
    }

    @Override
    public String toString() {
        return "AesKeyCipher";
    }
}
