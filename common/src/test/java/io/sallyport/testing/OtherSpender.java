package io.sallyport.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenStore;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Another process on the same store, which spends sessions to their end on demand. */
public final class OtherSpender implements AutoCloseable {
    private static final String READY = "ready";
    private static final String BEGUN = "begun";
    private static final String GO_ON = "go on";

    private final Process process;
    private final BufferedWriter requests;
    private final BufferedReader answers;

    private OtherSpender(Process process) {
        this.process = process;
        this.requests = process.outputWriter(UTF_8);
        this.answers = process.inputReader(UTF_8);
    }

    /** How many uses each process got. */
    public record Spent(int here, int there) {
        public int inAll() {
            return here + there;
        }
    }

    /**
     * Starts it, and waits until it has opened the store.
     *
     * @param main its main class, which calls {@link #serve}
     */
    public static OtherSpender start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        OtherSpender other = new OtherSpender(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        if (!READY.equals(other.answers.readLine())) {
            other.close();
            throw new IOException("the other process did not open the store");
        }
        return other;
    }

    /**
     * Spends a session of at least two uses to its end in both processes at once. Each gets its first use before the race
     * starts: how many more it gets in the race is up to the scheduler.
     */
    public Spent spendAll(TokenStore store, SessionId session, int threadsInEach, Instant now) throws Exception {
        request(session + " " + threadsInEach + " " + now);
        if (!BEGUN.equals(answers.readLine())) {
            throw new IOException("the other process did not get its first use");
        }
        int here = spendOne(store, session, now);
        request(GO_ON);
        here += spendAllHere(store, session, threadsInEach, now);
        return new Spent(here, Integer.parseInt(answers.readLine()));
    }

    private void request(String line) throws IOException {
        requests.write(line + "\n");
        requests.flush();
    }

    /** The other process: answers until its input ends. */
    public static void serve(TokenStore store) throws Exception {
        System.out.println(READY);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] request = line.split(" ");
            SessionId session = new SessionId(request[0]);
            Instant now = Instant.parse(request[2]);
            int spent = spendOne(store, session, now);
            System.out.println(BEGUN);
            if (!GO_ON.equals(requests.readLine())) {
                return;
            }
            System.out.println(spent + spendAllHere(store, session, Integer.parseInt(request[1]), now));
        }
    }

    private static int spendOne(TokenStore store, SessionId session, Instant now) throws Refused {
        if (store.spend(session, now).isEmpty()) {
            throw new IllegalStateException("there is no first use for each");
        }
        return 1;
    }

    private static int spendAllHere(TokenStore store, SessionId session, int threads, Instant now) throws Exception {
        return Race.of(threads, () -> spendAll(store, session, now)).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private static int spendAll(TokenStore store, SessionId session, Instant now) throws Refused {
        for (int spent = 0; ; ) {
            try {
                if (store.spend(session, now).isEmpty()) {
                    return spent;
                }
                spent++;
            } catch (Refused refused) {
                // Overtaken too often, or kept waiting too long: no use was counted.
                if (refused.reason() != Reason.STORE_TIMEOUT) {
                    throw refused;
                }
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
