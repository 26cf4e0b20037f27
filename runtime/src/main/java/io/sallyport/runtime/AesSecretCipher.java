package io.sallyport.runtime;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.secret.OlderForm;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM (NIST SP 800-38D) with our own key: {@code v2.} and base64url of the initialization vector, 96 random
 * bits, the ciphertext, and the tag of 128 bits.
 */
final class AesSecretCipher implements SecretCipher {
    private static final String VERSION = "v2.";
    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final Supplier<SecureRandom> random;

    AesSecretCipher(EncryptionKey.Own key, Supplier<SecureRandom> random) {
        this.key = new SecretKeySpec(key.bytes(), "AES");
        this.random = random;
    }

    @Override
    public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
        byte[] iv = new byte[IV_BYTES];
        random.get().nextBytes(iv);
        try {
            byte[] encrypted =
                    cipher(Cipher.ENCRYPT_MODE, iv, place).doFinal(secret.text().getBytes(StandardCharsets.UTF_8));
            byte[] whole = ByteBuffer.allocate(IV_BYTES + encrypted.length)
                    .put(iv)
                    .put(encrypted)
                    .array();
            return new EncryptedSecret(
                    VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(whole));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    @Override
    public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) throws Refused {
        OlderForm.refuse(encryptedSecret, place);
        try {
            byte[] whole = decode(encryptedSecret.text());
            if (whole.length < IV_BYTES + TAG_BITS / Byte.SIZE) {
                throw new GeneralSecurityException("too short");
            }
            byte[] opened = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(whole, IV_BYTES), place)
                    .doFinal(whole, IV_BYTES, whole.length - IV_BYTES);
            return new Secret(new String(opened, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Refused(
                    Reason.SECRET_UNREADABLE,
                    place.field() + " was not encrypted with the configured key for this identity, kubernetesHost and"
                            + " caCert; configure the key that encrypted it, or set tokenReviewerJwt again");
        }
    }

    /** Several base64url texts decode to the same value; only the one that we write is accepted. */
    private static byte[] decode(String text) {
        if (!text.startsWith(VERSION)) {
            throw new IllegalArgumentException("another form");
        }
        String base64url = text.substring(VERSION.length());
        byte[] whole = Base64.getUrlDecoder().decode(base64url);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(whole).equals(base64url)) {
            throw new IllegalArgumentException("not canonical");
        }
        return whole;
    }

    private Cipher cipher(int mode, byte[] iv, EncryptionContext place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(place.bytes());
        return cipher;
    }

    @Override
    public String toString() {
        return "AesSecretCipher";
    }
}
