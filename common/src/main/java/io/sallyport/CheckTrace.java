package io.sallyport;

import java.util.List;

/**
 * How far one decision got in its {@link CheckSequence}. The code that decides names each check as it reaches it, and
 * fails unless the sequence names the same one. So operators always see the order of the code, and a declared check
 * cannot be skipped. Not thread-safe.
 */
public final class CheckTrace {
    private final List<Check> checks;
    private int current;
    private int furthest;

    CheckTrace(List<Check> checks) {
        this.checks = checks;
    }

    /**
     * Moves on to a check: the next in the sequence, or one that passed already and is repeated now that more is known.
     *
     * @throws IllegalStateException if the sequence has another check next, which is a bug: nothing is granted
     */
    public void at(Check check) {
        int index = checks.indexOf(check);
        if (index < 0 || index > furthest + 1) {
            throw new IllegalStateException(check + " does not follow " + checks.get(furthest) + " in " + checks);
        }
        current = index;
        furthest = Math.max(furthest, index);
    }

    /** Moves on to a check as {@link #at} does, unless the sequence omits it because it cannot fail there. */
    public void atIfListed(Check check) {
        if (checks.contains(check)) {
            at(check);
        }
    }

    /**
     * Requires that every check of the sequence was made.
     *
     * @throws IllegalStateException if a check was skipped, which is a bug: nothing is granted
     */
    public void requireComplete() {
        if (furthest < checks.size() - 1) {
            throw new IllegalStateException(checks.get(furthest + 1) + " was skipped in " + checks);
        }
    }

    /** The current check: the one that failed, if the decision was a refusal. */
    public Check current() {
        return checks.get(current);
    }
}
