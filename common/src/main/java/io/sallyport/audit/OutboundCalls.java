package io.sallyport.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The outbound calls of a decision and their durations, for the audit line: a slow decision usually waits for another
 * system. A decision runs on one thread, so its calls are kept per thread; calls outside a decision are not recorded.
 */
public final class OutboundCalls {
    private static final ThreadLocal<@Nullable List<Call>> CURRENT = new ThreadLocal<>();

    /** More than any decision makes; stops a bug from filling the memory. */
    private static final int MAX_COUNT = 100;

    private OutboundCalls() {}

    /**
     * A finished call, failed or not.
     *
     * @param to the party called, without caller-supplied text
     */
    public record Call(String to, long millis) {}

    /** What a call does. */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    static void begin() {
        CURRENT.set(new ArrayList<>());
    }

    /** The calls since the start, in the order in which they ended. */
    static List<Call> end() {
        List<Call> calls = CURRENT.get();
        CURRENT.remove();
        return calls == null ? List.of() : List.copyOf(calls);
    }

    /**
     * Makes a call and records how long it took.
     *
     * @param nanos a monotonic clock
     */
    public static <T, E extends Exception> T timed(String to, LongSupplier nanos, Work<T, E> work) throws E {
        List<Call> calls = CURRENT.get();
        if (calls == null || calls.size() >= MAX_COUNT) {
            return work.run();
        }
        long start = nanos.getAsLong();
        try {
            return work.run();
        } finally {
            calls.add(new Call(to, (nanos.getAsLong() - start) / 1_000_000));
        }
    }
}
