package io.sallyport.store.firestore;

class SdkManagedKeyStoreTest extends FirestoreManagedKeyStoreContract {
    SdkManagedKeyStoreTest() {
        super(FirestoreEmulator.freshDatabase(), SdkDatabaseTest.unreachable());
    }
}
