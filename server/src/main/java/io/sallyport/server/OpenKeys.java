package io.sallyport.server;

import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Issuer;
import io.sallyport.runtime.ManagedKeyAccess;
import io.sallyport.runtime.ManagedKeySettings;
import io.sallyport.runtime.Settings;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteManagedKeyStore;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.managed.ManagedKeys;
import java.io.IOException;
import java.util.Optional;

/**
 * The issuer's keys, with the connection to their database if they are managed.
 *
 * @param access empty if they are not managed
 */
public record OpenKeys(Optional<ManagedKeyAccess> access) implements AutoCloseable {
    /**
     * Opens the configured database, or else the embedded one, which is created if missing.
     *
     * @throws IOException if the embedded one cannot be used
     */
    public static OpenKeys open(Settings settings, Environment environment, ServeFiles data) throws IOException {
        return settings.managedKeys().isPresent()
                ? open(settings.issuer(), settings.managedKeys().get(), environment, data)
                : new OpenKeys(Optional.empty());
    }

    /** @throws IOException if the embedded database cannot be used */
    public static OpenKeys open(Issuer issuer, ManagedKeySettings settings, Environment environment, ServeFiles data)
            throws IOException {
        if (settings.database().isPresent()) {
            return new OpenKeys(Optional.of(ManagedKeyAccess.open(issuer, settings, environment)));
        }
        SqliteDatabase database = SqliteDatabase.open(data.keyDatabase());
        return new OpenKeys(Optional.of(new ManagedKeyAccess(
                issuer.url(), settings, new SqliteManagedKeyStore(database), database, environment)));
    }

    /** The managed keys, as this process knows them; empty if they are not managed. */
    public Optional<ManagedKeys> keys() {
        return access.map(ManagedKeyAccess::keys);
    }

    /** Verifies tokens of the issuer with these keys. */
    public AccessTokenVerifier verifier(Settings settings) {
        String issuer = settings.issuer().url();
        Optional<ManagedKeys> managed = keys();
        return managed.isPresent()
                ? new AccessTokenVerifier(issuer, managed.get())
                : new AccessTokenVerifier(issuer, settings.keys());
    }

    @Override
    public void close() {
        if (access.isPresent()) {
            try {
                access.get().connection().close();
            } catch (Exception e) {
                throw new IllegalStateException("the database of signing keys does not close", e);
            }
        }
    }
}
