package io.sallyport.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.token.managed.ManagedKeyStore;
import io.sallyport.token.managed.ManagedKeyStoreContract;
import io.sallyport.token.managed.OtherRotator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SqliteManagedKeyStoreTest extends ManagedKeyStoreContract {
    @TempDir
    private Path folder;

    @AutoClose
    private SqliteDatabase database;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(file());
    }

    private Path file() {
        return folder.resolve("keys.db");
    }

    @Override
    protected ManagedKeyStore store() {
        return new SqliteManagedKeyStore(database);
    }

    @Override
    protected ManagedKeyStore storeThatIsDown() throws IOException {
        database.close();
        return store();
    }

    @Test
    void keepsItsDocumentInTheFile() throws Exception {
        store().write(ISSUER, ManagedKeyStore.Stored.NONE, "{\"a\":1}");
        database.close();
        open();
        assertThat(store().read(ISSUER)).isEqualTo(new ManagedKeyStore.Stored(1, "{\"a\":1}"));
    }

    /** Week by week, with clocks that are up to ten minutes apart, either ahead. */
    @Test
    @Timeout(600)
    void getsOneKeyEachWeekFromTwoProcesses() throws Exception {
        try (OtherRotator other = OtherRotator.start(OtherProcess.class, file().toString())) {
            for (int week = 0; week < 40; week++) {
                Instant due = NOW.plus(Duration.ofDays(7L * week));
                Duration skew = Duration.ofSeconds((week % 9 - 4) * 150L);
                assertThat(other.rotate(store(), due.plus(Duration.ofHours(week)), skew))
                        .as("week %s", week)
                        .isEqualTo(1);
            }
            assertThat(OtherRotator.rotation(store()).keys().keys()).hasSizeBetween(15, 20);
        }
    }

    /** Has the same file. */
    static final class OtherProcess {
        public static void main(String[] arguments) throws Exception {
            try (SqliteDatabase database = SqliteDatabase.open(Path.of(arguments[0]))) {
                OtherRotator.serve(new SqliteManagedKeyStore(database));
            }
        }
    }
}
