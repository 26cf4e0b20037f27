package io.sallyport.runtime;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;

/** The cipher when no key is configured: identities without secrets can log in, others cannot. */
final class NoSecretCipher implements SecretCipher {
    @Override
    public EncryptedSecret encrypt(Secret secret, EncryptionContext place) throws Refused {
        throw unreadable(place);
    }

    @Override
    public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) throws Refused {
        throw unreadable(place);
    }

    private static Refused unreadable(EncryptionContext place) {
        return new Refused(
                Reason.SECRET_UNREADABLE, place.field() + " needs SALLYPORT_ENCRYPTION_KEY, which is not set");
    }
}
