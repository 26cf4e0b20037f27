package io.sallyport.store.firestore;

import java.util.Random;

class RestFaultsTest extends FirestoreFaultsContract {
    private final RestFaults faults = new RestFaults(FirestoreCalls.emulator(FirestoreEmulator.hostAndPort()));

    @Override
    Faults faults() {
        return faults;
    }

    @Override
    FirestoreDatabase open(String project) {
        return new RestDatabase(project, "sallyport", faults, new Random(), System::nanoTime, MAX_CALL);
    }
}
