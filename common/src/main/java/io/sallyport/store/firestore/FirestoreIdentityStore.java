package io.sallyport.store.firestore;

import com.google.cloud.firestore.DocumentReference;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityStore;
import java.util.Map;
import java.util.Optional;

/** Identities in the collection {@code identities}, each under its id as an {@link IdentityDocument}. */
public final class FirestoreIdentityStore implements IdentityStore {
    private final FirestoreDatabase database;

    public FirestoreIdentityStore(FirestoreDatabase database) {
        this.database = database;
    }

    @Override
    public Optional<Identity> find(IdentityId id) throws Refused {
        Optional<Map<String, Object>> fields =
                Optional.ofNullable(database.answer(document(id).get()).getData());
        return fields.isEmpty() ? Optional.empty() : Optional.of(IdentityDocument.readStored(id, fields.get()));
    }

    @Override
    public void save(Identity identity) throws Refused {
        database.answer(document(identity.id()).set(IdentityDocument.write(identity)));
    }

    @Override
    public void delete(IdentityId id) throws Refused {
        database.answer(document(id).delete());
    }

    private DocumentReference document(IdentityId id) {
        return database.document("identities", id.value());
    }
}
