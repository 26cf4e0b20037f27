package io.sallyport.local;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityStore;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
    public void save(Identity identity) throws Refused {
        saveDocument(identity.id(), Json.writeString(IdentityDocument.write(identity)));
    }

    void saveDocument(IdentityId id, String document) throws Refused {
        database.run(connection -> {
            try (PreparedStatement upsert =
                    connection.prepareStatement("INSERT INTO identities (id, document) VALUES (?, ?)"
                            + " ON CONFLICT (id) DO UPDATE SET document = excluded.document")) {
                upsert.setString(1, id.value());
                upsert.setString(2, document);
                return upsert.executeUpdate();
            }
        });
    }

    @Override
    public void delete(IdentityId id) throws Refused {
        database.run(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM identities WHERE id = ?")) {
                delete.setString(1, id.value());
                return delete.executeUpdate();
            }
        });
    }
}
