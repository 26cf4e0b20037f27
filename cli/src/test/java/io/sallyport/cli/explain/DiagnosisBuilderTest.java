package io.sallyport.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Reason;
import io.sallyport.Refused;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class DiagnosisBuilderTest {
    private static final CheckSequence CHOICE = CheckSequence.of(Check.FORM, Check.IDENTITY);
    private static final CheckSequence TOKEN = CheckSequence.of(Check.FORM, Check.KEY, Check.SIGNATURE);
    private static final CheckSequence TARGET = CheckSequence.of(Check.GRANT, Check.SCOPE);

    private final DiagnosisBuilder diagnosis = new DiagnosisBuilder();

    @Test
    void showsTheChecksAroundTheOneThatStoppedIt() {
        diagnosis.expect(TARGET);
        Refused refused = refusedAt(TOKEN, Reason.UNKNOWN_KEY, Check.FORM, Check.KEY);
        assertShown(
                refused,
                tuple(Check.FORM, Verdict.OK, ""),
                tuple(Check.KEY, Verdict.FAILED, "why"),
                tuple(Check.SIGNATURE, Verdict.NOT_REACHED, ""),
                tuple(Check.GRANT, Verdict.NOT_REACHED, ""),
                tuple(Check.SCOPE, Verdict.NOT_REACHED, ""));
    }

    @Test
    void tellsWhatCouldNotBeCheckedWhereItHappened() {
        Refused refused = refusedAt(TOKEN, Reason.STORE_UNAVAILABLE, Check.FORM, Check.KEY, Check.SIGNATURE);
        assertShown(
                refused,
                tuple(Check.FORM, Verdict.OK, ""),
                tuple(Check.KEY, Verdict.OK, ""),
                tuple(Check.SIGNATURE, Verdict.UNDECIDED, "why"));
    }

    @Test
    void showsACheckThatIsAskedAgainAtItsPlace() {
        Refused refused = refusedAt(TOKEN, Reason.ASSERTION_MALFORMED, Check.FORM, Check.KEY, Check.FORM);
        assertShown(
                refused,
                tuple(Check.FORM, Verdict.FAILED, "why"),
                tuple(Check.KEY, Verdict.NOT_REACHED, ""),
                tuple(Check.SIGNATURE, Verdict.NOT_REACHED, ""));
    }

    @Test
    void showsNoCheckTwiceThatAnEarlierDecisionPassed() throws Exception {
        diagnosis.run(CHOICE, trace -> "chosen");
        diagnosis.run(TOKEN, trace -> "proven");
        assertThat(diagnosis.granted().findings())
                .extracting(Diagnosis.Finding::check)
                .containsExactly(Check.FORM, Check.IDENTITY, Check.KEY, Check.SIGNATURE);
    }

    /** The token service accepts more types of JWT than a single verifier does; then that verifier refuses the form. */
    @Test
    void showsThatALaterDecisionRefusesWhatAnEarlierOnePassed() throws Exception {
        diagnosis.run(CHOICE, trace -> "chosen");
        Refused refused = refusedAt(TOKEN, Reason.TOKEN_TYPE_NOT_ALLOWED, Check.FORM);
        assertShown(
                refused,
                tuple(Check.FORM, Verdict.OK, ""),
                tuple(Check.IDENTITY, Verdict.OK, ""),
                tuple(Check.FORM, Verdict.FAILED, "why"));
    }

    private Refused refusedAt(CheckSequence sequence, Reason reason, Check... checks) {
        Refused refused = new Refused(reason, "why");
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> diagnosis.run(sequence, trace -> refuse(trace, refused, checks)))
                .isSameAs(refused);
        return refused;
    }

    private static String refuse(CheckTrace trace, Refused refused, Check... checks) throws Refused {
        for (Check check : checks) {
            trace.at(check);
        }
        throw refused;
    }

    private void assertShown(Refused refused, Tuple... findings) {
        assertThat(diagnosis.stopped(refused).findings())
                .extracting(Diagnosis.Finding::check, Diagnosis.Finding::verdict, Diagnosis.Finding::detail)
                .containsExactly(findings);
    }
}
