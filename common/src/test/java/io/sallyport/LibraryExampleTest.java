package io.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import com.fasterxml.jackson.core.JsonFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import inet.ipaddr.IPAddress;
import io.sallyport.json.Json;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.TestClock;
import io.sallyport.token.AccessToken;
import io.sallyport.token.Scopes;
import io.sallyport.token.SessionId;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TrustedIps;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of {@code docs/library.md}, compiled and run with nothing but this module and its dependencies. */
class LibraryExampleTest {
    private static final Path FOLDER = Path.of("..", "docs", "examples", "library");
    private static final Path PAGE = Path.of("..", "docs", "library.md");
    private static final String ISSUER = "https://login.example.com";
    private static final URI GOOGLE_KEYS = URI.create("https://www.googleapis.com/oauth2/v3/certs");
    private static final URI ISSUER_KEYS = URI.create(ISSUER + "/.well-known/jwks.json");

    /** One class of each: this module and its dependencies. */
    private static final List<Class<?>> CLASS_PATH =
            List.of(Json.class, JsonFactory.class, ECKey.class, IPAddress.class, NullMarked.class);

    private static final TestClock CLOCK = new TestClock();

    @TempDir
    private static Path classes;

    private static URLClassLoader loader;
    private static SimulatedGoogle google;
    private static SigningKeys keys;

    private Object checks;

    @BeforeAll
    static void compile() throws Exception {
        List<URL> places = new ArrayList<>(List.of(classes.toUri().toURL()));
        for (Class<?> each : CLASS_PATH) {
            places.add(each.getProtectionDomain().getCodeSource().getLocation());
        }
        List<String> arguments =
                new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror", "-d", classes.toString()));
        arguments.add("-cp");
        arguments.add(places.stream()
                .map(place -> Path.of(URI.create(place.toString())).toString())
                .collect(Collectors.joining(File.pathSeparator)));
        try (Stream<Path> sources = Files.list(FOLDER)) {
            sources.map(Path::toString).sorted().forEach(arguments::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        loader = new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());

        google = SimulatedGoogle.start(CLOCK);
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        keys = SigningKeys.parsePrivate(Json.writeString(Map.of("keys", List.of(key.toJSONObject()))));
    }

    @AfterAll
    static void close() throws Exception {
        google.close();
        loader.close();
    }

    @BeforeEach
    void wire() throws Exception {
        CLOCK.set(TestClock.START);
        Class<?> fetcher = loader.loadClass("io.sallyport.jwt.Fetcher");
        Object overHttp =
                loader.loadClass("com.example.JdkFetcher").getConstructor().newInstance();
        Object published = loader.loadClass("io.sallyport.jwt.Fetcher$Fetched")
                .getConstructor(int.class, long.class, String.class)
                .newInstance(200, 300L, Json.writeString(keys.published()));
        Object asked = Proxy.newProxyInstance(loader, new Class<?>[] {fetcher}, (proxy, get, arguments) -> {
            if (arguments[0].equals(ISSUER_KEYS)) {
                return published;
            }
            assertThat(arguments[0]).isEqualTo(GOOGLE_KEYS);
            return get.invoke(overHttp, google.oauth2Certs());
        });
        checks = loader.loadClass("com.example.TokenChecks")
                .getConstructor(fetcher, InstantSource.class)
                .newInstance(asked, CLOCK);
    }

    /** @throws Exception what the example throws, with a class from the example's class loader */
    private Object call(String method, String token) throws Exception {
        try {
            return checks.getClass().getMethod(method, String.class).invoke(checks, token);
        } catch (InvocationTargetException e) {
            throw (Exception) e.getCause();
        }
    }

    private void assertRefused(String reason, String method, String token) {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> call(method, token))
                .satisfies(thrown -> assertThat(thrown.getClass().getName()).isEqualTo("io.sallyport.Refused"))
                .withMessageStartingWith(reason + ": ");
    }

