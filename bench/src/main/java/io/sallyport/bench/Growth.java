package io.sallyport.bench;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.jwt.Fetcher;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.StoreAddress;
import io.sallyport.runtime.Stores;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.store.sqlite.SqliteTokenStore;
import io.sallyport.testing.MemoryStores;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How a login's cost grows with the number of something: identities in the store, entries of an allowlist, Google's
 * keys. All sizes are measured in turns; each is compared with the smallest of its round.
 */
final class Growth implements Program {
    static final String CPU = "µs CPU";
    static final String WALL = "µs wall";
    static final String GROWTH = "to the smallest";

    /** Each log in as a different identity of the same store. */
    private static final int LOGINS = 100;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        try (SimulatedGoogle google = SimulatedGoogle.start(InstantSource.system())) {
            inTurns(plan, identitiesInSqlite(plan, google), Cost::cpu, measured);
            inTurns(plan, identitiesInFirestore(plan, google), Cost::wall, measured);
            inTurns(plan, allowlist(plan, google), Cost::cpu, measured);
            inTurns(plan, keys(plan, google), Cost::cpu, measured);
        }
        return measured;
    }

    /** Logins at one size. */
    private record Size(String name, LoginInProcess function, List<byte[]> bodies) {
        static Size of(String name, LoginInProcess function, SimulatedGoogle google, List<IdentityId> identities) {
            return new Size(
                    name,
                    function,
                    identities.stream()
                            .map(id -> LoginWorld.body(id, LoginWorld.idToken(google, id))
                                    .getBytes(StandardCharsets.UTF_8))
                            .toList());
        }

        Cost ofALogin() {
            long wall = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < LOGINS; i++) {
                function.logIn(bodies.get(i % bodies.size()));
            }
            return new Cost(
                    (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / LOGINS,
                    (System.nanoTime() - wall) / 1e3 / LOGINS);
        }
    }

    /** In microseconds. */
    private record Cost(double cpu, double wall) {}

    /** @param deciding the cost that must not grow: where another process does the work, the time until it is done */
    private static void inTurns(Plan plan, List<Size> sizes, ToDoubleFunction<Cost> deciding, Measured measured) {
        for (int round = 0; round < plan.of(5, 1); round++) {
            sizes.forEach(Size::ofALogin);
        }
        for (int round = 0; round < plan.rounds(); round++) {
            double smallest = 0;
            for (Size size : sizes) {
                Cost cost = size.ofALogin();
                smallest = smallest == 0 ? deciding.applyAsDouble(cost) : smallest;
                measured.add(size.name(), CPU, cost.cpu());
                measured.add(size.name(), WALL, cost.wall());
                measured.add(size.name(), GROWTH, deciding.applyAsDouble(cost) / smallest);
            }
        }
    }

    /** Identities are not cached here: each login reads its own. */
    private static List<Size> identitiesInSqlite(Plan plan, SimulatedGoogle google) throws IOException, Refused {
        List<Size> sizes = new ArrayList<>();
        for (int count : powersOfTen(100, plan.of(1_000_000, 10_000))) {
            Path file = plan.target("growth").resolve(count + ".db");
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            SqliteDatabase database = SqliteDatabase.open(file);
            Stores stores = new Stores(
                    new SqliteIdentityStore(database, Providers.DOCUMENTS),
                    new SqliteTokenStore(database, InstantSource.system()));
            ManyIdentities many = new ManyIdentities(count);
            stores.identities().save(LoginWorld.identity(many.first(), Map.of()));
            many.multiplyInSqlite(file);
            sizes.add(
                    Size.of("identities in SQLite: " + count, function(stores, google, 0), google, many.some(LOGINS)));
        }
        return sizes;
    }

    private static List<Size> identitiesInFirestore(Plan plan, SimulatedGoogle google) throws Exception {
        List<Size> sizes = new ArrayList<>();
        for (int count : powersOfTen(100, plan.of(10_000, 1000))) {
            String project = FirestoreEmulator.freshProject();
            Environment environment = new Environment(
                    Map.of("FIRESTORE_EMULATOR_HOST", FirestoreEmulator.hostAndPort()),
                    InstantSource.system(),
                    () -> "none",
                    HttpFetcher.plainHttpToo(),
                    line -> {});
            Stores stores = Stores.open(StoreAddress.parse("firestore:" + project + "/sallyport"), environment)
                    .stores();
            ManyIdentities many = new ManyIdentities(count);
            stores.identities().save(LoginWorld.identity(many.first(), Map.of()));
            many.multiplyInFirestore(project, FirestoreEmulator.hostAndPort());
            sizes.add(Size.of(
                    "identities on the Firestore emulator: " + count,
                    function(stores, google, 0),
                    google,
                    many.some(LOGINS)));
        }
        return sizes;
    }

    private static List<Size> allowlist(Plan plan, SimulatedGoogle google) throws Refused {
        List<Size> sizes = new ArrayList<>();
        for (int count : powersOfTen(1, plan.of(10_000, 1000))) {
            List<String> allowed = new ArrayList<>(IntStream.range(1, count)
                    .mapToObj(i -> "account-" + i + "@shop.iam.gserviceaccount.com")
                    .toList());
            allowed.add(LoginWorld.EMAIL);
            IdentityId id = new IdentityId("payments-vm");
            MemoryStores memory = new MemoryStores();
            memory.save(LoginWorld.identity(id, Map.of("allowedServiceAccounts", allowed)));
            sizes.add(Size.of(
                    "entries of the allowlist: " + count,
                    function(new Stores(memory, memory), google, 5),
                    google,
                    List.of(id)));
        }
        return sizes;
    }

    private static List<Size> keys(Plan plan, SimulatedGoogle google) throws Refused {
        List<Size> sizes = new ArrayList<>();
        IdentityId id = new IdentityId("payments-vm");
        MemoryStores memory = new MemoryStores();
        memory.save(LoginWorld.identity(id, Map.of()));
        for (int count : powersOfTen(1, plan.of(1000, 100))) {
            Fetcher fetcher = new ManyKeys(google.idTokenKey(), count);
            sizes.add(Size.of(
                    "keys that Google publishes: " + count,
                    new LoginInProcess(
                            new Stores(memory, memory), endpoints(google), fetcher, InstantSource.system(), 5),
                    google,
                    List.of(id)));
        }
        return sizes;
    }

    private static LoginInProcess function(Stores stores, SimulatedGoogle google, int cacheSeconds) {
        return new LoginInProcess(
                stores, endpoints(google), HttpFetcher.plainHttpToo(), InstantSource.system(), cacheSeconds);
    }

    private static GcpVerifier.Endpoints endpoints(SimulatedGoogle google) {
        return new GcpVerifier.Endpoints(google.oauth2Certs(), google.serviceAccountCerts());
    }

    private static List<Integer> powersOfTen(int least, int most) {
        return IntStream.iterate(least, size -> size <= most, size -> size * 10)
                .boxed()
                .toList();
    }
}
