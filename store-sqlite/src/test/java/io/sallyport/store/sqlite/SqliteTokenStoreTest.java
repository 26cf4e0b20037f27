package io.sallyport.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Refused;
import io.sallyport.testing.OtherSpender;
import io.sallyport.token.AssertionDigest;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import io.sallyport.token.TokenStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SqliteTokenStoreTest extends TokenStoreContract {
    @TempDir
    private Path folder;

    @AutoClose
    private SqliteDatabase database;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(file());
    }

    private Path file() {
        return folder.resolve("store.db");
    }

    @Override
    protected TokenStore store() {
        return new SqliteTokenStore(database, InstantSource.fixed(NOW));
    }

    @Override
    protected TokenStore storeThatIsDown() throws IOException {
        database.close();
        return store();
    }

    @Test
    @Timeout(600)
    void givesOutExactlyTheLimitInTwoProcesses() throws Exception {
        try (OtherSpender other = OtherSpender.start(OtherProcess.class, file().toString())) {
            store().open(SESSION, 10_000, EXPIRY);
            OtherSpender.Spent spent = other.spendAll(store(), SESSION, 32, NOW);
            assertThat(spent.inAll()).isEqualTo(10_000);
            assertThat(store().usesLeft(SESSION, NOW)).hasValue(0);
        }
    }

    @Test
    @Timeout(600)
    void givesOutExactlyEachOfManyLimitsInTwoProcesses() throws Exception {
        try (OtherSpender other = OtherSpender.start(OtherProcess.class, file().toString())) {
            for (int round = 0; round < 100; round++) {
                SessionId session = new SessionId("raced-for-session-" + round);
                store().open(session, 20, EXPIRY);
                assertThat(other.spendAll(store(), session, 1, NOW).inAll()).isEqualTo(20);
            }
        }
    }

    /** Opens the same file. */
    static final class OtherProcess {
        public static void main(String[] arguments) throws Exception {
            try (SqliteDatabase database = SqliteDatabase.open(Path.of(arguments[0]))) {
                OtherSpender.serve(new SqliteTokenStore(database, InstantSource.fixed(NOW)));
            }
        }
    }

    @Test
    void remembersEverythingWhenOpenedAgain() throws Exception {
        store().open(SESSION, 2, EXPIRY);
        store().spend(SESSION, NOW);
        store().claim(ASSERTION, NOW, EXPIRY);
        database.close();
        database = SqliteDatabase.open(file());
        assertThat(store().spend(SESSION, NOW)).hasValue(0);
        assertThat(store().spend(SESSION, NOW)).isEmpty();
        assertThat(store().claim(ASSERTION, NOW, EXPIRY)).isFalse();
    }

    @Test
    void deletesExpiredMarksAHundredAtATime() throws Exception {
        for (int i = 0; i < 250; i++) {
            store().claim(digest(i), NOW, EXPIRY.plusMillis(i));
        }
        assertThat(store().claim(digest(249), EXPIRY.plusSeconds(1), EXPIRY.plusSeconds(60)))
                .isTrue();
        assertThat(rows("assertions")).isEqualTo(150);
        assertThat(store().claim(digest(250), EXPIRY.plusSeconds(1), EXPIRY.plusSeconds(60)))
                .isTrue();
        assertThat(rows("assertions")).isEqualTo(51);
        assertThat(store().claim(digest(249), EXPIRY.plusSeconds(1), EXPIRY.plusSeconds(60)))
                .isFalse();
        assertThat(rows("assertions")).isEqualTo(2);
    }

    @Test
    void deletesExpiredSessionsAHundredAtATime() throws Exception {
        for (int i = 0; i < 150; i++) {
            store().open(new SessionId("expired-session-" + i), 1, EXPIRY);
        }
        new SqliteTokenStore(database, InstantSource.fixed(EXPIRY)).open(SESSION, 1, EXPIRY.plusSeconds(60));
        assertThat(rows("sessions")).isEqualTo(51);
        new SqliteTokenStore(database, InstantSource.fixed(EXPIRY)).open(SESSION, 1, EXPIRY.plusSeconds(60));
        assertThat(rows("sessions")).isEqualTo(1);
    }

    private static AssertionDigest digest(int number) {
        return new AssertionDigest(String.format("%064x", number));
    }

    private int rows(String table) throws Refused {
        return database.run(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
                row.next();
                return row.getInt(1);
            }
        });
    }
}
