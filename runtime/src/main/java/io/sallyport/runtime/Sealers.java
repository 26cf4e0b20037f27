package io.sallyport.runtime;

import io.sallyport.AtFirstUse;
import io.sallyport.outbound.google.HttpsCloudKms;
import io.sallyport.outbound.google.KmsSealer;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.secret.Sealer;
import java.security.SecureRandom;
import java.util.Optional;

/** The way to seal secrets that is configured. */
public final class Sealers {
    private Sealers() {}

    /** @param key if there is none, nothing can be sealed or opened */
    public static Sealer with(Optional<EncryptionKey> key, Environment environment) {
        if (key.isPresent() && key.get() instanceof EncryptionKey.Own own) {
            return new AesSealer(own, new AtFirstUse<>(SecureRandom::new));
        }
        if (key.isPresent() && key.get() instanceof EncryptionKey.CloudKms kms) {
            return new KmsSealer(kms, HttpsCloudKms.google(environment.variables()), environment.clock());
        }
        return new NoSealer();
    }
}
