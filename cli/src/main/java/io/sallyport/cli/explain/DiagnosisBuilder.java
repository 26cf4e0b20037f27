package io.sallyport.cli.explain;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records how far a credential gets: the checks that pass, the one that fails, and those that are not reached. */
final class DiagnosisBuilder {
    private final List<Diagnosis.Finding> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<CheckSequence> ahead = new ArrayList<>();

    /** A part of the deciding code that traces its progress. */
    @FunctionalInterface
    interface Decision<T> {
        T run(CheckTrace trace) throws Refused;
    }

    /** Adds checks that will be made if nothing fails before. */
    void expect(CheckSequence sequence) {
        ahead.add(sequence);
    }

    /**
     * Runs a decision and records its checks. A check that an earlier decision passed is not shown again.
     *
     * @throws Refused as the decision does
     */
    <T> T run(CheckSequence sequence, Decision<T> decision) throws Refused {
        ahead.remove(sequence);
        List<Check> shown = new ArrayList<>(sequence.checks());
        findings.forEach(finding -> shown.remove(finding.check()));
        CheckTrace trace = sequence.begin();
        try {
            T decided = decision.run(trace);
            add(shown, Verdict.OK);
            return decided;
        } catch (Refused refused) {
            stop(shown, trace.current(), refused);
            throw refused;
        }
    }

    private void stop(List<Check> shown, Check check, Refused refused) {
        int at = shown.indexOf(check);
        if (at >= 0) {
            add(shown.subList(0, at), Verdict.OK);
        }
        Verdict verdict = refused.reason().isUndecided() ? Verdict.UNDECIDED : Verdict.FAILED;
        findings.add(new Diagnosis.Finding(check, verdict, refused.detail()));
        if (at >= 0) {
            add(shown.subList(at + 1, shown.size()), Verdict.NOT_REACHED);
        }
    }

    private void add(List<Check> checks, Verdict verdict) {
        checks.forEach(check -> findings.add(new Diagnosis.Finding(check, verdict, "")));
    }

    void note(String text) {
        notes.add(text);
    }

    Diagnosis granted() {
        return new Diagnosis(findings, Optional.empty(), notes);
    }

    Diagnosis stopped(Refused refused) {
        ahead.forEach(sequence -> add(sequence.checks(), Verdict.NOT_REACHED));
        return new Diagnosis(findings, Optional.of(refused), notes);
    }
}
