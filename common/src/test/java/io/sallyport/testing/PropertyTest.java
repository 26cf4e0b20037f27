package io.sallyport.testing;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PropertyTest {
    @Test
    void fails() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () -> forAll(100, Generator.of(List.of("a\n\u202e")), Generator.ints(7, 7), (text, number) -> {
                            throw new IllegalStateException("that is wrong");
                        }))
                .withMessageMatching("try 0 of -Dseed=-?[0-9]+: \"a\\\\u000a\\\\u202e\", 7\nthat is wrong")
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void triesEveryCombinationOfEdgeCasesFirst() {
        List<String> tried = new ArrayList<>();
        forAll(50, Generator.longs(0, 3), Generator.booleans(), (number, flag) -> tried.add(number + " " + flag));

        assertThat(tried)
                .hasSize(50)
                .startsWith("0 false", "0 true", "1 false", "1 true", "2 false", "2 true", "3 false", "3 true");
    }

    @Test
    void triesTheSameValuesEveryTime() {
        assertThat(Property.samples(100, Generator.texts(40))).isEqualTo(Property.samples(100, Generator.texts(40)));
    }

    @Test
    void makesNumbersWithinTheirBoundsAlone() {
        forAll(1000, Generator.longs(-3, 5), number -> assertThat(number).isBetween(-3L, 5L));
        assertThat(Property.samples(1000, Generator.ints(-3, 5))).contains(-3, -2, -1, 0, 1, 2, 3, 4, 5);
        assertThat(Property.samples(1000, Generator.longs(Long.MAX_VALUE - 1, Long.MAX_VALUE)))
                .contains(Long.MAX_VALUE - 1, Long.MAX_VALUE);
    }
}
