package io.sallyport.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeArgumentsTest {
    private static final Path HOME = Path.of(System.getProperty("user.home"), ".sallyport");

    @Test
    void hasTheDefaultsOfTheCommand() {
        assertThat(ServeArguments.read(new String[] {"serve"}))
                .hasValue(new ServeArguments("127.0.0.1", 8080, HOME, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve --host 0.0.0.0 --port 0 --data /srv/data --identities ids.yaml",
                "serve --identities=ids.yaml --data=/srv/data --port=0 --host=0.0.0.0"
            })
    void readsEachOptionInBothForms(String line) {
        assertThat(ServeArguments.read(line.split(" ")))
                .hasValue(new ServeArguments("0.0.0.0", 0, Path.of("/srv/data"), Optional.of(Path.of("ids.yaml"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity list",
                "serve --help",
                "serve -h",
                "serve --simulated",
                "serve file",
                "serve --port",
                "serve --port=",
                "serve --port --data",
                "serve --port 80a",
                "serve --port -1",
                "serve --port 123456",
                "serve --port 1 --port 2",
                "serve --data @file",
                "serve --data \"x\"",
                "serve --data ~/x",
                "serve @file"
            })
    void leavesEveryOtherCommandLineToTheLibrary(String line) {
        assertThat(ServeArguments.read(line.split(" "))).isEmpty();
    }

    /** Which says that there is no such port. */
    @Test
    void keepsAPortThatIsTooHighForTheServerToRefuse() {
        assertThat(ServeArguments.read(new String[] {"serve", "--port", "65536"}))
                .hasValueSatisfying(read -> assertThat(read.port()).isEqualTo(65_536));
    }
}