    private static String idToken(String account, String project, String audience) {
        Instance instance = new Instance(project, 326694433618L, "europe-west1-b", "1", "payments-1", CLOCK.instant());
        JWTClaimsSet claims = google.idTokenClaims(
                        google.serviceAccount(account + "@shop.iam.gserviceaccount.com"), instance, audience)
                .build();
        return google.signIdToken(claims);
    }

    private static String accessToken(String issuer, String audience) throws Refused {
        Instant now = CLOCK.instant();
        AccessToken token = new AccessToken(
                "t1",
                new AccessToken.Subject(new IdentityId("payments"), "Payments", "no-access", Map.of()),
                new AccessToken.Session(
                        new SessionId("session-00000001"), now, "gcp-id-token", Map.of(), 0, TrustedIps.ANYWHERE),
                new AccessToken.Target(audience, Scopes.parse("read"), false),
                now,
                now.plusSeconds(600));
        return new TokenMinter(issuer, keys.signer(NoKms.SUPPLIER)).mint(token);
    }

    /** The last character but one of the signature has significant bits. */
    private static String tampered(String token) {
        int at = token.length() - 2;
        return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
    }

    @Test
    void isOnThePage() throws Exception {
        String page = Files.readString(PAGE);
        try (Stream<Path> sources = Files.list(FOLDER)) {
            assertThat(sources)
                    .hasSize(2)
                    .allSatisfy(source -> assertThat(page).contains("```java\n" + Files.readString(source) + "```"));
        }
    }

    @Test
    void runsWithoutAnythingElse() {
        for (String other : List.of("org/bouncycastle/cert/X509CertificateHolder.class", "org/mockito/Mockito.class")) {
            assertThat(getClass().getClassLoader().getResource(other)).as(other).isNotNull();
            assertThat(loader.getResource(other)).as(other).isNull();
        }
    }

    @Test
    void verifiesAGoogleIdToken() throws Exception {
        assertThat(call("googleWorkload", idToken("payments", "shop", "orders-api")))
                .asInstanceOf(MAP)
                .containsEntry("service_account", "payments@shop.iam.gserviceaccount.com")
                .containsEntry("project_id", "shop");
    }

    @Test
    void refusesAGoogleIdTokenThatIsNotTrueOrNotAllowed() {
        String good = idToken("payments", "shop", "orders-api");
        assertRefused("bad_signature", "googleWorkload", tampered(good));
        assertRefused("wrong_audience", "googleWorkload", idToken("payments", "shop", "another-api"));
        assertRefused("project_not_allowed", "googleWorkload", idToken("payments", "garden", "orders-api"));
        assertRefused("service_account_not_allowed", "googleWorkload", idToken("orders", "shop", "orders-api"));
        CLOCK.advance(Duration.ofHours(2));
        assertRefused("expired", "googleWorkload", good);
    }

    @Test
    void verifiesAnAccessToken() throws Exception {
        assertThat(call("accessToken", accessToken(ISSUER, "orders-api")))
                .asInstanceOf(MAP)
                .containsEntry("sub", "payments")
                .containsEntry("scope", "read");
    }

    @Test
    void refusesAnAccessTokenThatIsNotForThisService() throws Exception {
        String good = accessToken(ISSUER, "orders-api");
        assertRefused("bad_signature", "accessToken", tampered(good));
        assertRefused("wrong_audience", "accessToken", accessToken(ISSUER, ISSUER));
        assertRefused("wrong_issuer", "accessToken", accessToken("https://other.example.com", "orders-api"));
        CLOCK.advance(Duration.ofSeconds(600).plus(Duration.ofSeconds(60)));
        assertRefused("expired", "accessToken", good);
    }

    @ParameterizedTest
    @ValueSource(strings = {"googleWorkload", "accessToken"})
    void refusesTheOtherKindOfToken(String method) throws Exception {
        String other = method.equals("accessToken")
                ? idToken("payments", "shop", "orders-api")
                : accessToken(ISSUER, "orders-api");
        assertRefused("token_type_not_allowed", method, other);
    }
}
