package io.sallyport.admin;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.IdentityId;
import io.sallyport.method.SecretFields;
import io.sallyport.secret.SealedSecret;
import io.sallyport.secret.Sealer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ciphertext of the secret in a document, made before the change that stores it: the cipher may wait for Cloud KMS, and a
 * change of the store makes others wait.
 */
record EncryptedAhead(Optional<SecretFields.Plain> plain, Optional<SealedSecret> ciphertext) {
    private static final int MAX_ATTEMPTS = 3;

    /** Encrypts, then changes the store. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws Refused;
    }

    /** Attempts again while others change what the secret is bound to. @throws Refused {@link Reason#CHANGED_MEANWHILE} */
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
     * Calls the cipher if the document has a secret in the clear.
     *
     * @throws Refused {@link Reason#INVALID_FIELDS}; {@link Reason#SECRET_UNREADABLE}
     */
    static EncryptedAhead of(IdentityId id, Map<String, ? extends @Nullable Object> document, Sealer cipher)
            throws Refused {
        Optional<SecretFields.Plain> plain = plain(id, document);
        return new EncryptedAhead(
                plain,
                plain.isPresent()
                        ? Optional.of(
                                cipher.seal(plain.get().secret(), plain.get().place()))
                        : Optional.empty());
    }

    /**
     * The document with the ciphertext in place of the secret.
     *
     * @throws Refused {@link Reason#CHANGED_MEANWHILE} if its secret, host or CA is not the one that was encrypted for
     */
    Map<String, @Nullable Object> in(IdentityId id, Map<String, ? extends @Nullable Object> document) throws Refused {
        if (!plain.equals(plain(id, document))) {
            throw Registry.told(
                    Reason.CHANGED_MEANWHILE,
                    "tokenReviewerJwt",
                    "while the secret was encrypted, others changed the kubernetesHost or caCert that it is bound to;"
                            + " nothing was stored");
        }
        return SecretFields.withCiphertext(document, ciphertext);
    }

    /** @throws Refused {@link Reason#INVALID_FIELDS} */
    static Optional<SecretFields.Plain> plain(IdentityId id, Map<String, ? extends @Nullable Object> document)
            throws Refused {
        try {
            return SecretFields.plain(id, document);
        } catch (IllegalArgumentException e) {
            throw Registry.told(Reason.INVALID_FIELDS, "body", String.valueOf(e.getMessage()));
        }
    }
}
