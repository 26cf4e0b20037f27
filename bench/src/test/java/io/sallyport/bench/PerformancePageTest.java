package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.List;
import org.junit.jupiter.api.Test;

class PerformancePageTest {
    private static final String PAGE = """
            Prose.
            <!-- measured: cold -->
            old
            <!-- end -->
            More.
            <!-- measured: warm -->
            old too
            <!-- end -->
            """;

    @Test
    void replacesWhatStandsBetweenTheMarksOfAProgramAndNothingElse() throws Exception {
        assertThat(PerformancePage.replace(PAGE, "cold", "new\n")).isEqualTo(PAGE.replace("old\n", "new\n"));
        assertThat(PerformancePage.replace(PAGE, "warm", "new\n")).isEqualTo(PAGE.replace("old too\n", "new\n"));
    }

    @Test
    void findsNoPlaceForAProgramWithoutMarks() {
        assertThatIOException().isThrownBy(() -> PerformancePage.replace(PAGE, "load", "new\n"));
    }

    @Test
    void showsMedianAndMiddleHalfAndNothingWhereNothingWasMeasured() {
        Measured measured = new Measured();
        for (double sample : new double[] {100, 300, 200}) {
            measured.add("hello", "CPU ms", sample);
        }
        measured.add("login", "classes", 4656);
        assertThat(PerformancePage.table(List.of("CPU ms", "classes"), measured))
                .isEqualTo("""
                | | CPU ms | classes |
                | --- | ---: | ---: |
                | hello | 200 (150–250) |  |
                | login |  | 4656 |
                """);
    }
}
