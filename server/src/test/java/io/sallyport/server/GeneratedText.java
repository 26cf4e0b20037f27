package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text in the repository that is generated from something else. A test compares it; with {@code -Ddocs.write=true} the
 * test writes it instead.
 */
final class GeneratedText {
    private static final boolean WRITES = Boolean.getBoolean("docs.write");

    private GeneratedText() {}

    /** A file that is generated as a whole. */
    static void requireFile(Path file, String expected) throws IOException {
        if (WRITES) {
            Files.writeString(file, expected);
        }
        assertThat(file)
                .as("run the test with -Ddocs.write=true to write it")
                .content()
                .isEqualTo(expected);
    }

    /** The lines between the one line that contains {@code begin} and the next one that contains {@code end}. */
    static void requireRegion(Path file, String begin, String end, String expected) throws IOException {
        String text = Files.readString(file);
        int from = text.indexOf('\n', text.indexOf(begin)) + 1;
        int to = text.lastIndexOf('\n', text.indexOf(end, from)) + 1;
        assertThat(text).as("the marks in %s", file).containsOnlyOnce(begin).containsOnlyOnce(end);
        if (WRITES) {
            Files.writeString(file, text.substring(0, from) + expected + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to))
                .as("%s: run the test with -Ddocs.write=true to write it", file)
                .isEqualTo(expected);
    }
}
