package io.sallyport.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.IdentityPoolCredentials;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.MetadataServer;
import io.sallyport.simulated.OidcProvider;
import io.sallyport.simulated.ProviderName;
import io.sallyport.simulated.SimulatedGoogle;
import io.sallyport.simulated.SimulatedIamCredentials;
import io.sallyport.simulated.SimulatedServiceAccount;
import io.sallyport.simulated.SimulatedSts;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a platform's token to Google Cloud, with Google's own client library: our token → Security Token Service → service
 * account. The library and what it talks to share no code with us.
 */
@Timeout(120)
class FederationTest {
    private static final ProviderName PROVIDER = new ProviderName("326694433618", "workloads", "sallyport");
    private static final String AUDIENCE = "https://orders.example.com";

    /** The library knows no other time. */
    private final InstantSource clock = InstantSource.system();

    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedSts sts = SimulatedSts.start(clock);
    private final SimulatedIamCredentials iam = SimulatedIamCredentials.start(clock, google, sts);
    private final GoogleLibraryOnLoopback transport = new GoogleLibraryOnLoopback(sts.uri(), iam.uri());
    private final SimulatedServiceAccount reports = google.serviceAccount("reports@shop.iam.gserviceaccount.com");
    private StandInIssuer issuer;

    @TempDir
    private Path folder;

    @BeforeEach
    void trust() throws Exception {
        issuer = StandInIssuer.start(clock);
        sts.register(OidcProvider.of(PROVIDER, issuer.url())
                .mapping("attribute.client", "assertion.client_id")
                .onlyIf(claims -> !"orders".equals(claims.get("sub"))));
        iam.allow(reports.email(), PROVIDER.principal("payments"));
    }

    @AfterEach
    void close() {
        issuer.close();
        iam.close();
        sts.close();
        google.close();
    }

    @Test
    void aTokenInAFileIsExchangedForAnAccessTokenOfTheIdentity() throws Exception {
        ExternalAccountCredentials credentials = fromFile(issuer.token("payments", PROVIDER.audience()));

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
                fromFile(issuer.token("payments", PROVIDER.audience()), "--service-account=" + reports.email());

        var token = credentials.refreshAccessToken();

        assertThat(iam.account(token.getTokenValue())).hasValue(reports.email());
        assertThat(token.getExpirationTime().toInstant())
                .isBetween(Instant.now(), Instant.now().plusSeconds(3600));
    }

    @Test
    void theServiceAccountsTokenLivesAsLongAsTheFileSays() throws Exception {
        ExternalAccountCredentials credentials = fromFile(
                issuer.token("payments", PROVIDER.audience()),
                "--service-account=" + reports.email(),
                "--service-account-lifetime=600");

        assertThat(credentials.refreshAccessToken().getExpirationTime().toInstant())
                .isBetween(Instant.now(), Instant.now().plusSeconds(600));
    }

    @Test
    void theServiceAccountGetsAnIdToken() throws Exception {
        ExternalAccountCredentials credentials = fromFile(issuer.token("payments", PROVIDER.audience()));

        assertIdToken(FederatedProgram.idToken(credentials, transport, reports.email(), AUDIENCE));
    }

    @Test
    void aTokenForAnotherProviderIsRefused() throws Exception {
        ProviderName other = new ProviderName("326694433618", "workloads", "elsewhere");
        ExternalAccountCredentials credentials = fromFile(issuer.token("payments", other.audience()));

        assertThatIOException()
                .isThrownBy(credentials::refreshAccessToken)
                .withMessageContaining("invalid_grant")
                .withMessageContaining("audience");
    }

    @Test
    void anIdentityThatTheConditionRejectsIsRefused() throws Exception {
        ExternalAccountCredentials credentials = fromFile(issuer.token("orders", PROVIDER.audience()));

        assertThatIOException()
                .isThrownBy(credentials::refreshAccessToken)
                .withMessageContaining("unauthorized_client");
    }

    @Test
    void anIdentityThatMayNotBeTheServiceAccountIsDenied() throws Exception {
        ExternalAccountCredentials credentials =
                fromFile(issuer.token("stranger", PROVIDER.audience()), "--service-account=" + reports.email());

        assertThatIOException()
                .isThrownBy(credentials::refreshAccessToken)
                .withStackTraceContaining("iam.serviceAccounts.getAccessToken");
    }

    @Test
    void aWorkloadLogsInWithWhatItsMachineGivesItByTheCommandThatTheLibraryRuns() throws Exception {
        Path config = configure(
                "--issuer=" + issuer.url(),
                "--identity=payments",
                "--platform=gcp",
                "--command=" + launcher(),
                "--output-file=" + folder.resolve("kept.json"));
        SimulatedServiceAccount machine = google.serviceAccount("payments@shop.iam.gserviceaccount.com");
        try (MetadataServer metadata = google.metadataServer(machine)) {
            List<String> printed = runProgram(config, metadata);

            assertThat(sts.identity(printed.get(0)))
                    .hasValueSatisfying(
                            identity -> assertThat(identity.subject()).isEqualTo("payments"));
            assertIdToken(printed.get(1));
        }
        // The second of the two exchanges found the first's answer in the file.
        assertThat(issuer.requests())
                .singleElement()
                .satisfies(request -> assertThat(request).containsEntry("audience", PROVIDER.audience()));
        JWTClaimsSet assertion =
                SignedJWT.parse(issuer.requests().get(0).get("assertion")).getJWTClaimsSet();
        assertThat(assertion.getAudience()).containsExactly("payments");
        assertThat(assertion.getStringClaim("email")).isEqualTo(machine.email());
    }

    @Test
    void aProgramLearnsWhyItsLoginWasDenied() throws Exception {
        issuer.answerWith(400, "{\"error\":\"invalid_target\",\"error_description\":\"no grant for this audience\"}");
        Path config = configure(
                "--issuer=" + issuer.url(), "--identity=payments", "--platform=gcp", "--command=" + launcher());
        try (MetadataServer metadata =
                google.metadataServer(google.serviceAccount("payments@shop.iam.gserviceaccount.com"))) {
            assertThat(String.join("\n", runProgram(config, metadata)))
                    .contains("PluggableAuthException", "invalid_target", "no grant for this audience");
        }
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

    /** The command line of these classes, as one program. */
    private Path launcher() throws Exception {
        String script = "#!/bin/sh\nexec '" + java() + "' -XX:TieredStopAtLevel=1 -cp '" + classPath()
                + "' io.sallyport.local.Main \"$@\"\n";
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

    private List<String> runProgram(Path config, MetadataServer metadata) throws Exception {
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
        builder.environment().put("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1");
        builder.environment().put("GCE_METADATA_HOST", metadata.uri().getAuthority());
        Process program = builder.start();
        try {
            assertThat(program.waitFor(100, TimeUnit.SECONDS)).isTrue();
        } finally {
            program.destroyForcibly();
        }
        return Files.readAllLines(output, UTF_8);
    }
}
