package io.sallyport.store.sqlite;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import io.sallyport.identity.document.IdentityDocument;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores identities in a SQLite file, each as an {@link IdentityDocument} in JSON. */
public final class SqliteIdentityStore implements IdentityStore {
    private static final String LIST = """
            SELECT id, name, document FROM identities
            WHERE (name, id) > (?, ?) AND name >= ? AND name < ? ORDER BY name, id LIMIT ? OFFSET ?
            """;

    private final SqliteDatabase database;
    private final IdentityDocument documents;

    public SqliteIdentityStore(SqliteDatabase database, IdentityDocument documents) {
        this.database = database;
        this.documents = documents;
    }

    @Override
    public Optional<IdentityRecord> findRecord(IdentityId id) throws Refused {
        return database.run(connection -> find(connection, id));
    }

    private Optional<IdentityRecord> find(Connection connection, IdentityId id) throws SQLException, Refused {
        try (PreparedStatement select = connection.prepareStatement("SELECT document FROM identities WHERE id = ?")) {
            select.setString(1, id.value());
            ResultSet row = select.executeQuery();
            return row.next() ? Optional.of(read(id, row.getString(1))) : Optional.empty();
        }
    }

    private IdentityRecord read(IdentityId id, String document) throws Refused {
        return read(documents, id, document);
    }

    private static IdentityRecord read(IdentityDocument documents, IdentityId id, String document) throws Refused {
        try {
            return documents.readStored(id, Json.parseObject(document));
        } catch (MalformedJsonException e) {
            throw new Refused(Reason.IDENTITY_INVALID, "identity " + id + ": " + e.getMessage());
        }
    }

    @Override
    public Page list(Listing listing) throws Refused {
        return database.run(connection -> {
            try (PreparedStatement select = connection.prepareStatement(LIST)) {
                select.setString(1, listing.after().map(Cursor::name).orElse(""));
                select.setString(
                        2, listing.after().map(after -> after.id().value()).orElse(""));
                select.setString(3, listing.namePrefix());
                select.setString(4, listing.namePrefix() + Character.toString(Character.MAX_CODE_POINT));
                select.setInt(5, listing.limit());
                select.setInt(6, listing.skip());
                return page(select.executeQuery(), listing.limit());
            }
        });
    }

    private Page page(ResultSet rows, int limit) throws SQLException {
        List<IdentityRecord> records = new ArrayList<>();
        Optional<Cursor> last = Optional.empty();
        int count = 0;
        while (rows.next()) {
            count++;
            IdentityId id = new IdentityId(rows.getString("id"));
            last = Optional.of(new Cursor(rows.getString("name"), id));
            try {
                records.add(read(id, rows.getString("document")));
            } catch (Refused invalid) {
                // Left out here; reading it by its id reports what is wrong with it.
            }
        }
        return new Page(records, count < limit ? Optional.empty() : last);
    }

    @Override
    public List<IdentityId> find(Lookup lookup, int most) throws Refused {
        return database.run(connection ->
                ids(connection, "SELECT identity FROM lookups WHERE lookup = ? LIMIT " + most, lookup.key()));
    }

