package io.sallyport.store.firestore;

/** The way to Firestore's REST interface that functions have, for tests elsewhere. */
public final class FirestoreCalls {
    private FirestoreCalls() {}

    public static RestCalls emulator(String hostAndPort) {
        return FirestoreHttp.emulator(hostAndPort);
    }
}
