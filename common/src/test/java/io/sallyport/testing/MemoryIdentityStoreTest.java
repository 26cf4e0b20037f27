package io.sallyport.testing;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.IdentityStoreContract;
import java.util.Map;

/** The store that other tests use behaves like the real ones. */
class MemoryIdentityStoreTest extends IdentityStoreContract {
    private final MemoryStores stores = new MemoryStores();

    @Override
    protected IdentityStore store() {
        return stores;
    }

    @Override
    protected void storeDocument(IdentityId id, Map<String, Object> fields) {
        stores.spoil(id, fields);
    }

    @Override
    protected IdentityStore storeThatIsDown() {
        MemoryStores down = new MemoryStores();
        down.fail(Reason.STORE_UNAVAILABLE);
        return down;
    }
}
