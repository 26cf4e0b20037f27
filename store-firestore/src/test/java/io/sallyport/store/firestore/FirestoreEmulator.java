package io.sallyport.store.firestore;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.method.provider.Providers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Google's Firestore emulator, one for all tests of a JVM: the one that {@code FIRESTORE_EMULATOR_HOST} names, or one
 * that is started from the Google Cloud SDK on this machine and ends with the JVM.
 */
public final class FirestoreEmulator {
    private static final String MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";
    private static final String READY = "Dev App Server is now running";
    private static final String MISSING = "no Firestore emulator: set FIRESTORE_EMULATOR_HOST, or install the Google"
            + " Cloud SDK's cloud-firestore-emulator";

    private FirestoreEmulator() {}

    /** Its host and port; without an emulator, the test is skipped, or fails if {@code CI=true}. */
    public static String hostAndPort() {
        return Shared.HOST_AND_PORT.orElseThrow(() -> missing(System.getenv("CI")));
    }

    /** Ends a test that has no emulator. */
    static RuntimeException missing(@Nullable String ci) {
        return "true".equals(ci)
                ? new IllegalStateException(MISSING + "; with CI=true this suite is not skipped")
                : new TestAbortedException(MISSING);
    }

    /** A database that no other test has written to; without an emulator as {@link #hostAndPort}. */
    public static FirestoreDatabase freshDatabase() {
        return database(freshProject());
    }

    /** The database {@code sallyport} of a project; without an emulator as {@link #hostAndPort}. */
    public static FirestoreDatabase database(String project) {
        return patient(project, hostAndPort());
    }

    /** A database over REST that no other test has written to; without an emulator as {@link #hostAndPort}. */
    static FirestoreDatabase freshRestDatabase() {
        return restDatabase(freshProject());
    }

    /** The database {@code sallyport} of a project over REST, with the same patience. */
    static RestDatabase restDatabase(String project) {
        return new RestDatabase(
                project,
                "sallyport",
                FirestoreCalls.emulator(hostAndPort()),
                new Random(),
                System::nanoTime,
                Duration.ofMinutes(1));
    }

    /** Waits so long that no answer is lost, however busy the machine is. */
    private static FirestoreDatabase patient(String project, String hostAndPort) {
        return SdkDatabase.openEmulator(project, "sallyport", hostAndPort, Duration.ofMinutes(1));
    }

    /** A project that no other test has used. */
    public static String freshProject() {
        return "test-" + UUID.randomUUID().toString().substring(0, 23);
    }

    private static final class Shared {
        static final Optional<String> HOST_AND_PORT =
                Optional.ofNullable(System.getenv("FIRESTORE_EMULATOR_HOST")).or(() -> jar().map(Shared::start));

        private static Optional<Path> jar() {
            return Stream.concat(
                            Stream.ofNullable(System.getenv("CLOUDSDK_ROOT_DIR"))
                                    .map(Path::of),
                            sdkOnPath())
                    .map(sdk -> sdk.resolve("platform/cloud-firestore-emulator"))
                    .flatMap(folder -> jars(folder).stream())
                    .findFirst();
        }

        private static Stream<Path> sdkOnPath() {
            return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator, -1))
                    .map(folder -> Path.of(folder, "gcloud"))
                    .filter(Files::isExecutable)
                    .map(Shared::realPath)
                    .map(gcloud -> gcloud.resolve("../..").normalize());
        }

        private static Path realPath(Path path) {
            try {
                return path.toRealPath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static List<Path> jars(Path folder) {
            List<Path> jars = new ArrayList<>();
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
                    found.forEach(jars::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return jars;
        }

        private static String start(Path jar) {
            try {
                int port = freePort();
                Process emulator = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                // It recognizes its own error messages only in English.
                                "-Duser.language=en",
                                "-Xmx512m",
                                "-cp",
                                jar.toString(),
                                MAIN,
                                "--host=127.0.0.1",
                                "--port=" + port)
                        .redirectErrorStream(true)
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(emulator::destroyForcibly));
                awaitReady(emulator);
                String hostAndPort = "127.0.0.1:" + port;
                warmUp(hostAndPort);
                return hostAndPort;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Its first answer takes longer than a function would wait. */
        private static void warmUp(String hostAndPort) throws IOException {
            try (FirestoreDatabase database = patient(freshProject(), hostAndPort)) {
                IdentityId absent = new IdentityId("no-such-id");
                new FirestoreIdentityStore(database, Providers.DOCUMENTS).delete(absent);
                new FirestoreIdentityStore(database, Providers.DOCUMENTS).find(absent);
            } catch (Refused e) {
                throw new IOException("the Firestore emulator does not answer", e);
            }
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        private static void awaitReady(Process emulator) throws IOException {
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(emulator.getInputStream(), StandardCharsets.UTF_8));
            List<String> said = new ArrayList<>();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains(READY)) {
                    drain(output);
                    return;
                }
                said.add(line);
            }
            throw new IOException("the Firestore emulator did not start: " + said);
        }

        /** Keeps reading, since a process blocks once the pipe for its output is full. */
        private static void drain(BufferedReader output) {
            Thread reader = new Thread(() -> output.lines().forEach(line -> {}), "firestore-emulator-output");
            reader.setDaemon(true);
            reader.start();
        }
    }
}
