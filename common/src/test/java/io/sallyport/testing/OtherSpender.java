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

/** Another process on the same store, which spends sessions to their end when it is told to. */
public final class OtherSpender implements AutoCloseable {
    private static final String READY = "ready";

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

    /** Spends a session to its end in both processes at once. */
    public Spent spendAll(TokenStore store, SessionId session, int threadsInEach, Instant now) throws Exception {
        requests.write(session + " " + threadsInEach + " " + now + "\n");
        requests.flush();
        int here = spendAllHere(store, session, threadsInEach, now);
        return new Spent(here, Integer.parseInt(answers.readLine()));
    }

    /** The other process's side: answers until there is nothing more to do. */
    public static void serve(TokenStore store) throws Exception {
        System.out.println(READY);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String[] request = line.split(" ");
            System.out.println(spendAllHere(
                    store, new SessionId(request[0]), Integer.parseInt(request[1]), Instant.parse(request[2])));
        }
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
                // Overtaken too often, or kept waiting too long: nothing was taken.
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
