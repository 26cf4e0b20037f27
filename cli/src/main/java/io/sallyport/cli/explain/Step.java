package io.sallyport.cli.explain;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.util.List;
import java.util.function.Predicate;

/**
 * One of the checks on a way, where it stands in the order of the code.
 *
 * @param covers whether a refusal on this way is this check's
 */
record Step(Check check, Predicate<Refused> covers) {
    /** The check with the reasons that are told to be its own. */
    static Step of(Check check) {
        return new Step(
                check,
                refused -> Explanation.of(refused.reason()).check() == check
                        && refused.claim().isEmpty());
    }

    /** Also for what is wrong with these claims, whatever it is. */
    Step orClaims(String... names) {
        return or(refused -> isNamed(refused, names));
    }

    /** Also if one of these claims is missing. */
    Step orMissing(String... names) {
        return or(refused -> refused.reason() == Reason.CLAIM_MISSING && isNamed(refused, names));
    }

    /** Also if one of these claims is of the wrong form. */
    Step orMalformed(String... names) {
        return or(refused -> refused.reason() == Reason.CLAIM_MALFORMED && isNamed(refused, names));
    }

    /** Also for whatever is wrong with any claim that no step before this one covers. */
    Step orOtherClaims() {
        return or(refused -> refused.claim().isPresent());
    }

    /** Also for these reasons. */
    Step or(Reason... reasons) {
        return or(refused -> refused.claim().isEmpty() && List.of(reasons).contains(refused.reason()));
    }

    private Step or(Predicate<Refused> more) {
        return new Step(check, covers.or(more));
    }

    private static boolean isNamed(Refused refused, String... names) {
        return refused.claim().filter(claim -> List.of(names).contains(claim)).isPresent();
    }
}
