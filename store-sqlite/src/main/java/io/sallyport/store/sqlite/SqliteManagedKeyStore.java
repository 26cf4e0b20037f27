package io.sallyport.store.sqlite;

import io.sallyport.Refused;
import io.sallyport.token.managed.ManagedKeyStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Stores managed keys in a SQLite file, in a table that is made when it is needed. */
public final class SqliteManagedKeyStore implements ManagedKeyStore {
    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS signing_keys (
              issuer TEXT PRIMARY KEY,
              generation INTEGER NOT NULL,
              document TEXT NOT NULL
            ) STRICT
            """;

    private final SqliteDatabase database;

    public SqliteManagedKeyStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Stored read(String issuer) throws Refused {
        return database.run(connection -> {
            ensureTable(connection);
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT generation, document FROM signing_keys WHERE issuer = ?")) {
                select.setString(1, issuer);
                ResultSet row = select.executeQuery();
                return row.next() ? new Stored(row.getLong(1), row.getString(2)) : Stored.NONE;
            }
        });
    }

    @Override
    public boolean write(String issuer, Stored read, String text) throws Refused {
        return database.transact(connection -> {
            ensureTable(connection);
            String statement = read.exists()
                    ? "UPDATE signing_keys SET generation = generation + 1, document = ?"
                            + " WHERE issuer = ? AND generation = ?"
                    : "INSERT INTO signing_keys (document, issuer, generation) VALUES (?, ?, ? + 1)"
                            + " ON CONFLICT (issuer) DO NOTHING";
            try (PreparedStatement write = connection.prepareStatement(statement)) {
                write.setString(1, text);
                write.setString(2, issuer);
                write.setLong(3, read.generation());
                return write.executeUpdate() == 1;
            }
        });
    }

    private static void ensureTable(Connection connection) throws SQLException {
        try (Statement create = connection.createStatement()) {
            create.executeUpdate(TABLE);
        }
    }
}
