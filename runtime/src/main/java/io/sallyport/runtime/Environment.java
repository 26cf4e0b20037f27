package io.sallyport.runtime;

import io.sallyport.Lazy;
import io.sallyport.jwt.Fetcher;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.outbound.google.KmsKeys;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The outside world, as far as a function needs it. No other class reads environment variables, system clocks,
 * randomness, or makes HTTP clients.
 *
 * @param variables the environment variables
 * @param ids makes unpredictable ids of 128 bits, 22 characters of base64url
 * @param log takes one line of JSON at a time
 * @param kmsKeys access to Cloud KMS; its classes load on first use
 */
public record Environment(
        Map<String, String> variables,
        InstantSource clock,
        Supplier<String> ids,
        Fetcher fetcher,
        Consumer<String> log,
        Supplier<KmsKeys> kmsKeys) {

    public Environment {
        variables = Map.copyOf(variables);
    }

    /** An environment with the real Cloud KMS. */
    public Environment(
            Map<String, String> variables,
            InstantSource clock,
            Supplier<String> ids,
            Fetcher fetcher,
            Consumer<String> log) {
        this(variables, clock, ids, fetcher, log, new GoogleKms(variables));
    }

    /** The idle connections to one host that the JDK's HTTP client keeps; by default five, and it closes the others. */
    private static final String KEPT_CONNECTIONS = "http.maxConnections";

    /** The real environment: this process's variables, the system's clock and randomness, lines to standard output. */
    public static Environment system() {
        if (System.getProperty(KEPT_CONNECTIONS) == null) {
            System.setProperty(KEPT_CONNECTIONS, "32");
        }
        Lazy<SecureRandom> random = new Lazy<>(SecureRandom::new);
        return new Environment(
                System.getenv(),
                InstantSource.system(),
                () -> {
                    byte[] bytes = new byte[16];
                    random.get().nextBytes(bytes);
                    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
                },
                HttpFetcher.overTls(System::nanoTime),
                System.out::println);
    }

    /** Not a lambda: linking one would load the class that it returns. */
    private static final class GoogleKms implements Supplier<KmsKeys> {
        private final Map<String, String> variables;

        GoogleKms(Map<String, String> variables) {
            this.variables = variables;
        }

        @Override
        public KmsKeys get() {
            return KmsKeys.google(variables);
        }
    }

    /** Shows only the names of the variables: their values may be secrets. */
    @Override
    public String toString() {
        return "Environment" + variables.keySet();
    }
}
