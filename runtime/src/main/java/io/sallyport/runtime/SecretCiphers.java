package io.sallyport.runtime;

import io.sallyport.Lazy;
import io.sallyport.outbound.google.HttpsCloudKms;
import io.sallyport.outbound.google.KmsSecretCipher;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.secret.SecretCipher;
import java.security.SecureRandom;
import java.util.Optional;

/** Chooses the configured cipher for secrets. */
public final class SecretCiphers {
    private SecretCiphers() {}

    /** @param key if there is none, nothing can be encrypted or decrypted */
    public static SecretCipher with(Optional<EncryptionKey> key, Environment environment) {
        if (key.isPresent() && key.get() instanceof EncryptionKey.Own own) {
            return new AesSecretCipher(own, new Lazy<>(SecureRandom::new));
        }
        if (key.isPresent() && key.get() instanceof EncryptionKey.CloudKms kms) {
            return new KmsSecretCipher(kms, HttpsCloudKms.google(environment.variables()), environment.clock());
        }
        return new NoSecretCipher();
    }
}
