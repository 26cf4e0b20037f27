package io.sallyport.store.firestore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.json.Json;
import io.sallyport.outbound.google.AccessTokens;
import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.LambdaCredentials;
import io.sallyport.simulated.aws.SimulatedAws;
import io.sallyport.simulated.federation.ProviderName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a function creates while it starts is part of Lambda's snapshot, and so the same in every instance restored from
 * it. So a function that has started has no source of randomness, no credential and no connection; and yet an invalid
 * configuration has stopped it.
 */
@Timeout(300)
class SnapshotTest {
    private static final Path ROUTES = Path.of("../terraform/modules/routes/routes.json");
    private static final String STARTED = "-- started --";
    private static final String ASKED = "-- asked --";

    private final SimulatedAws aws = SimulatedAws.start(InstantSource.system());
    private final LambdaCredentials credentials = aws.lambda(new AwsSession("123456789012", "sallyport", "function"));

    @AfterEach
    void close() {
        aws.close();
    }

    /** Starts functions as Lambda does, and then lets each of them answer. */
    static final class Restored {
        private Restored() {}

        /** @param classes of functions */
        public static void main(String[] classes) throws Exception {
            Security.insertProviderAt(new CountingProvider(), 1);
            List<RequestStreamHandler> functions = new ArrayList<>();
            for (String name : classes) {
                functions.add(Class.forName(name)
                        .asSubclass(RequestStreamHandler.class)
                        .getConstructor()
                        .newInstance());
                System.out.println(name + " holds " + CountingRandom.held());
            }
            System.out.println(STARTED);
            for (RequestStreamHandler function : functions) {
                long before = CountingRandom.held();
                function.handleRequest(new ByteArrayInputStream(event()), OutputStream.nullOutputStream(), null);
                System.out.println(function.getClass().getName() + " then holds " + (CountingRandom.held() - before));
            }
            System.out.println(ASKED);
            try {
                AccessTokens.google(System.getenv(), "https://www.googleapis.com/auth/cloudkms")
                        .get();
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
            System.exit(0);
        }

        /** A request for an unknown path, so that only the request's id is needed. */
        private static byte[] event() {
            Map<String, Object> http = Map.of("method", "GET", "path", "/nowhere", "sourceIp", "192.0.2.1");
            return Json.write(Map.of(
                    "version",
                    "2.0",
                    "rawPath",
                    "/nowhere",
                    "headers",
                    Map.of(),
                    "requestContext",
                    Map.of("http", http)));
        }
    }

    /** Comes before the JDK's provider, so that every {@code new SecureRandom()} is counted. */
    public static final class CountingProvider extends Provider {
        private static final long serialVersionUID = 1L;

        public CountingProvider() {
            super("Counting", "1", "counts sources of randomness");
            put("SecureRandom.Counting", CountingRandom.class.getName());
        }
    }

    public static final class CountingRandom extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;
        private static final Queue<WeakReference<CountingRandom>> MADE = new ConcurrentLinkedQueue<>();

        private final SecureRandom random;

        public CountingRandom() throws Exception {
            MADE.add(new WeakReference<>(this));
            random = SecureRandom.getInstance("NativePRNG");
        }

        /** Those still referenced: one that signs once to try its key and is then dropped does no harm. */
        static long held() {
            System.gc();
            return MADE.stream().filter(random -> random.get() != null).count();
        }

        @Override
        protected void engineSetSeed(byte[] seed) {
            random.setSeed(seed);
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            return random.generateSeed(count);
        }
    }

    @ParameterizedTest(name = "with its signing key in Cloud KMS: {0}")
    @ValueSource(booleans = {false, true})
    void aFunctionThatHasStartedHoldsNothingThatMustNotBeShared(boolean inKms) throws Exception {
        List<String> functions = functions();
        credentials.behaviour().fail(403);

        List<String> lines = run(variables(inKms), functions);

        int started = lines.indexOf(STARTED);
        assertThat(started).as(String.join("\n", said(lines))).isPositive();
        List<String> atStart = lines.subList(0, started);
        assertThat(said(atStart))
                .containsExactlyElementsOf(
                        functions.stream().map(name -> name + " holds 0").toList());
        assertThat(initialized(atStart, "com/google/auth/oauth2/OAuth2Credentials"))
                .isFalse();
        assertThat(initialized(atStart, "io/grpc/internal/ManagedChannelImpl")).isFalse();

        // And all of it is visible once it is created.
        List<String> later = lines.subList(started, lines.size());
        assertThat(said(later))
                .containsSubsequence(
                        functions.stream().map(name -> name + " then holds 1").toList());
        assertThat(initialized(later, "com/google/auth/oauth2/OAuth2Credentials"))
                .isTrue();
        assertThat(lines.subList(lines.indexOf(ASKED), lines.size()))
                .contains("no access token for Google Cloud: from 127.0.0.1, HTTP status 403");
        assertThat(credentials.requests()).isEqualTo(1);
    }

    @Test
    void aConfigurationThatCannotWorkStopsItAllTheSame() throws Exception {
        Map<String, String> variables = variables(false);
        variables.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://credentials.example.com/");
        for (String function : functions()) {
            assertThat(run(variables, List.of(function)))
                    .anyMatch(line -> line.contains("InvalidConfigurationException"))
                    .anyMatch(line -> line.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI must be"))
                    .doesNotContain(STARTED);
        }
    }

    private static List<String> said(List<String> log) {
        return log.stream().filter(line -> !line.contains("[class,init]")).toList();
    }

    private static boolean initialized(List<String> log, String type) {
        return log.stream().anyMatch(line -> line.contains("[class,init]") && line.contains("'" + type + "'"));
    }

    /** All deployed functions. */
    private static List<String> functions() throws Exception {
        List<String> classes = Json.parseObject(Files.readString(ROUTES)).values().stream()
                .map(function -> String.valueOf(((Map<?, ?>) function).get("class")))
                .toList();
        assertThat(classes).hasSizeGreaterThan(5);
        return classes;
    }

    private Map<String, String> variables(boolean inKms) throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        Map<String, Object> current =
                new LinkedHashMap<>(inKms ? key.toPublicJWK().toJSONObject() : key.toJSONObject());
        if (inKms) {
            current.put("kms", "projects/p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1");
        }
        return new HashMap<>(Map.of(
                "SALLYPORT_ISSUER", "https://login.example.com",
                "SALLYPORT_SIGNING_KEYS", Json.writeString(Map.of("keys", List.of(current))),
                "SALLYPORT_PUBLIC_KEYS", new JWKSet(key).toString(true),
                "SALLYPORT_STORE", "firestore:our-project/sallyport",
                "SALLYPORT_ENCRYPTION_KEY",
                        inKms
                                ? "gcpkms:projects/p/locations/global/keyRings/r/cryptoKeys/k"
                                : Base64.getEncoder().encodeToString(new byte[32]),
                "SALLYPORT_GOOGLE_AUDIENCE", new ProviderName("326694433618", "functions", "lambda").audience(),
                "AWS_REGION", "eu-west-1",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.uri().toString(),
                "AWS_CONTAINER_AUTHORIZATION_TOKEN", credentials.token()));
    }

    /** What a process with only these variables prints, and which classes it initializes. */
    private static List<String> run(Map<String, String> variables, List<String> functions) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xlog:class+init=info",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Restored.class.getName()));
        command.addAll(functions);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(variables);
        Process process = builder.start();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        process.getInputStream().transferTo(output);
        process.waitFor();
        return output.toString(UTF_8).lines().toList();
    }
}
