package io.sallyport.runtime;

import io.sallyport.AtFirstUse;
import io.sallyport.identity.CachedIdentities;
import io.sallyport.identity.IdentityStore;
import io.sallyport.login.LastLogins;
import io.sallyport.login.Login;
import io.sallyport.session.Sessions;
import io.sallyport.store.firestore.FirestoreDatabase;
import io.sallyport.store.firestore.FirestoreIdentityStore;
import io.sallyport.store.firestore.FirestoreTokenStore;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenStore;
import java.security.SecureRandom;
import java.util.List;

/** Where everything is kept. */
public record Stores(IdentityStore identities, TokenStore tokens) {
    /** Their calls are timed, for the audit line. */
    public Stores {
        identities = new TimedIdentityStore(identities, System::nanoTime);
        tokens = new TimedTokenStore(tokens, System::nanoTime);
    }

    /** Stores with the connection that they share. */
    public record Opened(Stores stores, AutoCloseable connection) {}

    private static final List<String> DATASTORE = List.of("https://www.googleapis.com/auth/datastore");

    /**
     * Opens Firestore, at the first need: for whom {@link AccessTokens#google} is there, or the emulator at {@code
     * FIRESTORE_EMULATOR_HOST}.
     */
    public static Opened open(StoreAddress address, Environment environment) {
        String emulator = environment.variables().getOrDefault("FIRESTORE_EMULATOR_HOST", "");
        GoogleIdentity google = GoogleIdentity.of(environment.variables());
        FirestoreDatabase database = emulator.isEmpty()
                ? FirestoreDatabase.open(address.project(), address.database(), () -> google.federated(DATASTORE))
                : FirestoreDatabase.openEmulator(address.project(), address.database(), emulator);
        AtFirstUse<SecureRandom> random = new AtFirstUse<>(SecureRandom::new);
        return new Opened(
                new Stores(
                        new FirestoreIdentityStore(database),
                        new FirestoreTokenStore(database, () -> random.get().nextLong())),
                database);
    }

    /** What logins need, with these stores. */
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

    /** What is known of sessions, with these stores. */
    public Sessions sessions(Environment environment, Settings settings) {
        return sessions(cached(environment, settings), settings);
    }

    /** The same, with identities that are kept already. */
    public Sessions sessions(CachedIdentities kept, Settings settings) {
        return new Sessions(new AccessTokenVerifier(settings.issuer().url(), settings.keys()), kept, tokens);
    }

    /** Identities as this instance keeps them. */
    public CachedIdentities cached(Environment environment, Settings settings) {
        return new CachedIdentities(identities, settings.identityCache(), environment.clock());
    }
}
