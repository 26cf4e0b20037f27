package io.sallyport.store.firestore;

class RestManagedIdentitiesTest extends FirestoreManagedIdentitiesContract {
    RestManagedIdentitiesTest() {
        super(FirestoreEmulator.freshRestDatabase(), RestDatabaseTest.unreachable());
    }
}
