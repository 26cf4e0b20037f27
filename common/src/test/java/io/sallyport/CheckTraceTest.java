package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The code must check in the declared order, or nothing is granted. */
class CheckTraceTest {
    private static final CheckSequence SEQUENCE = CheckSequence.of(Check.FORM, Check.KEY, Check.SIGNATURE);

    private final CheckTrace trace = SEQUENCE.begin();

    @Test
    void standsAtTheFirstCheckFromTheStart() {
        assertThat(trace.current()).isEqualTo(Check.FORM);
    }

    @Test
    void comesToOneCheckAfterTheOther() {
        for (Check check : SEQUENCE.checks()) {
            trace.at(check);
            assertThat(trace.current()).isEqualTo(check);
        }
        assertThatCode(trace::requireComplete).doesNotThrowAnyException();
    }

    @Test
    void leavesOutNone() {
        trace.at(Check.FORM);
        assertThatIllegalStateException()
                .isThrownBy(() -> trace.at(Check.SIGNATURE))
                .withMessageContaining("signature does not follow form");
    }

    @Test
    void leavesOutNoneAtTheEnd() {
        trace.at(Check.FORM);
        trace.at(Check.KEY);
        assertThatIllegalStateException()
                .isThrownBy(trace::requireComplete)
                .withMessageContaining("signature was skipped");
    }

    @Test
    void makesNoneThatIsNotDeclared() {
        assertThatIllegalStateException().isThrownBy(() -> trace.at(Check.AUDIENCE));
    }

    @Test
    void asksAgainWhatWasPassedAndGoesOnWhereItWas() {
        trace.at(Check.KEY);
        trace.at(Check.FORM);
        assertThat(trace.current()).isEqualTo(Check.FORM);
        trace.at(Check.SIGNATURE);
        assertThat(trace.current()).isEqualTo(Check.SIGNATURE);
        assertThatCode(trace::requireComplete).doesNotThrowAnyException();
    }

    @Test
    void passesOverACheckThatIsListedElsewhere() {
        trace.atIfListed(Check.KEY_TIMES);
        assertThat(trace.current()).isEqualTo(Check.FORM);
        trace.atIfListed(Check.KEY);
        assertThat(trace.current()).isEqualTo(Check.KEY);
        assertThatIllegalStateException()
                .isThrownBy(() -> CheckSequence.of(Check.FORM, Check.KEY, Check.KEY_TIMES)
                        .begin()
                        .atIfListed(Check.KEY_TIMES));
    }

    @Test
    void keepsTheFirstPlaceOfACheckThatTwoPartsAsk() {
        assertThat(CheckSequence.of(Check.FORM, Check.SUBJECT)
                        .then(CheckSequence.of(Check.SUBJECT, Check.KEY))
                        .then(Check.FORM, Check.SIGNATURE)
                        .checks())
                .containsExactly(Check.FORM, Check.SUBJECT, Check.KEY, Check.SIGNATURE);
    }

    @Test
    void declaresEachCheckOnceAndAtLeastOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> CheckSequence.of(Check.FORM, Check.FORM));
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckSequence(List.of()));
    }
}
