package io.sallyport.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that a decision makes to others, and how long each takes: for the audit line, since a slow decision is mostly
 * somebody else's. A decision runs on one thread, so its calls are kept there; what is called outside of one is not kept.
 */
public final class OutboundCalls {
    private static final ThreadLocal<@Nullable List<Call>> CURRENT = new ThreadLocal<>();

    /** More than any decision makes; only so that no bug can fill the memory. */
    private static final int MAX_COUNT = 100;

    private OutboundCalls() {}

    /**
     * A call that is over, failed or not.
     *
     * @param to whom it went, without anything that a caller supplied
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

    /** The calls since the beginning, in the order in which they ended. */
    static List<Call> end() {
        List<Call> calls = CURRENT.get();
        CURRENT.remove();
        return calls == null ? List.of() : List.copyOf(calls);
    }

    /**
     * Makes a call, and notes how long it took.
     *
     * @param nanos a clock that only goes forward
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
