package io.sallyport.store.firestore;

import com.google.cloud.firestore.DocumentReference;
import com.google.cloud.firestore.FieldPath;
import com.google.cloud.firestore.Query;
import com.google.cloud.firestore.QueryDocumentSnapshot;
import com.google.cloud.firestore.Transaction;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Name;
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
    private static final String LOOKUPS = "lookups";

    /** So many values one query may ask for (Firestore, "Queries", limits on OR queries). */
    private static final int MOST_VALUES = 30;

    private final FirestoreDatabase database;

    public FirestoreIdentityStore(FirestoreDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<Identity> find(IdentityId id) throws Refused {
        Optional<Map<String, Object>> fields =
                Optional.ofNullable(database.answer(document(id).get()).getData());
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        // They follow from the rest; what they say by themselves counts for nothing.
        fields.get().remove(LOOKUPS);
        return Optional.of(IdentityDocument.readStored(id, fields.get()));
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
    public void save(Identity identity) throws Refused {
        Map<String, Object> fields = IdentityDocument.write(identity);
        fields.put(LOOKUPS, identity.lookups().stream().map(Lookup::key).toList());
        Optional<String> takenBy = database.transact(transaction -> {
            Optional<String> other = takenBy(identity, transaction);
            if (other.isEmpty()) {
                transaction.set(document(identity.id()), fields);
            }
            return other;
        });
        if (takenBy.isPresent()) {
            throw new Refused(
                    Reason.NAME_TAKEN,
                    "an alias or an audience of " + identity.id() + " is another's: of " + takenBy.get());
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

    private DocumentReference document(IdentityId id) {
        return database.document(IDENTITIES, id.value());
    }
}
