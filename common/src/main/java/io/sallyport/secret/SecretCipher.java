package io.sallyport.secret;

import io.sallyport.Reason;
import io.sallyport.Refused;

/** Encrypts and decrypts the secrets of identities, so that the store holds none in the clear. */
public interface SecretCipher {
    /** @throws Refused {@link Reason#SECRET_UNREADABLE} if there is no key, or it cannot be used now */
    EncryptedSecret encrypt(Secret secret, EncryptionContext place) throws Refused;

    /**
     * @throws Refused {@link Reason#SECRET_UNREADABLE} if it was not encrypted with our key for this place, is of an
     *     older form, or was changed since; or if there is no key, or it cannot be used now
     */
    Secret decrypt(EncryptedSecret encrypted, EncryptionContext place) throws Refused;
}
