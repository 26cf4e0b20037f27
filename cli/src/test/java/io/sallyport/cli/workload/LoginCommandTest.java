package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.cli.explain.ExplainCommand;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.server.LocalServer;
import io.sallyport.simulated.ReplacedAddresses;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Workloads of all three platforms log in from the command line, at a real server. */
class LoginCommandTest {
    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String OID = "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11";

    private final TestClock clock = new TestClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedEntra entra = SimulatedEntra.start(clock);
    private final SimulatedCluster cluster = SimulatedCluster.start(clock).allowDiscoveryByAnyone();
    private final Map<String, String> variables = new HashMap<>();
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private LocalServer server;
    private Path projected;
    private String out = "";
    private String err = "";

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = LocalServer.start(
                new Environment(Map.of(), clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), log::add),
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        folder.resolve("data"),
                        List.of(
                                identity("on-gcp", "gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", EMAIL)),
                                identity(
                                        "on-azure",
                                        "azureAuth",
                                        Map.of("tenantId", TENANT, "allowedServicePrincipalIds", OID)),
                                identity(
                                        "on-kubernetes",
                                        "kubernetesAuth",
                                        Map.of(
                                                "tokenReviewMode", "jwks",
                                                "jwksIssuer", cluster.issuer(),
                                                "jwksKeys", cluster.jwksJson(),
                                                "allowedNamespaces", "shop",
                                                "allowedAudience", "sallyport")),
                                Providers.DOCUMENTS.read(
                                        new IdentityId("orders-server"),
                                        Map.of(
                                                "audiences",
                                                List.of(Map.of("name", "orders-api", "scopes", List.of("read")))))),
                        ReplacedAddresses.of(google.replacedAddresses(), entra.replacedAddresses()),
                        Optional.empty(),
                        Optional.of(AddressPolicy.forSimulatedClusters())));
        // What the start logged.
        log.clear();
        variables.put(
                "GCE_METADATA_HOST",
                google.metadataServer(google.serviceAccount(EMAIL)).uri().getAuthority());
        variables.put(
                "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                entra.imds(new ManagedIdentity(
                                TENANT,
                                OID,
                                "c1d2e3f4-0000-4000-8000-0123456789ab",
                                "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/prod"))
                        .uri()
                        .toString());
        ClusterServiceAccount account = cluster.serviceAccount("shop", "payments");
        projected = Files.writeString(folder.resolve("token"), account.token("sallyport", Duration.ofHours(1)));
    }

    private static Identity identity(String id, String field, Map<String, Object> method) {
        Map<String, Object> auth = new HashMap<>(method);
        auth.put("accessTokenTTL", 600L);
        return Providers.DOCUMENTS.read(
                new IdentityId(id),
                Map.of(field, auth, "grants", List.of(Map.of("audience", "orders-api", "scopes", List.of("read")))));
    }

    @AfterEach
    void stop() {
        server.close();
        google.close();
        entra.close();
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(Platform.class)
    void logsInWithWhatThePlatformGives(Platform platform) throws Exception {
        assertThat(login(platform)).isZero();

        JWTClaimsSet claims = SignedJWT.parse(out.strip()).getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("on-" + platform);
        assertThat(claims.getAudience()).containsExactly(server.issuer());
        assertThat(out.lines()).hasSize(1);
        assertThat(err).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Platform.class)
    void getsATokenForAnAudience(Platform platform) throws Exception {
        assertThat(login(platform, "--audience=orders-api", "--scope=read")).isZero();

        JWTClaimsSet claims = SignedJWT.parse(out.strip()).getJWTClaimsSet();
        assertThat(claims.getAudience()).containsExactly("orders-api");
        assertThat(claims.getStringClaim("scope")).isEqualTo("read");
    }

    @Test
    void saysWhenTheTokenEnds() throws Exception {
        assertThat(login(Platform.GCP, "--output=json")).isZero();
        assertThat(Json.parseObject(out))
                .containsOnlyKeys("accessToken", "expires")
                .containsEntry("expires", TestClock.START.plusSeconds(600).toString());
    }

    /** An operator's whole path: the workload prints an id, and the audit log explains it. */
    @ParameterizedTest
    @EnumSource(Platform.class)
    void tellsWhatToAskWhenItIsDenied(Platform platform) throws Exception {
        assertThat(login(platform, "--identity=orders-server")).isEqualTo(LoginCommand.DENIED);
        assertThat(out).isEmpty();
        assertThat(err).contains("status 401").containsPattern("sallyport explain --request-id req-\\S+");

        String id = err.replaceAll("(?s).*explain --request-id (\\S+).*", "$1");
        StringWriter explained = new StringWriter();
        int code = new CommandLine(new ExplainCommand(
                        Environment.system(),
                        (environment, settings) -> {
                            throw new AssertionError("no platform is asked about the past");
                        },
                        new ByteArrayInputStream(String.join("\n", log).getBytes(UTF_8))))
                .setOut(new PrintWriter(explained, true))
                .execute("--request-id=" + id);
        assertThat(code).isEqualTo(ExplainCommand.DENIED);
        assertThat(explained.toString()).contains("no_auth_method");
    }

    @Test
    void tellsItOfTheTokenServiceAsWell() {
        assertThat(login(Platform.GCP, "--audience=billing-api")).isEqualTo(LoginCommand.DENIED);
        assertThat(err).contains("invalid_target").containsPattern("explain --request-id req-");
        assertThat(login(Platform.GCP, "--scope=read")).isEqualTo(LoginCommand.DENIED);
        assertThat(err).contains("invalid_scope");
    }

    @Test
    void saysThatItIsWorthAnotherTry() {
        google.behaviour().fail(503);
        assertThat(login(Platform.GCP)).isEqualTo(LoginCommand.UNAVAILABLE);
        assertThat(err).contains("status 503").containsPattern("explain --request-id req-");

        variables.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1");
        assertThat(login(Platform.AZURE)).isEqualTo(LoginCommand.UNAVAILABLE);
        assertThat(err).contains("Instance Metadata Service").doesNotContain("explain");

        assertThat(login(Platform.KUBERNETES, "--issuer=http://127.0.0.1:1")).isEqualTo(LoginCommand.UNAVAILABLE);
        assertThat(err).contains("cannot be reached");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--identity=a b",
                "--issuer=http://login.example.com",
                "--platform=aws",
                "--output=xml",
                "--audience=a b"
            })
    void takesNoOptionsThatDoNotFit(String argument) {
        assertThat(login(Platform.GCP, argument)).isEqualTo(2);
        assertThat(err).isNotBlank();
        assertThat(log).isEmpty();
    }

    @Test
    void takesNoServerThatIsMoreThanAHost() {
        variables.put("GCE_METADATA_HOST", "user@127.0.0.1");
        assertThat(login(Platform.GCP)).isEqualTo(2);
        assertThat(err).contains("GCE_METADATA_HOST");
    }

    /** The arguments may repeat a default; the last one counts. */
    private int login(Platform platform, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--issuer=" + server.issuer(), "--identity=on-" + platform, "--platform=" + platform));
        if (platform == Platform.KUBERNETES) {
            all.add("--projected-token=" + projected);
        }
        all.addAll(List.of(arguments));
        StringWriter written = new StringWriter();
        StringWriter faults = new StringWriter();
        int code = new CommandLine(new LoginCommand(variables, clock))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setOut(new PrintWriter(written, true))
                .setErr(new PrintWriter(faults, true))
                .execute(all.toArray(String[]::new));
        out = written.toString();
        err = faults.toString();
        return code;
    }
}
