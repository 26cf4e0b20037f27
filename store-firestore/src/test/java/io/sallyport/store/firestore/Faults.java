package io.sallyport.store.firestore;

import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets happen to calls what happens to them between a function and Firestore. */
public abstract class Faults {
    /** Decides about one call after the other. */
    @FunctionalInterface
    public interface Fates {
        /** @param method such as {@code Commit} */
        Fate of(String method);
    }

    /**
     * What becomes of a call.
     *
     * @param forwarded whether the emulator gets it
     * @param failure what the caller gets in place of the emulator's answer
     */
    public record Fate(boolean forwarded, Optional<Status.Code> failure) {
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

    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final AtomicInteger lost = new AtomicInteger();
    private volatile Fates fates = method -> Fate.PASSED_ON;

    /** Everything is passed on until it is told otherwise. */
    public final void decide(Fates byMethod) {
        fates = byMethod;
    }

    /** How many calls of a method came in, the client's own retries included. */
    public final int calls(String method) {
        return counter(method).get();
    }

    /** How many calls succeeded without their caller's being told. */
    public final int lost() {
        return lost.get();
    }

    /** Counts a call, and decides about it. */
    final Fate fateOf(String method) {
        counter(method).incrementAndGet();
        return fates.of(method);
    }

    final void noteLoss() {
        lost.incrementAndGet();
    }

    private AtomicInteger counter(String method) {
        return calls.computeIfAbsent(method, name -> new AtomicInteger());
    }
}
