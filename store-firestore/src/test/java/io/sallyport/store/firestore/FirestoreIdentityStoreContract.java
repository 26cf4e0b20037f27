package io.sallyport.store.firestore;

import io.sallyport.IdentityId;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.IdentityStoreContract;
import io.sallyport.method.provider.Providers;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;

abstract class FirestoreIdentityStoreContract extends IdentityStoreContract {
    @AutoClose
    private final FirestoreDatabase database;

    @AutoClose
    private final FirestoreDatabase unreachable;

    FirestoreIdentityStoreContract(FirestoreDatabase database, FirestoreDatabase unreachable) {
        this.database = database;
        this.unreachable = unreachable;
    }

    @Override
    protected IdentityStore store() {
        return new FirestoreIdentityStore(database, Providers.DOCUMENTS);
    }

    @Override
    protected void storeDocument(IdentityId id, Map<String, Object> fields) throws Exception {
        database.set(new DocumentPath("identities", id.value()), fields);
    }

    @Override
    protected IdentityStore storeThatIsDown() {
        return new FirestoreIdentityStore(unreachable, Providers.DOCUMENTS);
    }
}
