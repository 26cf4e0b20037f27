package io.sallyport.runtime;

import io.sallyport.outbound.google.Federation;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.settings.Variables;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of commands that manage the store: they need neither an issuer nor a signing key.
 *
 * @param store {@code SALLYPORT_STORE}; empty for the embedded one
 * @param encryptionKey {@code SALLYPORT_ENCRYPTION_KEY}, or a file; empty where no secret is stored
 */
public record StoreSettings(Optional<StoreAddress> store, Optional<EncryptionKey> encryptionKey) {
    /** @throws InvalidConfigurationException naming every variable that is not valid */
    public static StoreSettings read(Map<String, String> variables) {
        Variables read = new Variables(variables);
        StoreSettings settings = new StoreSettings(Settings.optionalStore(read), Settings.encryptionKey(read));
        Federation.read(read);
        read.check();
        return settings;
    }
}
