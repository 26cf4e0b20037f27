package io.sallyport.store.firestore;

import io.sallyport.identity.IdentityId;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.IdentityStoreContract;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class FirestoreIdentityStoreTest extends IdentityStoreContract {
    private FirestoreDatabase database;
    private FirestoreDatabase unreachable;

    @BeforeEach
    void open() throws Exception {
        database = FirestoreEmulator.freshDatabase();
        unreachable = FirestoreDatabaseTest.unreachable();
    }

    @AfterEach
    void close() {
        database.close();
        unreachable.close();
    }

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
