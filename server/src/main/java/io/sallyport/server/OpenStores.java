package io.sallyport.server;

import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.StoreAddress;
import io.sallyport.runtime.Stores;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.store.sqlite.SqliteTokenStore;
import java.io.IOException;
import java.util.Optional;

/**
 * The stores with their shared connection.
 *
 * @param name a description of the store
 */
public record OpenStores(Stores stores, AutoCloseable connection, String name) implements AutoCloseable {
    /**
     * Opens the configured store, or else the embedded one, which is created if missing.
     *
     * @throws IOException if the embedded one cannot be used
     */
    public static OpenStores open(Optional<StoreAddress> configured, Environment environment, ServeFiles data)
            throws IOException {
        if (configured.isPresent()) {
            StoreAddress address = configured.get();
            Stores.Opened firestore = Stores.open(address, environment);
            return new OpenStores(firestore.stores(), firestore.connection(), address.toString());
        }
        SqliteDatabase database = SqliteDatabase.open(data.database());
        return new OpenStores(
                new Stores(
                        new SqliteIdentityStore(database, Providers.DOCUMENTS),
                        new SqliteTokenStore(database, environment.clock())),
                database,
                data.database().toString());
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (Exception e) {
            throw new IllegalStateException("the store does not close", e);
        }
    }
}
