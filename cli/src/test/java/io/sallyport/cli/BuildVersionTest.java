package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildVersionTest {
    @Test
    void isWhatTheCommandLinePrints() {
        StringWriter out = new StringWriter();
        int exitCode = Main.commandLine().setOut(new PrintWriter(out)).execute("--version");
        assertThat(exitCode).isZero();
        assertThat(out.toString())
                .matches("sallyport (\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?|\\(development build\\))\\R")
                .isEqualToIgnoringNewLines(new BuildVersion().getVersion()[0]);
    }

    @Test
    void isTheVersionThatTheBuildWrote() {
        assertThat(BuildVersion.name("1.2.3-SNAPSHOT")).isEqualTo("1.2.3-SNAPSHOT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "${project.version}"})
    void saysThatNoBuildWroteIt(String version) {
        assertThat(BuildVersion.name(version)).isEqualTo("(development build)");
    }
}
