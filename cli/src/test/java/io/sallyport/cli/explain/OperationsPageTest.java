package io.sallyport.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.ErrorResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/operations.md must say of each reason what the code says. */
class OperationsPageTest {
    private static final int CODE = 0;
    private static final int STATUS = 1;
    private static final int OAUTH = 2;

    @Test
    void hasEachReasonOnceInTheOrderOfTheCode() throws Exception {
        assertThat(rows())
                .extracting(row -> row.get(CODE))
                .containsExactlyElementsOf(Arrays.stream(Reason.values())
                        .map(reason -> "`" + reason.code() + "`")
                        .toList());
    }

    @Test
    void saysWhatExplainSays() throws Exception {
        List<List<String>> rows = rows();
        for (Reason reason : Reason.values()) {
            Explanation explanation = Explanation.of(reason);
            assertThat(row(reason, rows).subList(OAUTH + 1, OAUTH + 4))
                    .as(reason.code())
                    .containsExactly(explanation.check().title(), explanation.cause(), explanation.remedy());
        }
    }

    @Test
    void saysTheStatusThatLoginsAnswer() throws Exception {
        List<List<String>> rows = rows();
        for (Reason reason : Reason.values()) {
            int status = ErrorResponse.of(new Refused(reason, ""), "req-1").status();
            assertThat(row(reason, rows).get(STATUS)).as(reason.code()).isEqualTo(String.valueOf(status));
        }
    }

    private static List<String> row(Reason reason, List<List<String>> rows) {
        return rows.stream()
                .filter(row -> row.get(CODE).equals("`" + reason.code() + "`"))
                .findFirst()
                .orElseThrow();
    }

    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(Path.of("../docs/operations.md")).stream()
                .dropWhile(line -> !line.startsWith("| reason |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("| "))
                .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ", -1)))
                .toList();
    }
}
