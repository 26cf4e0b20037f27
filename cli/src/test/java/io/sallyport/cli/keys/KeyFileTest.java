package io.sallyport.cli.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Race;
import io.sallyport.server.SigningKeyFile;
import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class KeyFileTest {
    private static final Instant SINCE = Instant.ofEpochSecond(5);
    private static final int EACH = 20;

    @TempDir
    private Path folder;

    private KeyFile file;

    @BeforeEach
    void make() throws IOException {
        file = new KeyFile(folder.resolve("keys.json"));
        file.create(new KeyRing(List.of(SigningKey.of(SigningKeyFile.generate(), KeyState.CURRENT, SINCE))));
    }

    /** Adds keys one by one to the given file; run as another process. */
    static final class Adder {
        private Adder() {}

        public static void main(String[] arguments) throws IOException {
            add(new KeyFile(Path.of(arguments[0])));
        }

        static int add(KeyFile file) throws IOException {
            for (int i = 0; i < EACH; i++) {
                SigningKey added = SigningKey.of(SigningKeyFile.generate(), KeyState.NEXT, SINCE);
                file.change(keys -> new Rotation.Step(Optional.of(keys.with(added)), false, List.of()));
            }
            return EACH;
        }
    }

    @Test
    void losesNoKeyWhenThreadsChangeItAtOnce() throws Exception {
        assertThat(Race.of(4, () -> Adder.add(file))).hasSize(4);
        assertThat(file.read().keys()).hasSize(1 + 4 * EACH);
    }

    @Test
    void losesNoKeyWhenProcessesChangeItAtOnce() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Adder.class.getName(),
                            file.path().toString())
                    .redirectErrorStream(true)
                    .start());
        }
        for (Process process : processes) {
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        }
        assertThat(file.read().keys()).hasSize(1 + 3 * EACH);
    }

    @Test
    void isReadWholeWhileItIsChanged() throws Exception {
        Thread changing = new Thread(() -> {
            try {
                Adder.add(file);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        changing.start();
        int seen = 1;
        while (changing.isAlive()) {
            int now = file.read().keys().size();
            assertThat(now).isGreaterThanOrEqualTo(seen);
            seen = now;
        }
        assertThat(file.read().keys()).hasSize(1 + EACH);
    }

    @Test
    void staysAsItIsWhenAStepFails() throws Exception {
        List<String> before = ids();
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> file.change(keys -> {
                    throw new KeyFileException("no");
                }));
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> file.change(keys -> new Rotation.Step(
                        Optional.of(keys.with(SigningKey.of(SigningKeyFile.generate(), KeyState.CURRENT, SINCE))),
                        false,
                        List.of())))
                .withMessageContaining("exactly one key");
        assertThat(ids()).isEqualTo(before);
    }

    private List<String> ids() throws IOException {
        return file.read().keys().stream().map(SigningKey::keyId).toList();
    }
}
