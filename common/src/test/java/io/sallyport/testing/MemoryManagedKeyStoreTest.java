package io.sallyport.testing;

import io.sallyport.Reason;
import io.sallyport.token.managed.ManagedKeyStore;
import io.sallyport.token.managed.ManagedKeyStoreContract;

class MemoryManagedKeyStoreTest extends ManagedKeyStoreContract {
    private final MemoryManagedKeyStore store = new MemoryManagedKeyStore();

    @Override
    protected ManagedKeyStore store() {
        return store;
    }

    @Override
    protected ManagedKeyStore storeThatIsDown() {
        MemoryManagedKeyStore down = new MemoryManagedKeyStore();
        down.fail(Reason.STORE_UNAVAILABLE);
        return down;
    }
}
