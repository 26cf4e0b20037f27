package io.sallyport.bench.served;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.OAuth2Credentials;
import com.google.cloud.firestore.FirestoreOptions;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.StoreAddress;
import io.sallyport.runtime.Stores;
import io.sallyport.store.firestore.FirestoreDatabase;
import io.sallyport.store.firestore.FirestoreHttp;
import io.sallyport.store.firestore.FirestoreIdentityStore;
import io.sallyport.store.firestore.FirestoreTokenStore;
import io.sallyport.store.firestore.RestDatabase;
import io.sallyport.store.firestore.SdkDatabase;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Firestore's emulator behind TLS. Functions have no setting for its address: they reach it in clear text, or Google. */
public final class FirestoreByTls {
    /** Host and port. */
    public static final String ADDRESS = "BENCH_FIRESTORE_TLS";

    /** The emulator takes it for its administrator's. */
    private static final String TOKEN = "owner";

    private FirestoreByTls() {}

    static Stores stores(StoreAddress store, Environment environment) {
        String address = environment.variables().getOrDefault(ADDRESS, "");
        if (address.isEmpty()) {
            return Stores.open(store, environment).stores();
        }
        RandomGenerator random = new SecureRandom();
        FirestoreDatabase database = store.overRest() ? overRest(store, address, random) : bySdk(store, address);
        return new Stores(
                new FirestoreIdentityStore(database, Providers.DOCUMENTS), new FirestoreTokenStore(database, random));
    }

    private static FirestoreDatabase overRest(StoreAddress store, String address, RandomGenerator random) {
        return RestDatabase.open(
                store.project(),
                store.database(),
                new FirestoreHttp("https://" + address, () -> TOKEN, System::nanoTime),
                random,
                System::nanoTime);
    }

    private static FirestoreDatabase bySdk(StoreAddress store, String address) {
        return SdkDatabase.open(
                store.project(),
                store.database(),
                () -> Optional.of(OAuth2Credentials.create(
                        AccessToken.newBuilder().setTokenValue(TOKEN).build())),
                // A host of this machine would be reached in clear text; an endpoint is not.
                () -> FirestoreOptions.newBuilder()
                        .setChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
                                .setEndpoint(address)
                                .build()));
    }
}
