package io.sallyport.admin;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.document.SecretField;
import io.sallyport.method.SecretFields;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.SecretCipher;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ciphertexts of the secrets in a document, made before the change that stores them: encryption may wait for Cloud
 * KMS, and a store transaction blocks others.
 *
 * @param plain by the field of the auth method that each belongs to, as the ciphertexts are
 */
record EncryptedAhead(
        SecretFields secrets, Map<String, SecretFields.Plain> plain, Map<String, EncryptedSecret> ciphertexts) {
    private static final int MAX_ATTEMPTS = 3;

    /** Encrypts, then changes the store. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws Refused;
    }

    /**
     * Retries while others change what the secret is bound to.
     *
     * @throws Refused {@link Reason#CHANGED_MEANWHILE}
     */
    static <T> T retrying(Attempt<T> attempt) throws Refused {
        for (int attempts = 1; ; attempts++) {
            try {
                return attempt.run();
            } catch (Refused refused) {
                if (refused.reason() != Reason.CHANGED_MEANWHILE || attempts == MAX_ATTEMPTS) {
                    throw refused;
                }
            }
        }
    }

    /**
     * Encrypts each secret that the document has in the clear.
     *
     * @throws Refused {@link Reason#INVALID_FIELDS}; {@link Reason#SECRET_UNREADABLE}
     */
    static EncryptedAhead of(
            SecretFields secrets, IdentityId id, Map<String, ? extends @Nullable Object> document, SecretCipher cipher)
            throws Refused {
        return of(secrets, plain(secrets, id, document), Map.of(), cipher);
    }

    /**
     * Encrypts the secrets that have no known ciphertext.
     *
     * @throws Refused {@link Reason#SECRET_UNREADABLE}
     */
    static EncryptedAhead of(
            SecretFields secrets,
            Map<String, SecretFields.Plain> plain,
            Map<String, EncryptedSecret> known,
            SecretCipher cipher)
            throws Refused {
        Map<String, EncryptedSecret> ciphertexts = new HashMap<>(known);
        for (Map.Entry<String, SecretFields.Plain> entry : plain.entrySet()) {
            if (!known.containsKey(entry.getKey())) {
                SecretFields.Plain secret = entry.getValue();
                ciphertexts.put(entry.getKey(), cipher.encrypt(secret.secret(), secret.place()));
            }
        }
        return new EncryptedAhead(secrets, plain, ciphertexts);
    }

    /**
     * The document with ciphertexts in place of the secrets.
     *
     * @throws Refused {@link Reason#CHANGED_MEANWHILE} if a secret or its place is not the one that was encrypted for
     */
    Map<String, @Nullable Object> in(IdentityId id, Map<String, ? extends @Nullable Object> document) throws Refused {
        Map<String, SecretFields.Plain> now = plain(secrets, id, document);
        if (!plain.equals(now)) {
            SecretField<?> field = secrets.firstDifference(plain, now);
            throw Registry.told(
                    Reason.CHANGED_MEANWHILE,
                    field.plain(),
                    "while the secret was being encrypted, another change replaced the " + field.placeFields()
                            + " that it is bound to; nothing was stored");
        }
        return secrets.withCiphertexts(document, ciphertexts);
    }

    /** @throws Refused {@link Reason#INVALID_FIELDS} */
    static Map<String, SecretFields.Plain> plain(
            SecretFields secrets, IdentityId id, Map<String, ? extends @Nullable Object> document) throws Refused {
        try {
            return secrets.plain(id, document);
        } catch (IllegalArgumentException e) {
            throw Registry.told(Reason.INVALID_FIELDS, "body", String.valueOf(e.getMessage()));
        }
    }
}
