package io.sallyport.store.firestore;

class SdkManagedIdentitiesTest extends FirestoreManagedIdentitiesContract {
    SdkManagedIdentitiesTest() {
        super(FirestoreEmulator.freshDatabase(), SdkDatabaseTest.unreachable());
    }
}
