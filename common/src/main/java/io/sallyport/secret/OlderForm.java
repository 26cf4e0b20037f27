package io.sallyport.secret;

import io.sallyport.Reason;
import io.sallyport.Refused;

/** Ciphertexts of an older version: bound to identity and field, but not to the host that the secret is sent to. */
public final class OlderForm {
    private OlderForm() {}

    /**
     * @throws Refused {@link Reason#SECRET_UNREADABLE}: decrypting it would let an attacker who can write the store
     *     choose the host
     */
    public static void refuse(EncryptedSecret secret, EncryptionContext place) throws Refused {
        if (secret.isOfOlderForm()) {
            throw new Refused(
                    Reason.SECRET_UNREADABLE,
                    place.field() + " was encrypted by an older version, which did not bind it to kubernetesHost and"
                            + " caCert; set tokenReviewerJwt again");
        }
    }
}