    private static List<IdentityId> ids(Connection connection, String query, String parameter) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setString(1, parameter);
            ResultSet rows = select.executeQuery();
            List<IdentityId> ids = new ArrayList<>();
            while (rows.next()) {
                ids.add(new IdentityId(rows.getString(1)));
            }
            return ids;
        }
    }

    @Override
    public void save(IdentityRecord record) throws Refused {
        database.transact(connection -> {
            put(record, connection);
            return record;
        });
    }

    private void put(IdentityRecord record, Connection connection) throws SQLException, Refused {
        requireFree(record.identity(), connection);
        write(connection, record.id(), Json.writeString(documents.write(record)));
        index(connection, record.identity());
    }

    @Override
    public Changed change(IdentityId id, Change change) throws Refused {
        return database.transact(connection -> {
            Optional<IdentityRecord> before = find(connection, id);
            Optional<IdentityRecord> after = change.apply(before);
            if (after.isPresent()) {
                put(after.get(), connection);
            } else {
                remove(connection, id);
            }
            return new Changed(before, after);
        });
    }

    private static void requireFree(Identity identity, Connection connection) throws SQLException, Refused {
        List<IdentityId> others = new ArrayList<>();
        for (Lookup lookup : identity.lookups()) {
            if (lookup.isUnique()) {
                others.addAll(ids(connection, "SELECT identity FROM lookups WHERE lookup = ?", lookup.key()));
            }
        }
        String sameAsId = Lookup.alias(new Name(identity.id().value())).key();
        others.addAll(ids(connection, "SELECT identity FROM lookups WHERE lookup = ?", sameAsId));
        for (Name alias : identity.aliases()) {
            others.addAll(ids(connection, "SELECT id FROM identities WHERE id = ?", alias.value()));
        }
        others.removeIf(identity.id()::equals);
        if (!others.isEmpty()) {
            throw new Refused(
                    Reason.NAME_TAKEN,
                    "an alias or an audience of " + identity.id() + " already belongs to " + others.get(0));
        }
    }

    private static void write(Connection connection, IdentityId id, String document) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement("INSERT INTO identities (id, document) VALUES (?, ?)"
                        + " ON CONFLICT (id) DO UPDATE SET document = excluded.document")) {
            upsert.setString(1, id.value());
            upsert.setString(2, document);
            upsert.executeUpdate();
        }
    }

    private static void index(Connection connection, Identity identity) throws SQLException {
        unindex(connection, identity.id());
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO lookups (lookup, identity) VALUES (?, ?)")) {
            for (Lookup lookup : identity.lookups()) {
                insert.setString(1, lookup.key());
                insert.setString(2, identity.id().value());
                insert.executeUpdate();
            }
        }
    }

    private static void unindex(Connection connection, IdentityId id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM lookups WHERE identity = ?")) {
            delete.setString(1, id.value());
            delete.executeUpdate();
        }
    }

    /** Adds the lookup keys of all identities that were stored before lookup keys existed. */
    static void indexAll(Connection connection, IdentityDocument documents) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id, document FROM identities")) {
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                try {
                    index(
                            connection,
                            read(documents, new IdentityId(rows.getString(1)), rows.getString(2))
                                    .identity());
                } catch (Refused invalid) {
                    // It cannot log in until it is fixed, and is indexed when the fix is stored.
                }
            }
        }
    }

    public void saveDocument(IdentityId id, String document) throws Refused {
        database.transact(connection -> {
            write(connection, id, document);
            unindex(connection, id);
            return 0;
        });
    }

    @Override
    public void delete(IdentityId id) throws Refused {
        database.transact(connection -> {
            remove(connection, id);
            return 0;
        });
    }

    private static void remove(Connection connection, IdentityId id) throws SQLException {
        unindex(connection, id);
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM identities WHERE id = ?")) {
            delete.setString(1, id.value());
            delete.executeUpdate();
        }
    }

    @Override
    public void noteLogin(IdentityId id, LastLogin login, Instant knownSince) throws Refused {
        note(id.value(), login, knownSince);
    }

    @Override
    public Optional<LastLogin> lastLogin(IdentityId id) throws Refused {
        return last(id.value());
    }

    @Override
    public void noteUse(Credential credential, Instant at, Instant knownSince) throws Refused {
        note(credential.toString(), new LastLogin(credential.sessionMethod(), at), knownSince);
    }

    @Override
    public Optional<Instant> lastUse(Credential credential) throws Refused {
        return last(credential.toString()).map(LastLogin::at);
    }

    /** @param key an identity's id, or a credential, whose slash no id has */
    private void note(String key, LastLogin login, Instant knownSince) throws Refused {
        database.run(connection -> {
            try (PreparedStatement upsert =
                    connection.prepareStatement("INSERT INTO logins (identity, method, at) VALUES (?, ?, ?)"
                            + " ON CONFLICT (identity) DO UPDATE SET method = excluded.method, at = excluded.at"
                            + " WHERE at <= ?")) {
                upsert.setString(1, key);
                upsert.setString(2, login.method());
                upsert.setLong(3, login.at().toEpochMilli());
                upsert.setLong(4, knownSince.toEpochMilli());
                return upsert.executeUpdate();
            }
        });
    }

    private Optional<LastLogin> last(String key) throws Refused {
        return database.run(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT method, at FROM logins WHERE identity = ?")) {
                select.setString(1, key);
                ResultSet row = select.executeQuery();
                return row.next()
                        ? Optional.of(new LastLogin(row.getString(1), Instant.ofEpochMilli(row.getLong(2))))
                        : Optional.empty();
            }
        });
    }
}
