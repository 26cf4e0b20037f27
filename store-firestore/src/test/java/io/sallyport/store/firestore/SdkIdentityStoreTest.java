package io.sallyport.store.firestore;

class SdkIdentityStoreTest extends FirestoreIdentityStoreContract {
    SdkIdentityStoreTest() {
        super(FirestoreEmulator.freshDatabase(), SdkDatabaseTest.unreachable());
    }
}
