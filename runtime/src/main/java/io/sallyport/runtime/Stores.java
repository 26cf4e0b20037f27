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
import io.sallyport.token.managed.ManagedKeys;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The stores of identities and tokens.
 *
 * @param keys the signing keys, if they are managed
 */
public record Stores(IdentityStore identities, TokenStore tokens, Optional<ManagedKeys> keys) {
    /** Times their calls, for the audit line. */
    public Stores {
        identities = new TimedIdentityStore(identities, System::nanoTime);
        tokens = new TimedTokenStore(tokens, System::nanoTime);
    }

    /** Stores of an issuer whose keys are not managed. */
    public Stores(IdentityStore identities, TokenStore tokens) {
        this(identities, tokens, Optional.empty());
    }

    /** Stores with their shared connection. */
    public record Opened(Stores stores, AutoCloseable connection) {}

    private static final String EMULATOR = "FIRESTORE_EMULATOR_HOST";
    private static final List<String> DATASTORE = List.of("https://www.googleapis.com/auth/datastore");

    /** Opens the configured stores, and the database of managed keys if there is one, on first need. */
    public static Stores of(Settings settings, Environment environment) {
        Stores opened = open(settings.store().orElseThrow(), environment).stores();
        return settings.managedKeys().isPresent() ? opened.with(ManagedKeyAccess.keys(settings, environment)) : opened;
    }

    /** These stores, with managed keys. */
    public Stores with(Optional<ManagedKeys> managed) {
        return new Stores(identities, tokens, managed);
    }

    /**
     * Opens Firestore on first need: with the identity of {@link AccessTokens#google}, or the emulator at {@code
     * FIRESTORE_EMULATOR_HOST}.
     */
    public static Opened open(StoreAddress address, Environment environment) {
        RandomGenerator random = random();
        FirestoreDatabase database = database(address, environment, random);
        return new Opened(
                new Stores(
                        new FirestoreIdentityStore(database, Providers.DOCUMENTS),
                        new FirestoreTokenStore(database, random)),
                database);
    }

    /** Opens a database on first need. */
    static FirestoreDatabase database(StoreAddress address, Environment environment) {
        return database(address, environment, random());
    }

    private static RandomGenerator random() {
        Lazy<SecureRandom> secure = new Lazy<>(SecureRandom::new);
        return () -> secure.get().nextLong();
    }

    private static FirestoreDatabase database(StoreAddress address, Environment environment, RandomGenerator random) {
        return address.overRest()
                ? overRest(address, environment.variables(), random)
                : bySdk(address, environment.variables());
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
                minter(environment, settings),
                tokens,
                new LastLogins(identities),
                new LogLine(environment),
                environment.clock(),
                environment.ids());
    }

    private TokenMinter minter(Environment environment, Settings settings) {
        String issuer = settings.issuer().url();
        return keys.isPresent()
                ? new TokenMinter(issuer, keys.get())
                : new TokenMinter(issuer, settings.keys().signer(environment.kmsKeys()));
    }

    /** Verifies the issuer's own tokens. */
    public AccessTokenVerifier verifier(Settings settings) {
        String issuer = settings.issuer().url();
        return keys.isPresent()
                ? new AccessTokenVerifier(issuer, keys.get())
                : new AccessTokenVerifier(issuer, settings.keys());
    }

    /** The sessions in these stores. */
    public Sessions sessions(Environment environment, Settings settings) {
        return sessions(cached(environment, settings), settings);
    }

    /** The sessions in these stores, with an existing cache of identities. */
    public Sessions sessions(CachedIdentities kept, Settings settings) {
        return new Sessions(verifier(settings), kept, tokens);
    }

    /** A new cache of identities for this instance. */
    public CachedIdentities cached(Environment environment, Settings settings) {
        return new CachedIdentities(identities, settings.identityCache(), environment.clock());
    }
}
