package io.sallyport.store.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.DocumentSnapshot;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.Query;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.Transaction;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Identities in the collection {@code identities}, each under its id as an {@link IdentityDocument}, with its
 * {@linkplain Lookup lookup keys} in a list beside, which Firestore indexes by itself.
 */
public final class FirestoreIdentityStore implements IdentityStore {
    private static final String IDENTITIES = "identities";
    private static final String LOGINS = "logins";
    private static final String LOOKUPS = "lookups";
    private static final String NAME = "name";

    /** Above all other characters: texts are in the order of their UTF-8 (Firestore, "Supported data types"). */
    private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

    /** So many values one query may ask for (Firestore, "Queries", limits on OR queries). */
    private static final int MOST_VALUES = 30;

    private final FirestoreDatabase database;

    public FirestoreIdentityStore(FirestoreDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<IdentityRecord> findRecord(IdentityId id) throws Refused {
        return read(database.answer(document(id).get()));
    }

    private static Optional<IdentityRecord> read(DocumentSnapshot document) throws Refused {
        Map<String, Object> fields = document.getData();
        if (fields == null) {
            return Optional.empty();
        }
        // They follow from the rest; what they say by themselves counts for nothing.
        fields.remove(LOOKUPS);
        return Optional.of(IdentityDocument.readStored(new IdentityId(document.getId()), fields));
    }

    @Override
    public Page list(Listing listing) throws Refused {
        Query query = database.collection(IDENTITIES).orderBy(NAME).orderBy(FieldPath.documentId());
        if (!listing.namePrefix().isEmpty()) {
            query = query.whereGreaterThanOrEqualTo(NAME, listing.namePrefix())
                    .whereLessThan(NAME, listing.namePrefix() + LAST_CHARACTER);
        }
        if (listing.after().isPresent()) {
            query = query.startAfter(
                    listing.after().get().name(), listing.after().get().id().value());
        }
        List<QueryDocumentSnapshot> found = database.answer(
                        query.offset(listing.skip()).limit(listing.limit()).get())
                .getDocuments();
        List<IdentityRecord> records = new ArrayList<>();
        for (QueryDocumentSnapshot document : found) {
            try {
                read(document).ifPresent(records::add);
            } catch (Refused | IllegalArgumentException invalid) {
                // It is found by its id, which says what is wrong with it.
            }
        }
        return new Page(records, found.size() < listing.limit() ? Optional.empty() : cursor(found));
    }

    private static Optional<Cursor> cursor(List<QueryDocumentSnapshot> found) {
        QueryDocumentSnapshot last = found.get(found.size() - 1);
        return IdentityId.isValid(last.getId())
                ? Optional.of(new Cursor(String.valueOf(last.get(NAME)), new IdentityId(last.getId())))
                : Optional.empty();
    }

    @Override
    public List<IdentityId> find(Lookup lookup, int most) throws Refused {
        Query query = database.collection(IDENTITIES)
                .whereArrayContains(LOOKUPS, lookup.key())
                .select(FieldPath.documentId())
                .limit(most);
        return database.answer(query.get()).getDocuments().stream()
                .map(QueryDocumentSnapshot::getId)
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

    private void put(IdentityRecord record, Transaction transaction)
            throws Refused, ExecutionException, InterruptedException {
        requireFree(record.identity(), transaction);
        transaction.set(document(record.id()), fields(record));
    }

    @Override
    public Changed change(IdentityId id, Change change) throws Refused {
        DocumentReference document = document(id);
        return database.transact(transaction -> {
            Optional<IdentityRecord> before = read(transaction.get(document).get());
            Optional<IdentityRecord> after = change.apply(before);
            if (after.isPresent()) {
                put(after.get(), transaction);
            } else {
                transaction.delete(document);
            }
            return new Changed(before, after);
        });
    }

    private static Map<String, Object> fields(IdentityRecord record) {
        Map<String, Object> fields = IdentityDocument.write(record);
        fields.put(
                LOOKUPS, record.identity().lookups().stream().map(Lookup::key).toList());
        return fields;
    }

    private void requireFree(Identity identity, Transaction transaction)
            throws Refused, ExecutionException, InterruptedException {
        Optional<String> other = takenBy(identity, transaction);
        if (other.isPresent()) {
            throw new Refused(
                    Reason.NAME_TAKEN,
                    "an alias or an audience of " + identity.id() + " is another's: of " + other.get());
        }
    }

    /** Who else has a name that the identity is to have; read within the transaction, so that nobody takes it meanwhile. */
    private Optional<String> takenBy(Identity identity, Transaction transaction)
            throws ExecutionException, InterruptedException {
        Optional<IdentityId> sameAsAlias = identity.client()
                .alias()
                .map(Name::value)
                .filter(IdentityId::isValid)
                .map(IdentityId::new)
                .filter(other -> !other.equals(identity.id()));
        if (sameAsAlias.isPresent()
                && transaction.get(document(sameAsAlias.get())).get().exists()) {
            return sameAsAlias.map(IdentityId::value);
        }
        List<String> unique = new ArrayList<>(identity.lookups().stream()
                .filter(Lookup::isUnique)
                .map(Lookup::key)
                .toList());
        unique.add(Lookup.alias(new Name(identity.id().value())).key());
        for (int from = 0; from < unique.size(); from += MOST_VALUES) {
            Query query = database.collection(IDENTITIES)
                    .whereArrayContainsAny(LOOKUPS, unique.subList(from, Math.min(from + MOST_VALUES, unique.size())))
                    .select(FieldPath.documentId())
                    .limit(2);
            for (QueryDocumentSnapshot found : transaction.get(query).get()) {
                if (!found.getId().equals(identity.id().value())) {
                    return Optional.of(found.getId());
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void delete(IdentityId id) throws Refused {
        database.answer(document(id).delete());
    }

    @Override
    public void noteLogin(IdentityId id, LastLogin login, Instant knownSince) throws Refused {
        Optional<LastLogin> known = lastLogin(id);
        if (known.isPresent() && known.get().at().isAfter(knownSince)) {
            return;
        }
        database.answer(database.document(LOGINS, id.value())
                .set(Map.of("method", login.method(), "at", login.at().toEpochMilli())));
    }

    @Override
    public Optional<LastLogin> lastLogin(IdentityId id) throws Refused {
        DocumentSnapshot document =
                database.answer(database.document(LOGINS, id.value()).get());
        return document.get("at") instanceof Long at && document.get("method") instanceof String method
                ? Optional.of(new LastLogin(method, Instant.ofEpochMilli(at)))
                : Optional.empty();
    }

    private DocumentReference document(IdentityId id) {
        return database.document(IDENTITIES, id.value());
    }
}
