package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Race;
import io.sallyport.Refused;
import io.sallyport.admin.Registry;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.ManagedIdentitiesContract;
import io.sallyport.json.Json;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.kubernetes.KubernetesProvider;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.SecretCiphers;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteManagedIdentitiesTest extends ManagedIdentitiesContract {
    private static final IdentityStore.Listing ALL = new IdentityStore.Listing("", Optional.empty(), 0, 100);

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
        return new SqliteIdentityStore(database, Providers.DOCUMENTS);
    }

    @Override
    protected void storeDocument(IdentityId id, Map<String, Object> fields) throws Refused {
        new SqliteIdentityStore(database, Providers.DOCUMENTS).saveDocument(id, Json.writeString(fields));
    }

    @Override
    protected IdentityStore storeThatIsDown() throws IOException {
        database.close();
        return store();
    }

    /** Cloud KMS may be slow: only the change that needs it waits for it. */
    @Test
    void readsAndChangesOtherIdentitiesWhileTheCipherWaits() throws Exception {
        TestClock clock = new TestClock();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        Registry waiting =
                new Registry(store(), Providers.DOCUMENTS, new Waiting(asked, answered), clock, () -> new byte[0]);
        IdentityId id = new IdentityId("cluster");
        waiting.create(id, false, Map.of());
        try (SqliteDatabase other = SqliteDatabase.open(folder.resolve("store.db"))) {
            CompletableFuture<?> attached = CompletableFuture.runAsync(() -> attach(waiting, id));
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();

            for (IdentityStore store : List.of(store(), new SqliteIdentityStore(other, Providers.DOCUMENTS))) {
                Registry registry = new Registry(
                        store, Providers.DOCUMENTS, new Waiting(asked, answered), clock, () -> new byte[0]);
                IdentityId unrelated = new IdentityId(
                        "unrelated" + registry.list(ALL).records().size());
                registry.create(unrelated, false, Map.of("name", "Other"));
                assertThat(registry.find(unrelated).identity().name()).isEqualTo("Other");
                assertThat(registry.find(id).identity().methods()).isEmpty();
            }
            assertThat(attached).isNotDone();
            answered.countDown();
            attached.get(30, TimeUnit.SECONDS);
        } finally {
            answered.countDown();
        }
        assertThat(waiting.find(id).identity().methods()).hasSize(1);
    }

    private static void attach(Registry registry, IdentityId id) {
        try {
            registry.attach(
                    id,
                    new KubernetesProvider(),
                    Map.of(
                            "kubernetesHost",
                            "kube.example.com",
                            "allowedNamespaces",
                            "shop",
                            "tokenReviewerJwt",
                            "eyJh.eyJh.c2ln"));
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    /** A Cloud KMS that does not answer yet. */
    private record Waiting(CountDownLatch asked, CountDownLatch answered) implements SecretCipher {
        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
            asked.countDown();
            try {
                assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new EncryptedSecret("v2.c2VhbGVkLXNlYWxlZC1zZWFsZWQ");
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) {
            throw new UnsupportedOperationException();
        }
    }

    /** Each sets a different project: the registry must not write back what it read before the others' changes. */
    @Test
    void theRegistryLosesNothingOf20UpdatesAtOnce() throws Exception {
        TestClock clock = new TestClock();
        Registry registry = new Registry(
                store(),
                Providers.DOCUMENTS,
                SecretCiphers.with(Optional.empty(), new TestEnvironment().environment()),
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
