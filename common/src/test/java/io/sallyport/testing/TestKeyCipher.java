package io.sallyport.testing;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.token.managed.KeyCipher;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-GCM with a key that is the same in every process of the tests; counts its calls, and fails when told to. */
public final class TestKeyCipher implements KeyCipher {
    private static final int IV_BYTES = 12;
    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "AES");

    private final AtomicInteger encryptions = new AtomicInteger();
    private final AtomicInteger decryptions = new AtomicInteger();
    private volatile Optional<Reason> failing = Optional.empty();

    @Override
    public String encrypt(byte[] plaintext, byte[] bound) throws Refused {
        encryptions.incrementAndGet();
        fail();
        byte[] iv = new byte[IV_BYTES];
        new SecureRandom().nextBytes(iv);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, iv, bound).doFinal(plaintext);
            return encode(iv) + "." + encode(encrypted);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public byte[] decrypt(String ciphertext, byte[] bound) throws Refused {
        decryptions.incrementAndGet();
        fail();
        String[] parts = ciphertext.split("\\.", 2);
        try {
            return cipher(Cipher.DECRYPT_MODE, Base64.getUrlDecoder().decode(parts[0]), bound)
                    .doFinal(Base64.getUrlDecoder().decode(parts[1]));
        } catch (GeneralSecurityException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new Refused(Reason.KEYS_UNAVAILABLE, "not encrypted with this key for this record");
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Cipher cipher(int mode, byte[] iv, byte[] bound) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, KEY, new GCMParameterSpec(128, iv));
        cipher.updateAAD(bound);
        return cipher;
    }

    private void fail() throws Refused {
        if (failing.isPresent()) {
            throw new Refused(failing.get(), "the cipher is told to fail");
        }
    }

    public void fail(Reason why) {
        failing = Optional.of(why);
    }

    public void recover() {
        failing = Optional.empty();
    }

    public int encryptions() {
        return encryptions.get();
    }

    public int decryptions() {
        return decryptions.get();
    }
}
