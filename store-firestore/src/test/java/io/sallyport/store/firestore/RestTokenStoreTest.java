package io.sallyport.store.firestore;

class RestTokenStoreTest extends FirestoreTokenStoreContract {
    RestTokenStoreTest() {
        super(FirestoreEmulator.freshRestDatabase(), RestDatabaseTest.unreachable());
    }
}
