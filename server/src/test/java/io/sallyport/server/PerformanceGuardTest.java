package io.sallyport.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.Handler;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.jwt.FastSignatures;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.StoreAddress;
import io.sallyport.runtime.Stores;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.RawHttp;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestEnvironment;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The countable causes of slow logins, so that no clock is needed: the classes that a first login loads, and its calls
 * to the store, and what each of many logins allocates. None may exceed the record, and the record must not be far above
 * them either.
 */
@Timeout(120)
class PerformanceGuardTest {
    private static final Path RECORD = Path.of("..", "docs", "performance", "guard.properties");
    private static final int LOGINS = 1000;
    private static final Pattern OF_SERVE =
            Pattern.compile("(?:jetty-(?:server|http|io|util)|slf4j-(?:api|nop))-[^/]*$");

    /** The simulated Google, and the test code. */
    private static final List<String> NOT_THE_PRODUCTS =
            List.of("io.sallyport.testing.", LoginProcessFixture.class.getName());

    @TempDir
    private Path folder;

    static List<String> stores() throws Exception {
        return record().stringPropertyNames().stream()
                .filter(name -> name.startsWith("classes."))
                .map(name -> name.substring("classes.".length()))
                .sorted()
                .toList();
    }

    @ParameterizedTest(name = "with the store {0}")
    @MethodSource("stores")
    @EnabledForJreRange(
            min = JRE.JAVA_17,
            max = JRE.JAVA_17,
            disabledReason = "the record is of JDK 17: others load other classes for the same")
    void aFirstLoginLoadsNoMoreClassesThanAreOnRecord(String store) throws Exception {
        Map<String, String> variables = new HashMap<>(
                Map.of("SALLYPORT_ISSUER", "https://login.example.com", "SALLYPORT_SIGNING_KEYS", signingKeys()));
        if (!store.equals("memory")) {
            String emulator = FirestoreEmulator.hostAndPort();
            variables.put("FIRESTORE_EMULATOR_HOST", emulator);
            variables.put("SALLYPORT_STORE", store + ":" + FirestoreEmulator.freshProject() + "/sallyport");
            Stores.open(
                            StoreAddress.parse(variables.get("SALLYPORT_STORE")),
                            new TestEnvironment(variables).environment())
                    .stores()
                    .identities()
                    .save(LoginProcessFixture.vm());
        }
        assertWithin("classes." + store, classesOfAFirstLogin(variables));
    }

    private long classesOfAFirstLogin(Map<String, String> variables) throws Exception {
        Path loaded = folder.resolve("classes");
        try (SimulatedGoogle google = ServerFixture.google()) {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xlog:class+load:file=" + loaded + ":none",
                            "-cp",
                            classPathOfFunctions(),
                            LoginProcessFixture.class.getName(),
                            google.oauth2Certs().toString(),
                            google.serviceAccountCerts().toString())
                    .redirectError(folder.resolve("errors").toFile());
            builder.environment().clear();
            builder.environment().putAll(variables);
            Process process = builder.start();
            try (BufferedReader output = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                String port = output.readLine();
                assertThat(port).as(Files.readString(folder.resolve("errors"))).isNotNull();
                String body = ServerFixture.json(LoginProcessFixture.VM, token(google));
                String answer = RawHttp.send(
                                Integer.parseInt(port),
                                RawHttp.head(
                                                "POST",
                                                ServerFixture.LOGIN,
                                                "Content-Type: application/json\r\nContent-Length: " + body.length()
                                                        + "\r\n")
                                        + body)
                        .body();
                assertThat(answer).contains("accessToken");
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.filter(line -> line.contains(" source: "))
                    .filter(line -> NOT_THE_PRODUCTS.stream().noneMatch(line::startsWith))
                    .count();
        }
    }

