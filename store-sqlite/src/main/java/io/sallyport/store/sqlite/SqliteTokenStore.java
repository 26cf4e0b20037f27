package io.sallyport.store.sqlite;

import io.sallyport.Refused;
import io.sallyport.token.AssertionDigest;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/** Stores uses and single-use marks in a SQLite file. Each insert also deletes some expired ones. */
public final class SqliteTokenStore implements TokenStore {
    /** More than one, so that the file shrinks; not all, so that no caller waits long. */
    private static final int DELETED_AT_ONCE = 100;

    private final SqliteDatabase database;
    private final InstantSource clock;

    /** @param clock tells which sessions have expired and can be deleted */
    public SqliteTokenStore(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void open(SessionId session, long uses, Instant expiry) throws Refused {
        database.run(connection -> {
            deleteExpired(connection, "sessions", clock.instant());
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO sessions (id, uses_left, expires_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING")) {
                insert.setString(1, session.value());
                insert.setLong(2, uses);
                insert.setLong(3, SqliteDatabase.expiryMillis(expiry));
                return insert.executeUpdate();
            }
        });
    }

    @Override
    public OptionalLong spend(SessionId session, Instant now) throws Refused {
        return database.run(connection -> {
            try (PreparedStatement update = connection.prepareStatement("UPDATE sessions SET uses_left = uses_left - 1"
                    + " WHERE id = ? AND uses_left > 0 AND expires_at > ? RETURNING uses_left")) {
                update.setString(1, session.value());
                update.setLong(2, now.toEpochMilli());
                ResultSet row = update.executeQuery();
                if (!row.next()) {
                    return OptionalLong.empty();
                }
                OptionalLong left = OptionalLong.of(row.getLong(1));
                // Commits, or fails: SQLite commits once the statement has run to its end.
                row.next();
                return left;
            }
        });
    }

    @Override
    public boolean claim(AssertionDigest assertion, Instant now, Instant expiry) throws Refused {
        return database.run(connection -> {
            deleteExpired(connection, "assertions", now);
            try (PreparedStatement upsert =
                    connection.prepareStatement("INSERT INTO assertions (digest, expires_at) VALUES (?, ?)"
                            + " ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at"
                            + " WHERE assertions.expires_at <= ?")) {
                upsert.setString(1, assertion.hex());
                upsert.setLong(2, SqliteDatabase.expiryMillis(expiry));
                upsert.setLong(3, now.toEpochMilli());
                return upsert.executeUpdate() == 1;
            }
        });
    }

    @Override
    public OptionalLong usesLeft(SessionId session, Instant now) throws Refused {
        return database.run(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT uses_left FROM sessions WHERE id = ? AND expires_at > ?")) {
                select.setString(1, session.value());
                select.setLong(2, now.toEpochMilli());
                ResultSet row = select.executeQuery();
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        });
    }

    @Override
    public void extend(SessionId session, Instant now, Instant expiry) throws Refused {
        database.run(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE sessions SET expires_at = ?1 WHERE id = ?2 AND expires_at > ?3 AND expires_at < ?1")) {
                update.setLong(1, SqliteDatabase.expiryMillis(expiry));
                update.setString(2, session.value());
                update.setLong(3, now.toEpochMilli());
                return update.executeUpdate();
            }
        });
    }

    @Override
    public void revoke(SessionId session, Instant expiry) throws Refused {
        database.run(connection -> {
            deleteExpired(connection, "revocations", clock.instant());
            try (PreparedStatement upsert = connection.prepareStatement(
                    "INSERT INTO revocations (session, expires_at) VALUES (?, ?)"
                            + " ON CONFLICT (session) DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)")) {
                upsert.setString(1, session.value());
                upsert.setLong(2, SqliteDatabase.expiryMillis(expiry));
                return upsert.executeUpdate();
            }
        });
    }

    @Override
    public boolean isRevoked(SessionId session, Instant now) throws Refused {
        return database.run(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT 1 FROM revocations WHERE session = ? AND expires_at > ?")) {
                select.setString(1, session.value());
                select.setLong(2, now.toEpochMilli());
                return select.executeQuery().next();
            }
        });
    }

    private static void deleteExpired(Connection connection, String table, Instant now) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table + " WHERE rowid IN"
                + " (SELECT rowid FROM " + table + " WHERE expires_at <= ? LIMIT " + DELETED_AT_ONCE + ")")) {
            delete.setLong(1, now.toEpochMilli());
            delete.executeUpdate();
        }
    }
}
