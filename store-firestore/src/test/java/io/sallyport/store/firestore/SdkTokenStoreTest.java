package io.sallyport.store.firestore;

class SdkTokenStoreTest extends FirestoreTokenStoreContract {
    SdkTokenStoreTest() {
        super(FirestoreEmulator.freshDatabase(), SdkDatabaseTest.unreachable());
    }
}
