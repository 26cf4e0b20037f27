package io.sallyport.local;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Identities in a SQLite file, each as an {@link IdentityDocument} in JSON. */
public final class SqliteIdentityStore implements IdentityStore {
    private final SqliteDatabase database;

    public SqliteIdentityStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<Identity> find(IdentityId id) throws Refused {
        Optional<String> document = database.run(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT document FROM identities WHERE id = ?")) {
                select.setString(1, id.value());
                ResultSet row = select.executeQuery();
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        });
        return document.isEmpty() ? Optional.empty() : Optional.of(read(id, document.get()));
    }

    private static Identity read(IdentityId id, String document) throws Refused {
        try {
            return IdentityDocument.readStored(id, Json.parseObject(document));
        } catch (MalformedJsonException e) {
            throw new Refused(Reason.IDENTITY_INVALID, "identity " + id + ": " + e.getMessage());
        }
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
    public void save(Identity identity) throws Refused {
        database.transact(connection -> {
            requireFree(identity, connection);
            write(connection, identity.id(), Json.writeString(IdentityDocument.write(identity)));
            index(connection, identity);
            return 0;
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
        if (identity.client().alias().isPresent()) {
            String alias = identity.client().alias().get().value();
            others.addAll(ids(connection, "SELECT id FROM identities WHERE id = ?", alias));
        }
        others.removeIf(identity.id()::equals);
        if (!others.isEmpty()) {
            throw new Refused(
                    Reason.NAME_TAKEN,
                    "an alias or an audience of " + identity.id() + " is another's: of " + others.get(0));
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

    /** Makes the lookup keys of all identities that were stored before there were any. */
    static void indexAll(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT id, document FROM identities")) {
            ResultSet rows = select.executeQuery();
            while (rows.next()) {
                try {
                    index(connection, read(new IdentityId(rows.getString(1)), rows.getString(2)));
                } catch (Refused invalid) {
                    // It cannot log in until it is mended, and is indexed when that is stored.
                }
            }
        }
    }

    void saveDocument(IdentityId id, String document) throws Refused {
        database.transact(connection -> {
            write(connection, id, document);
            unindex(connection, id);
            return 0;
        });
    }

    @Override
    public void delete(IdentityId id) throws Refused {
        database.transact(connection -> {
            unindex(connection, id);
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM identities WHERE id = ?")) {
                delete.setString(1, id.value());
                return delete.executeUpdate();
            }
        });
    }
}
