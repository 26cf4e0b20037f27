package io.sallyport.runtime;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.Lazy;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.outbound.google.HttpsCloudKms;
import io.sallyport.outbound.google.KmsKeyCipher;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.store.firestore.FirestoreManagedKeyStore;
import io.sallyport.token.managed.KeyCipher;
import io.sallyport.token.managed.ManagedKeyRotation;
import io.sallyport.token.managed.ManagedKeyStore;
import io.sallyport.token.managed.ManagedKeys;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;

/**
 * How a process reaches its managed keys.
 *
 * @param connection to close at the end
 */
public record ManagedKeyAccess(
        String issuer,
        ManagedKeySettings settings,
        ManagedKeyStore store,
        AutoCloseable connection,
        Environment environment) {

    private static final int RSA_BITS = 2048;

    /**
     * Opens the database on first need.
     *
     * @throws IllegalArgumentException if none is configured
     */
    public static ManagedKeyAccess open(Issuer issuer, ManagedKeySettings settings, Environment environment) {
        StoreAddress address = settings.database()
                .orElseThrow(() -> new IllegalArgumentException(
                        "SALLYPORT_KEY_DATABASE is not set; it must be " + StoreAddress.FORM));
        var database = Stores.database(address, environment);
        return new ManagedKeyAccess(
                issuer.url(), settings, new FirestoreManagedKeyStore(database), database, environment);
    }

    /** The keys, to publish, to verify with, and if the settings name a key that decrypts them, to sign with. */
    public ManagedKeys keys() {
        LogLine log = new LogLine(environment);
        return new ManagedKeys(
                issuer,
                store,
                settings.key().isPresent() ? cipher(settings.key().get()) : new NoKeyCipher(),
                settings.earlier(),
                (keyId, why) ->
                        log.write("ERROR", "managed signing key not used", Map.of("keyId", keyId, "detail", why)));
    }

    /** Makes and encrypts keys. */
    public ManagedKeyRotation rotation() {
        return new ManagedKeyRotation(
                issuer, store, cipher(settings.key().orElseThrow()), this::generate, settings.schedule());
    }

    private KeyCipher cipher(EncryptionKey key) {
        if (key instanceof EncryptionKey.CloudKms kms) {
            return new KmsKeyCipher(kms, HttpsCloudKms.google(environment.variables()));
        }
        return new AesKeyCipher((EncryptionKey.Own) key, new Lazy<>(SecureRandom::new));
    }

    private JWK generate() {
        try {
            return settings.rsa()
                    ? new RSAKeyGenerator(RSA_BITS).generate()
                    : new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform makes RSA keys, and EC keys on P-256", e);
        }
    }

    /** The cipher of a process that is not told how keys are encrypted. */
    private static final class NoKeyCipher implements KeyCipher {
        @Override
        public String encrypt(byte[] plaintext, byte[] bound) throws Refused {
            throw refused();
        }

        @Override
        public byte[] decrypt(String ciphertext, byte[] bound) throws Refused {
            throw refused();
        }

        private static Refused refused() {
            return new Refused(Reason.KEYS_UNAVAILABLE, "this process is not configured to sign");
        }
    }

    /** The keys of an issuer, if they are managed. */
    static Optional<ManagedKeys> keys(Settings settings, Environment environment) {
        return settings.managedKeys().isPresent()
                ? Optional.of(open(settings.issuer(), settings.managedKeys().get(), environment)
                        .keys())
                : Optional.empty();
    }
}
