package io.sallyport.runtime;

import io.sallyport.jwt.FastSignatures;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Map;
import java.util.function.Supplier;
import org.conscrypt.Conscrypt;

/**
 * Signs and verifies with Conscrypt's native library once a process has proven busy. Until then, on other systems than Linux
 * on x86-64 and arm64, and where the library cannot be loaded, the JDK's providers do.
 */
public final class NativeCryptography {
    /** {@code off} keeps the JDK's providers. */
    static final String VARIABLE = "SALLYPORT_NATIVE_CRYPTOGRAPHY";

    /**
     * How many requests with a body a process receives before it loads the library. To load costs the CPU time that about
     * so many logins save: most instances that get this far gain, and no first login pays.
     */
    public static final int AFTER = 200;

    /** Where Conscrypt unpacks its library. */
    static final String FOLDER = "org.conscrypt.native.workdir";

    private final Environment environment;
    private final Supplier<Provider> library;

    NativeCryptography(Environment environment, Supplier<Provider> library) {
        this.environment = environment;
        this.library = library;
    }

    /** Begins loading the library in the background. Never fails. */
    public static void start(Environment environment) {
        if (isWanted(environment, System.getProperty("os.name", ""), System.getProperty("os.arch", ""))) {
            new NativeCryptography(environment, NativeCryptography::conscrypt).begin();
        }
    }

    static boolean isWanted(Environment environment, String system, String architecture) {
        return !environment.variables().getOrDefault(VARIABLE, "").trim().equals("off")
                && system.equals("Linux")
                && (architecture.equals("amd64") || architecture.equals("aarch64"));
    }

    /**
     * Unpacks the library into a new folder that no one else can write to, and removes both. Conscrypt by itself would put
     * it among other users' files, under a name that can be guessed.
     *
     * @throws UncheckedIOException if there is no place for it
     */
    static Provider conscrypt() {
        File folder;
        try {
            folder = Files.createTempDirectory("sallyport").toFile();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.setProperty(FOLDER, folder.getPath());
        try {
            return Conscrypt.newProvider();
        } finally {
            if (!folder.delete()) {
                folder.deleteOnExit();
            }
        }
    }

    private void begin() {
        Thread thread = new Thread(this::load, "native-cryptography");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            reportUnused(e);
        }
    }

    /** Loads and tries the library, and uses it if it passes; else one line is logged. */
    void load() {
        try {
            FastSignatures.use(library.get(), this::reportStopped);
        } catch (GeneralSecurityException | RuntimeException | LinkageError | AssertionError e) {
            reportUnused(e);
        }
    }

    private void reportUnused(Throwable fault) {
        report("native cryptography is not used", fault, String.valueOf(fault.getMessage()));
    }

    /** Omits the message, which may quote what was to be signed or verified. */
    private void reportStopped(Throwable fault) {
        StackTraceElement[] stack = fault.getStackTrace();
        report(
                "native cryptography failed and is no longer used",
                fault,
                stack.length == 0 ? "nowhere" : "at " + stack[0]);
    }

    private void report(String message, Throwable fault, String detail) {
        new LogLine(environment)
                .write("WARNING", message, Map.of("exception", fault.getClass().getName(), "detail", detail));
    }
}
