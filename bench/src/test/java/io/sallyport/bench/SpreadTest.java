package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void takesTheMiddleInWhateverOrderSamplesCome() {
        assertThat(Spread.of(List.of(9.0, 1.0, 3.0, 7.0, 5.0))).isEqualTo(new Spread(3, 5, 7));
    }

    @Test
    void goesBetweenSamplesWhereNoneIsInTheMiddle() {
        assertThat(Spread.of(List.of(1.0, 2.0))).isEqualTo(new Spread(1.25, 1.5, 1.75));
    }

    @Test
    void isTheOneSampleThatThereIs() {
        assertThat(Spread.of(List.of(4.0))).isEqualTo(new Spread(4, 4, 4));
    }

    @Test
    void needsASample() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
    }
}
