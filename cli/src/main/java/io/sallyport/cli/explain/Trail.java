package io.sallyport.cli.explain;

import io.sallyport.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How far a credential got: the checks that it passed, the one that stopped it, and those that nobody came to. */
final class Trail {
    private final List<Diagnosis.Finding> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Step> ahead = new ArrayList<>();

    /** A part of the code that decides. */
    @FunctionalInterface
    interface Deciding<T> {
        T run() throws Refused;
    }

    /** What will be asked if nothing stops it before. */
    void expect(List<Step> steps) {
        ahead.addAll(steps);
    }

    /**
     * Runs it, and notes what became of its checks.
     *
     * @throws Refused as it does
     */
    <T> T along(List<Step> steps, Deciding<T> deciding) throws Refused {
        ahead.removeAll(steps);
        try {
            T decided = deciding.run();
            add(steps, Verdict.OK);
            return decided;
        } catch (Refused refused) {
            stop(steps, refused);
            throw refused;
        }
    }

    private void stop(List<Step> steps, Refused refused) {
        Verdict verdict = refused.reason().isUndecided() ? Verdict.UNDECIDED : Verdict.FAILED;
        Optional<Step> stopped =
                steps.stream().filter(step -> step.covers().test(refused)).findFirst();
        if (stopped.isEmpty()) {
            // Where on the way that was is not known, so nothing is said of the others.
            findings.add(new Diagnosis.Finding(Explanation.of(refused.reason()).check(), verdict, refused.detail()));
            return;
        }
        int at = steps.indexOf(stopped.get());
        add(steps.subList(0, at), Verdict.OK);
        findings.add(new Diagnosis.Finding(stopped.get().check(), verdict, refused.detail()));
        add(steps.subList(at + 1, steps.size()), Verdict.NOT_REACHED);
    }

    private void add(List<Step> steps, Verdict verdict) {
        steps.forEach(step -> findings.add(new Diagnosis.Finding(step.check(), verdict, "")));
    }

    void note(String text) {
        notes.add(text);
    }

    Diagnosis granted() {
        return new Diagnosis(findings, Optional.empty(), notes);
    }

    Diagnosis stopped(Refused refused) {
        add(ahead, Verdict.NOT_REACHED);
        return new Diagnosis(findings, Optional.of(refused), notes);
    }
}
