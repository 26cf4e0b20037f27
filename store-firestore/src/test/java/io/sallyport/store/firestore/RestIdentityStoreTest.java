package io.sallyport.store.firestore;

class RestIdentityStoreTest extends FirestoreIdentityStoreContract {
    RestIdentityStoreTest() {
        super(FirestoreEmulator.freshRestDatabase(), RestDatabaseTest.unreachable());
    }
}
