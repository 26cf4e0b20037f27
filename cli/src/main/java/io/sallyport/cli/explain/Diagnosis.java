package io.sallyport.cli.explain;

import io.sallyport.Check;
import io.sallyport.Refused;
import java.util.List;
import java.util.Optional;

/**
 * What would become of a credential.
 *
 * @param findings the checks in their order
 * @param refusal why it would not be admitted, if it would not
 * @param notes what was not looked at, and what else an operator should know
 */
public record Diagnosis(List<Finding> findings, Optional<Refused> refusal, List<String> notes) {
    public Diagnosis {
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    /** @param detail what was expected and what was found, if it was not passed */
    public record Finding(Check check, Verdict verdict, String detail) {}

    /** What the outcome would be called in the audit log. */
    String outcome() {
        if (refusal.isEmpty()) {
            return "granted";
        }
        return refusal.get().reason().isUndecided() ? "undecided" : "denied";
    }
}
