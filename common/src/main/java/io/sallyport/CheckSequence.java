package io.sallyport;

import java.util.ArrayList;
import java.util.List;

/**
 * The checks of one decision in their order. It stands beside the code that decides, which runs along it by a {@link CheckTrace}.
 *
 * @param checks each of them once
 */
public record CheckSequence(List<Check> checks) {
    /** @throws IllegalArgumentException if there is none, or one twice */
    public CheckSequence {
        checks = List.copyOf(checks);
        for (int i = 0; i < checks.size(); i++) {
            if (checks.indexOf(checks.get(i)) < i) {
                throw new IllegalArgumentException(checks.get(i) + " stands twice in " + checks);
            }
        }
        if (checks.isEmpty()) {
            throw new IllegalArgumentException("a decision without a check decides nothing");
        }
    }

    public static CheckSequence of(Check... checks) {
        return new CheckSequence(List.of(checks));
    }

    /** This sequence, and these checks after it. */
    public CheckSequence then(Check... more) {
        return then(of(more));
    }

    /** This sequence, and another after it. A check of both keeps its first place; the other asks it again. */
    public CheckSequence then(CheckSequence more) {
        List<Check> all = new ArrayList<>(checks);
        for (Check check : more.checks) {
            if (!all.contains(check)) {
                all.add(check);
            }
        }
        return new CheckSequence(all);
    }

    /** For one decision, before its first check. */
    public CheckTrace begin() {
        return new CheckTrace(checks);
    }
}
