package io.sallyport.store.firestore;

import io.grpc.Status;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes calls fail as they can between a function and Firestore. */
public abstract class Faults {
    /** Decides the fate of one call after the other. */
    @FunctionalInterface
    public interface Fates {
        /** @param method such as {@code Commit} */
        Fate of(String method);
    }

    /**
     * What happens to a call.
     *
     * @param forwarded whether the emulator gets it
     * @param failure what the caller gets instead of the emulator's answer
     */
    public record Fate(boolean forwarded, Optional<Status.Code> failure) {
        public static final Fate PASSED_ON = new Fate(true, Optional.empty());

        /** The call is not carried out. */
        public static Fate failedBefore(Status.Code code) {
            return new Fate(false, Optional.of(code));
        }

        /** The call is carried out, and the answer is lost. */
        public static Fate failedAfter(Status.Code code) {
            return new Fate(true, Optional.of(code));
        }
    }

    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final AtomicInteger lost = new AtomicInteger();
    private volatile Fates fates = method -> Fate.PASSED_ON;

    /** Passes everything on until a test decides otherwise. */
    public final void decide(Fates byMethod) {
        fates = byMethod;
    }

    /** How many calls of a method came in, the client's own retries included. */
    public final int calls(String method) {
        return counter(method).get();
    }

    /** How many calls succeeded without their caller learning it. */
    public final int lost() {
        return lost.get();
    }

    /** Counts a call, and decides its fate. */
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
