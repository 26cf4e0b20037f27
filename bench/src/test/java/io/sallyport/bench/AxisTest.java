package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AxisTest {
    @ParameterizedTest
    @ValueSource(doubles = {0.013, 0.9, 1, 1.01, 2.5, 7, 9.99, 10, 47, 999, 4818, 123_456})
    void reachesBeyondTheLargestByFourToTenSteps(double largest) {
        Axis axis = Axis.upTo(largest);
        assertThat(axis.most()).isGreaterThanOrEqualTo(largest).isLessThan(largest + axis.step());
        assertThat(axis.marks()).hasSizeBetween(4, 11).startsWith(0.0);
        assertThat(axis.place(axis.most())).isEqualTo(1);
    }
}
