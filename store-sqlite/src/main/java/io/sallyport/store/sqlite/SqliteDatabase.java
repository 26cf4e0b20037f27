package io.sallyport.store.sqlite;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.method.provider.Providers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One SQLite file, shared by all threads of this process and by other processes. A call returns only once its data is
 * on disk. SQLite's messages may quote rows, so only the code is passed on.
 */
public final class SqliteDatabase implements AutoCloseable {
    private static final int VERSION = 2;
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);
    private static final String TABLES = """
            CREATE TABLE identities (
              id TEXT PRIMARY KEY,
              document TEXT NOT NULL
            ) STRICT;
            CREATE TABLE sessions (
              id TEXT PRIMARY KEY,
              uses_left INTEGER NOT NULL CHECK (uses_left >= 0),
              expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX sessions_by_expiry ON sessions (expires_at);
            CREATE TABLE revocations (
              session TEXT PRIMARY KEY,
              expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX revocations_by_expiry ON revocations (expires_at);
            CREATE TABLE assertions (
              digest TEXT PRIMARY KEY,
              expires_at INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX assertions_by_expiry ON assertions (expires_at);
            """;
    /** Since schema version 2. */
    private static final String LOOKUPS = """
            CREATE TABLE lookups (
              lookup TEXT NOT NULL,
              identity TEXT NOT NULL,
              PRIMARY KEY (lookup, identity)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX lookups_by_identity ON lookups (identity);
            ALTER TABLE identities ADD COLUMN name TEXT GENERATED ALWAYS AS
              (CASE WHEN json_valid(document) THEN CAST(json_extract(document, '$.name') AS TEXT) END) VIRTUAL;
            CREATE INDEX identities_by_name ON identities (name, id);
            CREATE TABLE logins (
              identity TEXT PRIMARY KEY,
              method TEXT NOT NULL,
              at INTEGER NOT NULL
            ) STRICT;
            PRAGMA user_version = 2;
            """;

    private final Connection connection;
    private final Duration longestWait;
    private final ReentrantLock inUse = new ReentrantLock();

    private SqliteDatabase(Connection connection, Duration longestWait) {
        this.connection = connection;
        this.longestWait = longestWait;
    }

    /**
     * Opens the file; creates it, readable by its owner only, if it is missing.
     *
     * @throws IOException if it cannot be opened, is not a database, or was written by a newer version
     */
    public static SqliteDatabase open(Path file) throws IOException {
        return open(file, MAX_WAIT);
    }

    /**
     * Opens an existing file for reading only.
     *
     * @throws IOException if it does not exist, cannot be opened, or is of another version
     */
    public static SqliteDatabase openReadOnly(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no database " + file);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(Math.toIntExact(MAX_WAIT.toMillis()));
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
            try (Statement statement = connection.createStatement()) {
                int version = version(statement);
                if (version != VERSION) {
                    throw new IOException("the database " + file + " is of format " + version
                            + " and must be of format " + VERSION + "; sallyport serve upgrades older ones");
                }
            } catch (SQLException | IOException e) {
                connection.close();
                throw e;
            }
            return new SqliteDatabase(connection, MAX_WAIT);
        } catch (SQLException e) {
            throw new IOException("the database " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    public static SqliteDatabase open(Path file, Duration longestWait) throws IOException {
        createForOwnerOnly(file);
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Math.toIntExact(longestWait.toMillis()));
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
            try {
                switchToWriteAheadLog(connection, longestWait);
                prepare(connection, file);
            } catch (SQLException | IOException e) {
                connection.close();
                throw e;
            }
            return new SqliteDatabase(connection, longestWait);
        } catch (SQLException e) {
            throw new IOException("the database " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** SQLite gives the files beside the database the same permissions. */
    private static void createForOwnerOnly(Path file) throws IOException {
        FileAttribute<?>[] ownerOnly =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try {
            Files.createFile(file, ownerOnly);
        } catch (FileAlreadyExistsException e) {
            // The file exists: its owner decides who may read it.
        }
    }

    /** Retries: if several switch a new file at once, SQLite lets one succeed and fails the others without waiting. */
    private static void switchToWriteAheadLog(Connection connection, Duration longestWait)
            throws SQLException, IOException {
        Duration pause = Duration.ofMillis(10);
        for (long left = longestWait.dividedBy(pause); ; left--) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                return;
            } catch (SQLException e) {
                if (!isBusy(e) || left <= 0) {
                    throw e;
                }
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the database");
            }
        }
    }

    private static void prepare(Connection connection, Path file) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            // Locks before looking, so that only one of two processes that open a new file creates the tables.
            statement.executeUpdate("BEGIN IMMEDIATE");
            int version = version(statement);
            if (version > VERSION) {
                throw new IOException(
                        "the database " + file + " was written by a newer version of Sallyport: its format" + " is "
                                + version + ", and this version knows formats up to " + VERSION);
            }
            if (version == 0) {
                statement.executeUpdate(TABLES);
            }
            if (version < VERSION) {
                statement.executeUpdate(LOOKUPS);
                SqliteIdentityStore.indexAll(connection, Providers.DOCUMENTS);
            }
            statement.executeUpdate("COMMIT");
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Statements on the only connection, which the caller holds exclusively. */
    @FunctionalInterface
    interface Statements<T> {
        T run(Connection connection) throws SQLException, Refused;
    }

    /** @throws Refused {@link Reason#STORE_TIMEOUT} if others keep the file locked; {@link Reason#STORE_UNAVAILABLE} */
    <T> T run(Statements<T> statements) throws Refused {
        takeConnection();
        try {
            return statements.run(connection);
        } catch (SQLException e) {
            throw refused(e);
        } finally {
            inUse.unlock();
        }
    }

    /** Runs the statements in one transaction, which is rolled back if anything is thrown. */
    <T> T transact(Statements<T> statements) throws Refused {
        return run(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("BEGIN IMMEDIATE");
                boolean done = false;
                try {
                    T result = statements.run(connection);
                    statement.executeUpdate("COMMIT");
                    done = true;
                    return result;
                } finally {
                    if (!done) {
                        statement.executeUpdate("ROLLBACK");
                    }
                }
            }
        });
    }

    private void takeConnection() throws Refused {
        try {
            if (!inUse.tryLock(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Refused(Reason.STORE_TIMEOUT, "SQLite: still busy with other requests");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused(Reason.STORE_UNAVAILABLE, "SQLite: interrupted while waiting");
        }
    }

    private static Refused refused(SQLException failure) {
        return new Refused(
                isBusy(failure) ? Reason.STORE_TIMEOUT : Reason.STORE_UNAVAILABLE,
                "SQLite: "
                        + (failure instanceof SQLiteException known
                                ? known.getResultCode().name()
                                : "the database is closed"));
    }

    /** Tests the low byte of SQLite's code; the higher bytes tell kinds of busy apart. */
    private static boolean isBusy(SQLException failure) {
        return failure instanceof SQLiteException known
                && (known.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    /** An expiry as stored, in milliseconds: rounded up, so that nothing is forgotten early. */
    static long expiryMillis(Instant expiry) {
        return expiry.plusNanos(999_999).toEpochMilli();
    }

    @Override
    public void close() throws IOException {
        inUse.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the database cannot be closed: " + e.getMessage(), e);
        } finally {
            inUse.unlock();
        }
    }
}
