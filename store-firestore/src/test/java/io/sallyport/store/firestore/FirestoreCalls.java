package io.sallyport.store.firestore;

/** The client of Firestore's REST interface that functions use, for tests elsewhere. */
public final class FirestoreCalls {
    private FirestoreCalls() {}

    public static RestCalls emulator(String hostAndPort) {
        return FirestoreHttp.emulator(hostAndPort);
    }
}
