package io.sallyport.runtime;

import io.sallyport.Lazy;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.login.LastLogins;
import io.sallyport.login.Login;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.google.AccessTokens;
import io.sallyport.outbound.google.GoogleAccessTokens;
import io.sallyport.outbound.google.GoogleIdentity;
import io.sallyport.outbound.google.MetadataTokens;
import io.sallyport.session.Sessions;
import io.sallyport.store.firestore.FirestoreDatabase;
import io.sallyport.store.firestore.FirestoreHttp;
import io.sallyport.store.firestore.FirestoreIdentityStore;
import io.sallyport.store.firestore.FirestoreTokenStore;
import io.sallyport.store.firestore.RestDatabase;
import io.sallyport.store.firestore.SdkDatabase;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenStore;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The stores of identities and tokens. */
public record Stores(IdentityStore identities, TokenStore tokens) {
    /** Times their calls, for the audit line. */
    public Stores {
        identities = new TimedIdentityStore(identities, System::nanoTime);
        tokens = new TimedTokenStore(tokens, System::nanoTime);
    }

    /** Stores with their shared connection. */
    public record Opened(Stores stores, AutoCloseable connection) {}

    private static final String EMULATOR = "FIRESTORE_EMULATOR_HOST";
    private static final List<String> DATASTORE = List.of("https://www.googleapis.com/auth/datastore");

    /**
     * Opens Firestore on first need: with the identity of {@link AccessTokens#google}, or the emulator at {@code
     * FIRESTORE_EMULATOR_HOST}.
     */
    public static Opened open(StoreAddress address, Environment environment) {
        Lazy<SecureRandom> secure = new Lazy<>(SecureRandom::new);
        RandomGenerator random = () -> secure.get().nextLong();
        FirestoreDatabase database = address.overRest()
                ? overRest(address, environment.variables(), random)
                : bySdk(address, environment.variables());
        return new Opened(
                new Stores(
                        new FirestoreIdentityStore(database, Providers.DOCUMENTS),
                        new FirestoreTokenStore(database, random)),
                database);
    }

    private static FirestoreDatabase bySdk(StoreAddress address, Map<String, String> variables) {
        String emulator = variables.getOrDefault(EMULATOR, "");
        GoogleIdentity google = GoogleIdentity.of(variables);
        return emulator.isEmpty()
                ? SdkDatabase.open(address.project(), address.database(), () -> google.federated(DATASTORE))
                : SdkDatabase.openEmulator(address.project(), address.database(), emulator);
    }

    private static FirestoreDatabase overRest(
            StoreAddress address, Map<String, String> variables, RandomGenerator random) {
        String emulator = variables.getOrDefault(EMULATOR, "");
        FirestoreHttp calls =
                emulator.isEmpty() ? FirestoreHttp.google(tokens(variables)) : FirestoreHttp.emulator(emulator);
        return RestDatabase.open(address.project(), address.database(), calls, random, System::nanoTime);
    }

    private static AccessTokens tokens(Map<String, String> variables) {
        return MetadataTokens.areAtHand(variables)
                ? new MetadataTokens()
                : new GoogleAccessTokens(GoogleIdentity.of(variables), DATASTORE);
    }

    /** The services of logins, with these stores. */
    public Login.Services forLogin(Environment environment, Settings settings) {
        return new Login.Services(
                cached(environment, settings),
                new TokenMinter(settings.issuer().url(), settings.keys().signer(environment.kmsKeys())),
                tokens,
                new LastLogins(identities),
                new LogLine(environment),
                environment.clock(),
                environment.ids());
    }

    /** The sessions in these stores. */
    public Sessions sessions(Environment environment, Settings settings) {
        return sessions(cached(environment, settings), settings);
    }

    /** The sessions in these stores, with an existing cache of identities. */
    public Sessions sessions(CachedIdentities kept, Settings settings) {
        return new Sessions(new AccessTokenVerifier(settings.issuer().url(), settings.keys()), kept, tokens);
    }

    /** A new cache of identities for this instance. */
    public CachedIdentities cached(Environment environment, Settings settings) {
        return new CachedIdentities(identities, settings.identityCache(), environment.clock());
    }
}
