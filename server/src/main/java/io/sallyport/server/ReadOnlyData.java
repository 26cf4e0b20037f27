package io.sallyport.server;

import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.ManagedKeyAccess;
import io.sallyport.runtime.ManagedKeySettings;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.settings.Variables;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.store.sqlite.SqliteManagedKeyStore;
import io.sallyport.store.sqlite.SqliteTokenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Read-only access to the folder that {@code serve} writes. */
public record ReadOnlyData(Path folder) {
    private static final String ISSUER = "SALLYPORT_ISSUER";
    private static final String KEYS = "SALLYPORT_SIGNING_KEYS";
    private static final String PUBLIC_KEYS = "SALLYPORT_PUBLIC_KEYS";
    private static final String ENCRYPTION_KEY = "SALLYPORT_ENCRYPTION_KEY";

    /**
     * The settings that {@code serve} would use.
     *
     * @param issuer overrides the variables, if given
     * @throws InvalidConfigurationException naming what is missing or not valid
     */
    public Settings settings(Map<String, String> variables, Optional<String> issuer) {
        Map<String, String> all = new HashMap<>(variables);
        issuer.ifPresent(url -> all.put(ISSUER, url));
        all.putIfAbsent(ISSUER, "http://127.0.0.1:8080");
        if (new Variables(all).begins(KEYS, "managed:")) {
            // What decrypts them is not needed.
            all.put(PUBLIC_KEYS, "managed");
        }
        if (!isSet(all, KEYS) && !isSet(all, PUBLIC_KEYS)) {
            putIfThere(all, KEYS, "signing-keys.json");
        }
        if (!isSet(all, ENCRYPTION_KEY)) {
            putIfThere(all, ENCRYPTION_KEY, "encryption-key");
        }
        return Settings.forExplaining(all);
    }

    private static boolean isSet(Map<String, String> variables, String name) {
        return variables.containsKey(name) || variables.containsKey(name + "_FILE");
    }

    private void putIfThere(Map<String, String> variables, String name, String file) {
        Path path = folder.resolve(file);
        if (Files.exists(path)) {
            variables.put(name + "_FILE", path.toString());
        }
    }

    /**
     * Opens the configured store, or the embedded one.
     *
     * @throws InvalidConfigurationException if there is none
     */
    public Stores.Opened open(Settings settings, Environment environment) {
        Stores.Opened stores = openStores(settings, environment);
        if (settings.managedKeys().isEmpty()) {
            return stores;
        }
        OpenKeys keys = openKeys(settings, settings.managedKeys().get(), environment);
        return new Stores.Opened(stores.stores().with(keys.keys()), () -> {
            keys.close();
            stores.connection().close();
        });
    }

    private OpenKeys openKeys(Settings settings, ManagedKeySettings managed, Environment environment) {
        if (managed.database().isPresent()) {
            return new OpenKeys(Optional.of(ManagedKeyAccess.open(settings.issuer(), managed, environment)));
        }
        try {
            SqliteDatabase database = SqliteDatabase.openReadOnly(new ServeFiles(folder).keyDatabase());
            return new OpenKeys(Optional.of(new ManagedKeyAccess(
                    settings.issuer().url(), managed, new SqliteManagedKeyStore(database), database, environment)));
        } catch (IOException e) {
            throw new InvalidConfigurationException(
                    List.of(e.getMessage() + "; name the folder of serve with --data, or SALLYPORT_KEY_DATABASE"));
        }
    }

    private Stores.Opened openStores(Settings settings, Environment environment) {
        if (settings.store().isPresent()) {
            return Stores.open(settings.store().get(), environment);
        }
        Path file = folder.resolve("sallyport.db");
        try {
            SqliteDatabase database = SqliteDatabase.openReadOnly(file);
            return new Stores.Opened(
                    new Stores(
                            new SqliteIdentityStore(database, Providers.DOCUMENTS),
                            new SqliteTokenStore(database, environment.clock())),
                    database);
        } catch (IOException e) {
            throw new InvalidConfigurationException(List.of(e.getMessage()
                    + "; pass the folder of serve with --data, or set SALLYPORT_STORE to another store"));
        }
    }
}
