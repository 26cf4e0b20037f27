package io.sallyport.token.managed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.Refused;
import io.sallyport.testing.TestKeyCipher;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Another process on the same store, which rotates when it is told to. */
public final class OtherRotator implements AutoCloseable {
    private static final String READY = "ready";

    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader answers;

    private OtherRotator(Process process) {
        this.process = process;
        this.requests = process.outputWriter(UTF_8);
        this.answers = process.inputReader(UTF_8);
    }

    /**
     * Starts it, and waits until it has opened the store.
     *
     * @param main its main class, which calls {@link #serve}
     */
    public static OtherRotator start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        OtherRotator other = new OtherRotator(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        if (!READY.equals(other.answers.readLine())) {
            other.close();
            throw new IOException("the other process did not open the store");
        }
        return other;
    }

    /**
     * Rotates in both processes at once.
     *
     * @param skew how far the other one's clock is ahead
     * @return how many keys were made
     */
    public int rotate(ManagedKeyStore store, Instant now, Duration skew) throws IOException, Refused {
        requests.write(now.plus(skew) + "\n");
        requests.flush();
        int here = rotate(store, now);
        return here + Integer.parseInt(answers.readLine());
    }

    /** The other process's side: answers until there is nothing more to do. */
    public static void serve(ManagedKeyStore store) throws Exception {
        System.out.println(READY);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            System.out.println(rotate(store, Instant.parse(line)));
        }
    }

    private static int rotate(ManagedKeyStore store, Instant now) throws Refused {
        return rotation(store).rotateIfDue(now).made().isPresent() ? 1 : 0;
    }

    /** What both use. */
    public static ManagedKeyRotation rotation(ManagedKeyStore store) {
        return new ManagedKeyRotation(
                ManagedKeyStoreContract.ISSUER,
                store,
                new TestKeyCipher(),
                ManagedKeyStoreContract::generate,
                new KeySchedule(KeySchedule.DEFAULT_ROTATION));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
