package io.sallyport;

import java.util.ArrayList;
import java.util.List;

/**
 * The checks of one decision, in order. It is declared beside the code that decides; that code follows it with a {@link
 * CheckTrace}.
 *
 * @param checks each of them once
 */
public record CheckSequence(List<Check> checks) {
    /** @throws IllegalArgumentException if the list is empty or has a duplicate */
    public CheckSequence {
        checks = List.copyOf(checks);
        for (int i = 0; i < checks.size(); i++) {
            if (checks.indexOf(checks.get(i)) < i) {
                throw new IllegalArgumentException(checks.get(i) + " appears twice in " + checks);
            }
        }
        if (checks.isEmpty()) {
            throw new IllegalArgumentException("a decision without a check decides nothing");
        }
    }

    public static CheckSequence of(Check... checks) {
        return new CheckSequence(List.of(checks));
    }

    /** This sequence followed by these checks. */
    public CheckSequence then(Check... more) {
        return then(of(more));
    }

    /** This sequence followed by another. A check in both keeps its first place; the other sequence repeats it. */
    public CheckSequence then(CheckSequence more) {
        List<Check> all = new ArrayList<>(checks);
        for (Check check : more.checks) {
            if (!all.contains(check)) {
                all.add(check);
            }
        }
        return new CheckSequence(all);
    }

    /** Starts a trace for one decision. */
    public CheckTrace begin() {
        return new CheckTrace(checks);
    }
}