    /** Without the Jetty of {@code serve} and its logger, which would come before what the invoker carries. */
    private static String classPathOfFunctions() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !OF_SERVE.matcher(entry).find())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @ParameterizedTest(name = "with {0} uses")
    @ValueSource(strings = {"unlimited", "limited"})
    void loginsAskNoMoreOfTheStoreThanIsOnRecord(String uses) throws Exception {
        TestClock clock = new TestClock();
        MemoryStores memory = new MemoryStores();
        memory.save(identity(uses));
        int reads = memory.reads();
        int writes = memory.writes();
        try (SimulatedGoogle google = SimulatedGoogle.start(clock)) {
            Handler login = login(memory, google, clock);
            Body body = Body.of(ServerFixture.json(LoginProcessFixture.VM, token(google)));
            for (int i = 0; i < LOGINS; i++) {
                Headers json = Headers.of(Map.of("Content-Type", List.of("application/json")));
                assertThat(login.handle(new Request(
                                        "req-" + i, "POST", ServerFixture.LOGIN, json, body, ClientAddress.UNKNOWN))
                                .status())
                        .isEqualTo(200);
                clock.advance(Duration.ofMillis(10));
            }
        }
        assertWithin("reads." + uses, memory.reads() - reads);
        assertWithin("writes." + uses, memory.writes() - writes);
    }

    @ParameterizedTest(name = "by {0}")
    @ValueSource(strings = {"jdk", "conscrypt"})
    @EnabledOnOs(OS.LINUX)
    @EnabledForJreRange(
            min = JRE.JAVA_17,
            max = JRE.JAVA_17,
            disabledReason = "the record is of JDK 17: others allocate other objects for the same")
    void aLoginAllocatesNoMoreThanIsOnRecord(String cryptography) throws Exception {
        TestClock clock = new TestClock();
        MemoryStores memory = new MemoryStores();
        memory.save(LoginProcessFixture.vm());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        try (SimulatedGoogle google = SimulatedGoogle.start(clock)) {
            // Another test of this JVM may have used it.
            FastSignatures.useJdk();
            if (cryptography.equals("conscrypt")) {
                FastSignatures.use(Conscrypt.newProvider(), fault -> {
                    throw new AssertionError("Conscrypt failed", fault);
                });
            }
            Handler login = login(memory, google, clock);
            Body body = Body.of(ServerFixture.json(LoginProcessFixture.VM, token(google)));
            long[] allocated = new long[LOGINS];
            for (int i = 0; i < LOGINS; i++) {
                Headers json = Headers.of(Map.of("Content-Type", List.of("application/json")));
                Request request =
                        new Request("req-" + i, "POST", ServerFixture.LOGIN, json, body, ClientAddress.UNKNOWN);
                long before = threads.getThreadAllocatedBytes(thread);
                int status = login.handle(request).status();
                allocated[i] = threads.getThreadAllocatedBytes(thread) - before;
                assertThat(status).isEqualTo(200);
            }
            Arrays.sort(allocated);
            assertWithin("kibibytes." + cryptography, allocated[LOGINS / 2] / 1024);
        } finally {
            FastSignatures.useJdk();
        }
    }

    private static Handler login(MemoryStores memory, SimulatedGoogle google, InstantSource clock) throws Exception {
        Environment environment = new Environment(
                Map.of("SALLYPORT_ISSUER", "https://login.example.com", "SALLYPORT_SIGNING_KEYS", signingKeys()),
                clock,
                Environment.system().ids(),
                HttpFetcher.plainHttpToo(),
                line -> {});
        Settings settings = Settings.forServing(environment.variables());
        return GcpLoginFunction.routes(
                new Stores(memory, memory).forLogin(environment, settings),
                new GcpVerifier(
                        new GcpVerifier.Endpoints(google.oauth2Certs(), google.serviceAccountCerts()),
                        environment.fetcher()));
    }

    private static Identity identity(String uses) {
        return uses.equals("unlimited")
                ? LoginProcessFixture.vm()
                : Providers.DOCUMENTS.read(
                        LoginProcessFixture.VM,
                        Map.of(
                                "gcpAuth",
                                Map.of(
                                        "type",
                                        "gce",
                                        "allowedServiceAccounts",
                                        ServerFixture.EMAIL,
                                        "accessTokenNumUsesLimit",
                                        10)));
    }

    private static String token(SimulatedGoogle google) {
        return google.signIdToken(google.idTokenClaims(
                        google.serviceAccount(ServerFixture.EMAIL),
                        ServerFixture.INSTANCE,
                        LoginProcessFixture.VM.value())
                .build());
    }

    private static String signingKeys() {
        return Json.writeString(Map.of("keys", List.of(SigningKeyFile.generate().toJSONObject())));
    }

    private static void assertWithin(String name, long counted) throws Exception {
        long bound = Long.parseLong(record().getProperty(name));
        assertThat(counted)
                .as("%s: the count, against %s; to allow more, change the record", name, RECORD)
                .isLessThanOrEqualTo(bound)
                .as("%s: the record lags behind; lower it to what was counted", name)
                .isGreaterThan(bound - bound / 10 - 1);
    }

    private static Properties record() throws Exception {
        Properties record = new Properties();
        try (Reader reader = Files.newBufferedReader(RECORD)) {
            record.load(reader);
        }
        return record;
    }

    @Test
    void everyBoundIsANumber() throws Exception {
        Properties record = record();
        assertThat(record.stringPropertyNames())
                .contains("classes.memory", "reads.unlimited", "writes.unlimited", "reads.limited", "writes.limited")
                .allSatisfy(name -> assertThat(record.getProperty(name)).matches("[0-9]+"));
    }
}
