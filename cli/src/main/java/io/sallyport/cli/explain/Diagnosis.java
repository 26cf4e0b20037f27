package io.sallyport.cli.explain;

import io.sallyport.Check;
import io.sallyport.Refused;
import java.util.List;
import java.util.Optional;

/**
 * How a credential would fare.
 *
 * @param findings the checks in order
 * @param refusal why it would not be admitted, if so
 * @param notes what was not checked, and what else an operator should know
 */
public record Diagnosis(List<Finding> findings, Optional<Refused> refusal, List<String> notes) {
    public Diagnosis {
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    /** @param detail what was expected and what was found, if the check failed */
    public record Finding(Check check, Verdict verdict, String detail) {}

    /** The outcome as the audit log would name it. */
    String outcome() {
        if (refusal.isEmpty()) {
            return "granted";
        }
        return refusal.get().reason().isUndecided() ? "undecided" : "denied";
    }
}
