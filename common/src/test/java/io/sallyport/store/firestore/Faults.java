package io.sallyport.store.firestore;

import io.grpc.Status;
import java.util.Optional;

/** Lets happen to calls what happens to them between a function and Firestore. */
public interface Faults {
    /** Decides about one call after the other. */
    @FunctionalInterface
    interface Fates {
        /** @param method such as {@code Commit} */
        Fate of(String method);
    }

    /**
     * What becomes of a call.
     *
     * @param forwarded whether the emulator gets it
     * @param failure what the caller gets in place of the emulator's answer
     */
    record Fate(boolean forwarded, Optional<Status.Code> failure) {
        public static final Fate PASSED_ON = new Fate(true, Optional.empty());

        /** Nothing happens. */
        public static Fate failedBefore(Status.Code code) {
            return new Fate(false, Optional.of(code));
        }

        /** It happens, and the answer is lost. */
        public static Fate failedAfter(Status.Code code) {
            return new Fate(true, Optional.of(code));
        }
    }

    /** Everything is passed on until it is told otherwise. */
    void decide(Fates byMethod);

    /** How many calls of a method came in, the client's own retries included. */
    int calls(String method);

    /** How many calls succeeded without their caller's being told. */
    int lost();
}
