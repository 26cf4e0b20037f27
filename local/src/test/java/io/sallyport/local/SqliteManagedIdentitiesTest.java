package io.sallyport.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Race;
import io.sallyport.Refused;
import io.sallyport.admin.Registry;
import io.sallyport.identity.ClientSecret;
import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.ManagedIdentitiesContract;
import io.sallyport.json.Json;
import io.sallyport.runtime.Sealers;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteManagedIdentitiesTest extends ManagedIdentitiesContract {
    @TempDir
    private Path folder;

    @AutoClose
    private SqliteDatabase database;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(folder.resolve("store.db"));
    }

    @Override
    protected IdentityStore store() {
        return new SqliteIdentityStore(database);
    }

    @Override
    protected void storeDocument(IdentityId id, Map<String, Object> fields) throws Refused {
        new SqliteIdentityStore(database).saveDocument(id, Json.writeString(fields));
    }

    @Override
    protected IdentityStore storeThatIsDown() throws IOException {
        database.close();
        return store();
    }

    /** Each sets another project, a field of its own: the registry must not write back what it read before the others. */
    @Test
    void theRegistryLosesNothingOf20UpdatesAtOnce() throws Exception {
        TestClock clock = new TestClock();
        Registry registry = new Registry(
                store(),
                Sealers.with(Optional.empty(), new TestEnvironment().environment()),
                clock,
                () -> new byte[ClientSecret.BYTES]);
        IdentityId id = new IdentityId("shared");
        registry.create(id, false, Map.of());
        AtomicInteger count = new AtomicInteger();
        Race.of(20, () -> {
            int i = count.incrementAndGet();
            return registry.update(id, stored -> {
                Map<String, Object> projects = new HashMap<>();
                ((Map<?, ?>) stored.get("projects")).forEach((name, roles) -> projects.put((String) name, roles));
                projects.put("p" + i, List.of("viewer"));
                return Map.of("projects", projects);
            });
        });
        assertThat(registry.find(id).identity().projects()).hasSize(20);
    }
}
