package io.sallyport.store.sqlite;

import static io.sallyport.Reason.IDENTITY_INVALID;
import static io.sallyport.Reason.STORE_TIMEOUT;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sallyport.IdentityId;
import io.sallyport.Race;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import io.sallyport.method.provider.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest {
    private static final Identity RIG =
            new Identity(new IdentityId("rig"), "Rig", Identity.NO_ACCESS, Map.of(), false, List.of());

    private static final String VERSION_1 = """
            CREATE TABLE identities (id TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
            CREATE TABLE sessions (
              id TEXT PRIMARY KEY,
              uses_left INTEGER NOT NULL CHECK (uses_left >= 0),
              expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX sessions_by_expiry ON sessions (expires_at);
            CREATE TABLE revocations (session TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT;
            CREATE INDEX revocations_by_expiry ON revocations (expires_at);
            CREATE TABLE assertions (digest TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT;
            CREATE INDEX assertions_by_expiry ON assertions (expires_at);
            PRAGMA user_version = 1;
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("store.db");
    }

    @Test
    void keepsWhatItHoldsFromOtherUsers() throws Exception {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS).save(RIG);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files.toList())
                        .hasSizeGreaterThan(1)
                        .allSatisfy(each -> assertThat(Files.getPosixFilePermissions(each))
                                .isEqualTo(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)));
            }
        }
    }

    @Test
    void answersOnlyWhatIsOnTheDisk() throws Exception {
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            assertThat(pragma(database, "journal_mode")).isEqualTo("wal");
            // 2 means FULL.
            assertThat(pragma(database, "synchronous")).isEqualTo("2");
        }
    }

    @Test
    void findsWhatWasSavedBeforeItWasOpenedAgain() throws Exception {
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS).save(RIG);
        }
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            assertThat(new SqliteIdentityStore(database, Providers.DOCUMENTS).find(RIG.id()))
                    .contains(RIG);
        }
    }

    @RepeatedTest(20)
    void makesANewFileOnceHoweverManyOpenIt() throws Exception {
        List<Boolean> saved = Race.of(8, () -> {
            try (SqliteDatabase database = SqliteDatabase.open(file)) {
                new SqliteIdentityStore(database, Providers.DOCUMENTS).save(RIG);
                return new SqliteIdentityStore(database, Providers.DOCUMENTS)
                        .find(RIG.id())
                        .isPresent();
            }
        });
        assertThat(saved).hasSize(8).containsOnly(true);
    }

    @Test
    void canBeLookedAtWithoutBeingWritten() throws Exception {
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS).save(RIG);
            try (SqliteDatabase looking = SqliteDatabase.openReadOnly(file)) {
                SqliteIdentityStore store = new SqliteIdentityStore(looking, Providers.DOCUMENTS);
                assertThat(store.find(RIG.id())).contains(RIG);
                assertThatExceptionOfType(Refused.class)
                        .isThrownBy(() -> store.delete(RIG.id()))
                        .returns(STORE_UNAVAILABLE, Refused::reason);
            }
            assertThat(new SqliteIdentityStore(database, Providers.DOCUMENTS).find(RIG.id()))
                    .contains(RIG);
        }
    }

    @Test
    void isNotMadeByLookingAtIt() throws Exception {
        assertThatIOException().isThrownBy(() -> SqliteDatabase.openReadOnly(file));
        assertThat(file).doesNotExist();
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            execute(database, "PRAGMA user_version = 1");
        }
        assertThatIOException()
                .isThrownBy(() -> SqliteDatabase.openReadOnly(file))
                .withMessageContaining("of format 1 and must be of format 2");
    }

    @Test
    void refusesAFileOfANewerVersion() throws Exception {
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS).save(RIG);
            execute(database, "PRAGMA user_version = 99");
        }
        assertThatIOException()
                .isThrownBy(() -> SqliteDatabase.open(file))
                .withMessageContaining("newer version")
                .withMessageContaining(file.toString());
        try (Connection untouched = DriverManager.getConnection("jdbc:sqlite:" + file);
                ResultSet row = untouched.createStatement().executeQuery("SELECT count(*) FROM identities")) {
            assertThat(row.getInt(1)).isEqualTo(1);
        }
    }

    /** As version 1 wrote it, without the table of lookup keys. */
    @Test
    void findsByTheirNamesIdentitiesThatAnOlderVersionStored() throws Exception {
        try (Connection older = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = older.createStatement()) {
            statement.executeUpdate(VERSION_1);
            store(older, "broken", "{\"name\":");
            store(older, "endless", "{\"notBefore\":9223372036854775807}");
            store(older, "orders", "{\"name\":\"Orders\",\"audiences\":[\"orders-api\"]}");
            store(older, "unknown", "{\"audience\":\"billing-api\"}");
        }
        for (int time = 1; time <= 2; time++) {
            try (SqliteDatabase database = SqliteDatabase.open(file)) {
                SqliteIdentityStore store = new SqliteIdentityStore(database, Providers.DOCUMENTS);
                assertThat(store.find(Lookup.audience(new Name("orders-api")), 2))
                        .containsExactly(new IdentityId("orders"));
                assertThat(store.find(new IdentityId("orders"))).isPresent();
                assertThat(pragma(database, "user_version")).isEqualTo("2");
                for (String invalid : List.of("broken", "endless", "unknown")) {
                    assertThatExceptionOfType(Refused.class)
                            .isThrownBy(() -> store.find(new IdentityId(invalid)))
                            .returns(IDENTITY_INVALID, Refused::reason);
                }
            }
        }
    }

    private static void store(Connection connection, String id, String document) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO identities VALUES (?, ?)")) {
            insert.setString(1, id);
            insert.setString(2, document);
            insert.executeUpdate();
        }
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        Files.writeString(file, "not a database ".repeat(100));
        assertThatIOException().isThrownBy(() -> SqliteDatabase.open(file)).withMessageContaining(file.toString());
    }

    @Test
    void saysThatAFileIsCorrupt() throws Exception {
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS).save(RIG);
        }
        byte[] bytes = Files.readAllBytes(file);
        // The tables' definitions are on the first page and stay.
        Arrays.fill(bytes, 4096, bytes.length, (byte) 0xff);
        Files.write(file, bytes);
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> new SqliteIdentityStore(database, Providers.DOCUMENTS).find(RIG.id()))
                    .returns(STORE_UNAVAILABLE, Refused::reason);
        }
    }

    @Test
    void givesUpOnAFileThatAnotherKeepsBusy() throws Exception {
        try (SqliteDatabase keeper = SqliteDatabase.open(file);
                SqliteDatabase database = SqliteDatabase.open(file, Duration.ofMillis(50))) {
            execute(keeper, "BEGIN IMMEDIATE");
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> new SqliteIdentityStore(database, Providers.DOCUMENTS).save(RIG))
                    .returns(STORE_TIMEOUT, Refused::reason);
            execute(keeper, "COMMIT");
            new SqliteIdentityStore(database, Providers.DOCUMENTS).save(RIG);
        }
    }

    @Test
    void staysInterrupted() throws IOException {
        try (SqliteDatabase database = SqliteDatabase.open(file)) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> new SqliteIdentityStore(database, Providers.DOCUMENTS).find(RIG.id()))
                    .returns(STORE_UNAVAILABLE, Refused::reason);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static void execute(SqliteDatabase database, String sql) throws Refused {
        database.run(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(sql);
            }
        });
    }

    private static String pragma(SqliteDatabase database, String name) throws Refused {
        return database.run(connection -> value(connection, "PRAGMA " + name));
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
