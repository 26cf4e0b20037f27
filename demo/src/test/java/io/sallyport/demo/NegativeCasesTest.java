package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/negative-cases.md names tests as evidence: each of them must exist. */
final class NegativeCasesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST =
            Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|Contract))(?:#([a-z][A-Za-z0-9]*))?`");

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/negative-cases.md"));
        List<MatchResult> named = TEST.matcher(page).results().toList();
        assertThat(named).hasSizeGreaterThan(20);
        for (MatchResult test : named) {
            assertThat(sources(test.group(1) + ".java"))
                    .as(test.group())
                    .isNotEmpty()
                    .anyMatch(source -> test.group(2) == null || source.contains("void " + test.group(2) + "("));
        }
    }

    private static List<String> sources(String file) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(path -> path.endsWith(file) && path.toString().contains("src"))
                    .map(NegativeCasesTest::read)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
