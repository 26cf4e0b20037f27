package io.sallyport.store.firestore;

import org.junit.jupiter.api.AutoClose;

class SdkFaultsTest extends FirestoreFaultsContract {
    @AutoClose
    final FirestoreProxy proxy = FirestoreProxy.start();

    @Override
    Faults faults() {
        return proxy;
    }

    @Override
    FirestoreDatabase open(String project) {
        return SdkDatabase.openEmulator(project, "sallyport", proxy.hostAndPort(), MAX_CALL);
    }
}
