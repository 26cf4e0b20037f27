package io.sallyport.store.firestore;

class RestManagedKeyStoreTest extends FirestoreManagedKeyStoreContract {
    RestManagedKeyStoreTest() {
        super(FirestoreEmulator.freshRestDatabase(), RestDatabaseTest.unreachable());
    }
}
