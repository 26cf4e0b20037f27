package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.IdentityPoolCredentials;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.cli.FederatedProgram;
import io.sallyport.cli.Main;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Issuer;
import io.sallyport.server.LocalServer;
import io.sallyport.simulated.federation.OidcProvider;
import io.sallyport.simulated.federation.ProviderName;
import io.sallyport.simulated.federation.SimulatedIamCredentials;
import io.sallyport.simulated.federation.SimulatedSts;
import io.sallyport.simulated.google.MetadataServer;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import io.sallyport.testing.GoogleLibraryOnLoopback;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a platform's token to Google Cloud, with Google's own client library: login → our token → Security Token Service
 * → service account. The library and the services it calls share no code with us.
 */
@Timeout(120)
class FederationTest {
    private static final ProviderName PROVIDER = new ProviderName("326694433618", "workloads", "sallyport");
    private static final ProviderName OTHER = new ProviderName("326694433618", "workloads", "elsewhere");
    private static final String AUDIENCE = "https://orders.example.com";

    /** The library always uses the system clock. */
    private final InstantSource clock = InstantSource.system();

    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedSts sts = SimulatedSts.start(clock);
    private final SimulatedIamCredentials iam = SimulatedIamCredentials.start(clock, google, sts);
    private final GoogleLibraryOnLoopback transport = new GoogleLibraryOnLoopback(sts.uri(), iam.uri());
    private final SimulatedServiceAccount reports = google.serviceAccount("reports@shop.iam.gserviceaccount.com");
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private LocalServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void trust() {
        server = LocalServer.start(
                new Environment(Map.of(), clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), log::add),
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        folder.resolve("data"),
                        List.of(
                                identity("payments", PROVIDER.audience(), OTHER.audience()),
                                identity("orders", PROVIDER.audience()),
                                identity("stranger", PROVIDER.audience()),
                                identity("no-such-id")),
                        google.replacedAddresses()));
        sts.register(OidcProvider.of(PROVIDER, server.issuer())
                .mapping("attribute.client", "assertion.client_id")
                .onlyIf(claims -> !"orders".equals(claims.get("sub"))));
        iam.allow(reports.email(), PROVIDER.principal("payments"));
    }

    /** An identity for the machine of the same name, with grants for these audiences. */
    private static Identity identity(String name, String... audiences) {
        return Providers.DOCUMENTS.read(
                new IdentityId(name),
                Map.of(
                        "grants",
                        List.of(audiences),
                        "gcpAuth",
                        Map.of("type", "gce", "allowedServiceAccounts", machine(name), "accessTokenTTL", 3600)));
    }

    private static String machine(String name) {
        return name + "@shop.iam.gserviceaccount.com";
    }

    @AfterEach
    void close() {
        server.close();
        iam.close();
        sts.close();
        google.close();
    }

    @Test
    void aTokenInAFileIsExchangedForAnAccessTokenOfTheIdentity() throws Exception {
        ExternalAccountCredentials credentials = fromFile(token("payments", PROVIDER.audience()));

        assertThat(credentials).isInstanceOf(IdentityPoolCredentials.class);
        assertThat(sts.identity(credentials.refreshAccessToken().getTokenValue()))
                .hasValueSatisfying(identity -> {
                    assertThat(identity.subject()).isEqualTo("payments");
                    assertThat(identity.attributes()).isEqualTo(Map.of("client", "payments"));
                });
    }

    @Test
    void theIdentityBecomesAServiceAccountThatItMayBe() throws Exception {
        ExternalAccountCredentials credentials =
                fromFile(token("payments", PROVIDER.audience()), "--service-account=" + reports.email());

        var token = credentials.refreshAccessToken();

        assertThat(iam.account(token.getTokenValue())).hasValue(reports.email());
        assertThat(token.getExpirationTime().toInstant())
                .isBetween(Instant.now(), Instant.now().plusSeconds(3600));
    }

    @Test
    void theServiceAccountsTokenLivesAsLongAsTheFileSays() throws Exception {
        ExternalAccountCredentials credentials = fromFile(
                token("payments", PROVIDER.audience()),
                "--service-account=" + reports.email(),
                "--service-account-lifetime=600");

        assertThat(credentials.refreshAccessToken().getExpirationTime().toInstant())
                .isBetween(Instant.now(), Instant.now().plusSeconds(600));
    }

    @Test
    void theServiceAccountGetsAnIdToken() throws Exception {
        ExternalAccountCredentials credentials = fromFile(token("payments", PROVIDER.audience()));

        assertIdToken(FederatedProgram.idToken(credentials, transport, reports.email(), AUDIENCE));
    }

    @Test
    void aTokenForAnotherProviderIsRefused() throws Exception {
        ExternalAccountCredentials credentials = fromFile(token("payments", OTHER.audience()));

        assertThatIOException()
                .isThrownBy(credentials::refreshAccessToken)
                .withMessageContaining("invalid_grant")
                .withMessageContaining("audience");
    }

    @Test
    void anIdentityThatTheConditionRejectsIsRefused() throws Exception {
        ExternalAccountCredentials credentials = fromFile(token("orders", PROVIDER.audience()));

        assertThatIOException()
                .isThrownBy(credentials::refreshAccessToken)
                .withMessageContaining("unauthorized_client");
    }

    @Test
    void anIdentityThatMayNotBeTheServiceAccountIsDenied() throws Exception {
        ExternalAccountCredentials credentials =
                fromFile(token("stranger", PROVIDER.audience()), "--service-account=" + reports.email());

        assertThatIOException()
                .isThrownBy(credentials::refreshAccessToken)
                .withStackTraceContaining("iam.serviceAccounts.getAccessToken");
    }

    @Test
    void aWorkloadLogsInWithWhatItsMachineGivesItByTheCommandThatTheLibraryRuns() throws Exception {
        Path kept = folder.resolve("kept.json");
        Path config = configure(
                "--issuer=" + server.issuer(),
                "--identity=payments",
                "--platform=gcp",
                "--command=" + launcher(),
                "--output-file=" + kept);

        List<String> printed = runProgram(config, "payments");

        assertThat(sts.identity(printed.get(0)))
                .as(() -> String.join("\n", printed))
                .hasValueSatisfying(identity -> assertThat(identity.subject()).isEqualTo("payments"));
        assertIdToken(printed.get(1));
        assertThat(log)
                .as("the second of the two exchanges found the first's answer in the file")
                .filteredOn(line -> line.contains("\"/v1/token\""))
                .singleElement()
                .asString()
                .contains("\"granted\"", "payments");
        SignedJWT ours = SignedJWT.parse(
                String.valueOf(Json.parseObject(Files.readString(kept)).get("id_token")));
        assertThat(ours.getHeader().getType()).isEqualTo(JOSEObjectType.JWT);
        assertThat(ours.getPayload().toJSONObject().get("aud")).isEqualTo(PROVIDER.audience());
    }

    @Test
    void aProgramLearnsThatItsLoginWasDeniedAndTheOperatorWhy() throws Exception {
        Path config = configure(
                "--issuer=" + server.issuer(), "--identity=no-such-id", "--platform=gcp", "--command=" + launcher());

        String printed = String.join("\n", runProgram(config, "no-such-id"));

        assertThat(printed).contains("PluggableAuthException", "invalid_target", "(request req-");
        String request = printed.replaceAll("(?s).*\\(request (req-[A-Za-z0-9_-]+)\\).*", "$1");
        assertThat(log)
                .filteredOn(line -> line.contains(request))
                .singleElement()
                .asString()
                .contains("grant_missing");
        assertThat(sts.requests()).isZero();
    }

    private void assertIdToken(String idToken) throws Exception {
        SignedJWT jwt = SignedJWT.parse(idToken);
        JWKSet keys = JWKSet.load(google.oauth2Certs().toURL());
        assertThat(jwt.verify(new RSASSAVerifier(
                        keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey())))
                .isTrue();
        assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly(AUDIENCE);
        assertThat(jwt.getJWTClaimsSet().getStringClaim("email")).isEqualTo(reports.email());
    }

    /** Gets a token as a program that keeps a file fresh would. */
    private String token(String name, String audience) throws Exception {
        String idToken = google.signIdToken(
                google.idTokenClaims(google.serviceAccount(machine(name)), name).build());
        return new TokenServiceClient(BoundedHttp.direct(), new Issuer(server.issuer()))
                .issue(idToken, new IdentityId(name), TokenServiceClient.Target.of(audience), clock.instant())
                .token();
    }

    private ExternalAccountCredentials fromFile(String token, String... more) throws Exception {
        Path file = Files.writeString(folder.resolve("token.jwt"), token);
        List<String> arguments = new ArrayList<>(List.of("--source=file", "--token-file=" + file));
        arguments.addAll(List.of(more));
        try (InputStream config = Files.newInputStream(configure(arguments.toArray(String[]::new)))) {
            return ExternalAccountCredentials.fromStream(config, transport);
        }
    }

    private Path configure(String... arguments) {
        Path file = folder.resolve("credentials.json");
        List<String> all = new ArrayList<>(List.of(
                "gcloud-config",
                "--project-number=326694433618",
                "--pool=workloads",
                "--provider=sallyport",
                "--out=" + file));
        all.addAll(Arrays.asList(arguments));
        StringWriter err = new StringWriter();
        int status = Main.commandLine().setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
        assertThat(status).as(err.toString()).isZero();
        return file;
    }

    /** The command line of these classes, as one executable. */
    private Path launcher() throws Exception {
        String script = "#!/bin/sh\nexec '" + java() + "' -XX:TieredStopAtLevel=1 -cp '" + classPath()
                + "' io.sallyport.cli.Main \"$@\"\n";
        return Files.writeString(
                Files.createFile(
                        folder.resolve("sallyport"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))),
                script);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private List<String> runProgram(Path config, String name) throws Exception {
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        java(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        FederatedProgram.class.getName(),
                        config.toString(),
                        sts.uri().toString(),
                        iam.uri().toString(),
                        reports.email(),
                        AUDIENCE)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        try (MetadataServer metadata = google.metadataServer(google.serviceAccount(machine(name)))) {
            builder.environment().put("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
            builder.environment().put("GCE_METADATA_HOST", metadata.uri().getAuthority());
            Process program = builder.start();
            try {
                assertThat(program.waitFor(100, TimeUnit.SECONDS)).isTrue();
            } finally {
                program.destroyForcibly();
            }
        }
        return Files.readAllLines(output, UTF_8);
    }
}
