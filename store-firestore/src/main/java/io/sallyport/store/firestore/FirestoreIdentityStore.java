package io.sallyport.store.firestore;

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
import io.sallyport.store.firestore.FirestoreDatabase.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores identities in the collection {@code identities}, each under its id as an {@link IdentityDocument}, with its
 * {@linkplain Lookup lookup keys} in a separate list, which Firestore indexes automatically.
 */
public final class FirestoreIdentityStore implements IdentityStore {
    private static final String IDENTITIES = "identities";
    private static final String LOGINS = "logins";
    private static final String LOOKUPS = "lookups";
    private static final String NAME = "name";

    /** The most values of one query (Firestore, "Queries", limits on OR queries). */
    private static final int MAX_VALUES = 30;

    private final FirestoreDatabase database;
    private final IdentityDocument documents;

    public FirestoreIdentityStore(FirestoreDatabase database, IdentityDocument documents) {
        this.database = database;
        this.documents = documents;
    }

    @Override
    public Optional<IdentityRecord> findRecord(IdentityId id) throws Refused {
        return read(database.read(path(id)));
    }

    private Optional<IdentityRecord> read(Snapshot document) throws Refused {
        if (!document.exists()) {
            return Optional.empty();
        }
        Map<String, Object> fields = new LinkedHashMap<>(document.fields().get());
        // Derived from the rest; the stored values are ignored.
        fields.remove(LOOKUPS);
        return Optional.of(documents.readStored(new IdentityId(document.path().id()), fields));
    }

    @Override
    public Page list(Listing listing) throws Refused {
        List<Snapshot> found = database.find(new Query.InOrder(
                IDENTITIES,
                NAME,
                listing.namePrefix(),
                listing.after()
                        .map(cursor ->
                                new Query.After(cursor.name(), cursor.id().value())),
                listing.skip(),
                listing.limit()));
        List<IdentityRecord> records = new ArrayList<>();
        for (Snapshot document : found) {
            try {
                read(document).ifPresent(records::add);
            } catch (Refused | IllegalArgumentException invalid) {
                // Left out here; reading it by its id reports what is wrong with it.
            }
        }
        return new Page(records, found.size() < listing.limit() ? Optional.empty() : cursor(found));
    }

    private static Optional<Cursor> cursor(List<Snapshot> found) {
        Snapshot last = found.get(found.size() - 1);
        return IdentityId.isValid(last.path().id())
                ? Optional.of(new Cursor(
                        String.valueOf(last.get(NAME)),
                        new IdentityId(last.path().id())))
                : Optional.empty();
    }

    @Override
    public List<IdentityId> find(Lookup lookup, int most) throws Refused {
        return database.find(new Query.Containing(IDENTITIES, LOOKUPS, List.of(lookup.key()), most)).stream()
                .map(found -> found.path().id())
                .filter(IdentityId::isValid)
                .map(IdentityId::new)
                .toList();
    }

    @Override
    public void save(IdentityRecord record) throws Refused {
        database.transact(transaction -> {
            put(record, transaction);
            return record;
        });
    }

    private void put(IdentityRecord record, Transaction transaction) throws Refused {
        requireFree(record.identity(), transaction);
        transaction.set(path(record.id()), fields(record));
    }

    @Override
    public Changed change(IdentityId id, Change change) throws Refused {
        return database.transact(transaction -> {
            Optional<IdentityRecord> before = read(transaction.read(path(id)));
            Optional<IdentityRecord> after = change.apply(before);
            if (after.isPresent()) {
                put(after.get(), transaction);
            } else {
                transaction.delete(path(id));
            }
            return new Changed(before, after);
        });
    }

    private Map<String, Object> fields(IdentityRecord record) {
        Map<String, Object> fields = documents.write(record);
        fields.put(
                LOOKUPS, record.identity().lookups().stream().map(Lookup::key).toList());
        return fields;
    }

    private static void requireFree(Identity identity, Transaction transaction) throws Refused {
        Optional<String> other = takenBy(identity, transaction);
        if (other.isPresent()) {
            throw new Refused(
                    Reason.NAME_TAKEN,
                    "an alias or an audience of " + identity.id() + " already belongs to " + other.get());
        }
    }

    /**
     * Another identity that has a name which this one needs; read within the transaction, so that no one takes it
     * meanwhile.
     */
    private static Optional<String> takenBy(Identity identity, Transaction transaction) throws Refused {
        for (Name alias : identity.aliases()) {
            if (IdentityId.isValid(alias.value())
                    && !alias.value().equals(identity.id().value())) {
                IdentityId sameAsAlias = new IdentityId(alias.value());
                if (transaction.read(path(sameAsAlias)).exists()) {
                    return Optional.of(sameAsAlias.value());
                }
            }
        }
        List<String> unique = new ArrayList<>(identity.lookups().stream()
                .filter(Lookup::isUnique)
                .map(Lookup::key)
                .toList());
        unique.add(Lookup.alias(new Name(identity.id().value())).key());
        for (int from = 0; from < unique.size(); from += MAX_VALUES) {
            List<String> some = unique.subList(from, Math.min(from + MAX_VALUES, unique.size()));
            for (Snapshot found : transaction.find(new Query.Containing(IDENTITIES, LOOKUPS, some, 2))) {
                if (!found.path().id().equals(identity.id().value())) {
                    return Optional.of(found.path().id());
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void delete(IdentityId id) throws Refused {
        database.delete(path(id));
    }

    @Override
    public void noteLogin(IdentityId id, LastLogin login, Instant knownSince) throws Refused {
        note(new DocumentPath(LOGINS, id.value()), login, knownSince);
    }

    @Override
    public Optional<LastLogin> lastLogin(IdentityId id) throws Refused {
        return last(new DocumentPath(LOGINS, id.value()));
    }

    @Override
    public void noteUse(Credential credential, Instant at, Instant knownSince) throws Refused {
        note(path(credential), new LastLogin(credential.sessionMethod(), at), knownSince);
    }

    @Override
    public Optional<Instant> lastUse(Credential credential) throws Refused {
        return last(path(credential)).map(LastLogin::at);
    }

    private void note(DocumentPath path, LastLogin login, Instant knownSince) throws Refused {
        Optional<LastLogin> known = last(path);
        if (known.isPresent() && known.get().at().isAfter(knownSince)) {
            return;
        }
        database.set(path, Map.of("method", login.method(), "at", login.at().toEpochMilli()));
    }

    private Optional<LastLogin> last(DocumentPath path) throws Refused {
        Snapshot document = database.read(path);
        return document.get("at") instanceof Long at && document.get("method") instanceof String method
                ? Optional.of(new LastLogin(method, Instant.ofEpochMilli(at)))
                : Optional.empty();
    }

    /** No identity's id begins with an underscore. */
    private static DocumentPath path(Credential credential) {
        return new DocumentPath(LOGINS, "_" + credential.sessionMethod() + "_" + credential.thumbprint());
    }

    private static DocumentPath path(IdentityId id) {
        return new DocumentPath(IDENTITIES, id.value());
    }
}
