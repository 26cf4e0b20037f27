package io.sallyport.store.firestore;

import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.ManagedIdentitiesContract;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;

class FirestoreManagedIdentitiesTest extends ManagedIdentitiesContract {
    @AutoClose
    private final FirestoreDatabase database = FirestoreEmulator.freshDatabase();

    @AutoClose
    private final FirestoreDatabase unreachable = FirestoreDatabaseTest.unreachable();

    @Override
    protected IdentityStore store() {
        return new FirestoreIdentityStore(database);
    }

    @Override
    protected void storeDocument(IdentityId id, Map<String, Object> fields) throws Exception {
        database.document("identities", id.value()).set(fields).get();
    }

    @Override
    protected IdentityStore storeThatIsDown() {
        return new FirestoreIdentityStore(unreachable);
    }
}
