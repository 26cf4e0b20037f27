package io.sallyport.server;

import io.grpc.Status.Code;
import io.sallyport.Refused;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.http.Routes;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityStore;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.provider.Providers;
import io.sallyport.renew.RenewFunction;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Platforms;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.server.Traffic.Caller;
import io.sallyport.server.Traffic.Loss;
import io.sallyport.server.http.HttpListener;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.store.firestore.Faults.Fate;
import io.sallyport.store.firestore.FirestoreDatabase;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.store.firestore.FirestoreIdentityStore;
import io.sallyport.store.firestore.FirestoreProxy;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.store.sqlite.SqliteTokenStore;
import io.sallyport.testing.TestClock;
import io.sallyport.tokenservice.IntrospectionFunction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store fails under traffic and recovers: no answer is wrong meanwhile, and nothing needs a restart. */
@Timeout(300)
class StoreOutageTest {
    private static final Set<Caller> ALL = Set.of(Caller.values());

    /** The callers whose calls change something; on SQLite the others need not wait for a writer. */
    private static final Set<Caller> WRITERS = Set.of(Caller.SPENDING, Caller.REVOKING);

    private final TestClock clock = new TestClock();

    @AutoClose
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);

    @TempDir
    private Path data;

    @Test
    void outlivesAFirestoreThatCannotBeReached() throws Exception {
        try (FirestoreProxy proxy = FirestoreProxy.start();
                LocalServer server = onFirestore(proxy);
                // A broken connection loses answers.
                Traffic traffic = Traffic.start(new SessionClient(server.port(), google), Loss.ALWAYS)) {
            traffic.awaitAnswers(3);
            for (int outage = 0; outage < 2; outage++) {
                proxy.stopListening();
                traffic.awaitUndecided(2, ALL);
                proxy.listenAgain();
                traffic.awaitAnswers(3);
            }
            traffic.finish();
        }
    }

    @Test
    void countsRightWhileFirestoreFailsAQuarterOfTheCalls() throws Exception {
        try (FirestoreProxy proxy = FirestoreProxy.start();
                LocalServer server = onFirestore(proxy);
                Traffic traffic = Traffic.start(new SessionClient(server.port(), google), Loss.WHEN_TIMED_OUT)) {
            traffic.awaitAnswers(3);
            failAQuarter(proxy, Fate.failedBefore(Code.UNKNOWN));
            traffic.awaitUndecided(10, ALL);
            traffic.awaitAnswers(3);
            proxy.decide(method -> Fate.PASSED_ON);
            traffic.awaitAnswers(3);
            traffic.finish();
        }
    }

    @Test
    void givesNothingAwayWhileAQuarterOfFirestoresAnswersAreLost() throws Exception {
        try (FirestoreProxy proxy = FirestoreProxy.start();
                LocalServer server = onFirestore(proxy);
                Traffic traffic = Traffic.start(new SessionClient(server.port(), google), Loss.ALWAYS)) {
            traffic.awaitAnswers(3);
            failAQuarter(proxy, Fate.failedAfter(Code.UNKNOWN));
            traffic.awaitUndecided(10, ALL);
            traffic.awaitAnswers(3);
            proxy.decide(method -> Fate.PASSED_ON);
            traffic.awaitAnswers(3);
            traffic.finish();
        }
    }

    private static void failAQuarter(FirestoreProxy proxy, Fate failed) {
        Random random = new Random(1);
        proxy.decide(method -> random.nextInt(4) == 0 ? failed : Fate.PASSED_ON);
    }

    private LocalServer onFirestore(FirestoreProxy proxy) throws Refused {
        String project = FirestoreEmulator.freshProject();
        // Not by the server, which waits for only a few seconds and would not start on a busy machine.
        try (FirestoreDatabase database = FirestoreEmulator.database(project)) {
            saveIdentities(new FirestoreIdentityStore(database, Providers.DOCUMENTS));
        }
        Map<String, String> variables = new HashMap<>(withoutCache());
        variables.put("SALLYPORT_STORE", "firestore:" + project + "/sallyport");
        variables.put("FIRESTORE_EMULATOR_HOST", proxy.hostAndPort());
        return SessionClient.serve(SessionClient.environment(variables, clock), data, google, List.of());
    }

    private static void saveIdentities(IdentityStore store) throws Refused {
        for (Identity identity : Traffic.identities()) {
            store.save(identity);
        }
    }

    /** So that every call needs the store. */
    private static Map<String, String> withoutCache() {
        return Map.of("SALLYPORT_IDENTITY_CACHE_SECONDS", "0");
    }

    @Test
    void outlivesASqliteFileThatAnotherKeepsLocked() throws Exception {
        Path file = data.resolve("sallyport.db");
        try (SqliteDatabase database = SqliteDatabase.open(file, Duration.ofMillis(50));
                HttpListener server = HttpListener.serve(onSqlite(database), "127.0.0.1", 0);
                Traffic traffic = Traffic.start(new SessionClient(server.port(), google), Loss.NEVER);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            traffic.awaitAnswers(3);
            statement.execute("PRAGMA busy_timeout = 60000");
            for (int outage = 0; outage < 2; outage++) {
                statement.execute("BEGIN IMMEDIATE");
                traffic.awaitUndecided(15, WRITERS);
                statement.execute("ROLLBACK");
                traffic.awaitAnswers(3);
            }
            traffic.finish();
        }
    }

    /** Like the local server, but less patient: it waits for seconds. */
    private Endpoint onSqlite(SqliteDatabase database) throws Exception {
        Map<String, String> variables = new HashMap<>(withoutCache());
        variables.put(
                "SALLYPORT_SIGNING_KEYS_FILE",
                SigningKeyFile.ensure(data.resolve("signing-keys.json")).toString());
        Environment environment = SessionClient.environment(variables, clock);
        Settings settings = Settings.forServing(environment.variables());
        Stores stores = new Stores(
                new SqliteIdentityStore(database, Providers.DOCUMENTS), new SqliteTokenStore(database, clock));
        saveIdentities(stores.identities());
        return new Endpoint(
                environment,
                0,
                new Routes()
                        .addAll(GcpLoginFunction.routes(
                                stores.forLogin(environment, settings),
                                new GcpVerifier(SessionClient.endpoints(google), environment.fetcher())))
                        .addAll(RenewFunction.routes(environment, settings, stores))
                        .addAll(IntrospectionFunction.routes(
                                environment, settings, stores, Platforms.real(environment, settings))));
    }
}
