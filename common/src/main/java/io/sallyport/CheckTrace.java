package io.sallyport;

import java.util.List;

/**
 * How far one decision got in its {@link CheckSequence}. The code that decides names each check as it comes to it, and gets no further
 * unless the sequence names the same one. So an operator is always shown the order of the code, and a check that is declared cannot be
 * left out. For one thread.
 */
public final class CheckTrace {
    private final List<Check> checks;
    private int current;
    private int furthest;

    CheckTrace(List<Check> checks) {
        this.checks = checks;
    }

    /**
     * Comes to a check: the next of the sequence, or one that was passed and is asked again, now that more is known.
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

    /** Comes to a check as {@link #at} does, unless the sequence leaves it out because it cannot fail there. */
    public void atIfListed(Check check) {
        if (checks.contains(check)) {
            at(check);
        }
    }

    /** @throws IllegalStateException if a check of the sequence was left out, which is a bug: nothing is granted */
    public void requireComplete() {
        if (furthest < checks.size() - 1) {
            throw new IllegalStateException(checks.get(furthest + 1) + " was left out of " + checks);
        }
    }

    /** The check that is under way: the one that stopped the decision, if it was refused. */
    public Check current() {
        return checks.get(current);
    }
}
