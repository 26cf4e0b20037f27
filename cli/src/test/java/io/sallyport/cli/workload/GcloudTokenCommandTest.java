package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.sallyport.json.Json;
import io.sallyport.server.StandInIssuer;
import io.sallyport.simulated.azure.Imds;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.google.MetadataServer;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.TestClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the program that Google's libraries run for a token tells them. */
class GcloudTokenCommandTest {
    private static final String AUDIENCE =
            "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/workloads/providers/sallyport";
    private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

    private final TestClock clock = new TestClock();
    private final Map<String, String> variables = new HashMap<>(Map.of("GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE", AUDIENCE));
    private StandInIssuer issuer;
    private Path projected;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        issuer = StandInIssuer.start(clock);
        projected = Files.writeString(folder.resolve("token"), "eyJh.eyJi.c2ln\n");
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void getsATokenForTheProviderWithWhatAPodHas() throws Exception {
        Map<String, Object> answer = run("--platform=kubernetes", "--projected-token=" + projected);

        assertThat(answer)
                .containsOnlyKeys("version", "success", "token_type", "id_token", "expiration_time")
                .containsEntry("version", 1L)
                .containsEntry("success", true)
                .containsEntry("token_type", JWT)
                .containsEntry(
                        "expiration_time",
                        TestClock.START.plusSeconds(3600 - 30).getEpochSecond());
        assertThat(SignedJWT.parse((String) answer.get("id_token"))
                        .getJWTClaimsSet()
                        .getAudience())
                .containsExactly(AUDIENCE);
        assertThat(issuer.requests())
                .containsExactly(Map.of(
                        "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer",
                        "assertion", "eyJh.eyJi.c2ln",
                        "client_id", "payments",
                        "audience", AUDIENCE));
    }

    @Test
    void getsATokenWithWhatTheMetadataServerGives() throws Exception {
        try (SimulatedGoogle google = SimulatedGoogle.start(clock);
                MetadataServer metadata =
                        google.metadataServer(google.serviceAccount("payments@shop.iam.gserviceaccount.com"))) {
            variables.put("GCE_METADATA_HOST", metadata.uri().getAuthority());

            assertThat(run("--platform=gcp")).containsEntry("success", true);
        }
        SignedJWT assertion = SignedJWT.parse(issuer.requests().get(0).get("assertion"));
        assertThat(assertion.getJWTClaimsSet().getAudience()).containsExactly("payments");
        assertThat(assertion.getJWTClaimsSet().getStringClaim("email"))
                .isEqualTo("payments@shop.iam.gserviceaccount.com");
    }

    @ParameterizedTest
    @CsvSource({"'', true", "c1d2e3f4-0000-4000-8000-0123456789ab, true", "c1d2e3f4-0000-4000-8000-000000000000, false"
    })
    void getsATokenWithWhatTheInstanceMetadataServiceGives(String clientId, boolean known) throws Exception {
        ManagedIdentity machine = new ManagedIdentity(
                "72f988bf-86f1-41af-91ab-2d7cd011db47",
                "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11",
                "c1d2e3f4-0000-4000-8000-0123456789ab",
                "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/prod");
        try (SimulatedEntra entra = SimulatedEntra.start(clock);
                Imds imds = entra.imds(machine)) {
            variables.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", imds.uri().toString());
            List<String> arguments =
                    new ArrayList<>(List.of("--platform=azure", "--azure-resource=https://sallyport.example.com/"));
            if (!clientId.isEmpty()) {
                arguments.add("--azure-client-id=" + clientId);
            }

            assertThat(run(arguments.toArray(String[]::new))).containsEntry("success", known);
        }
        if (known) {
            SignedJWT assertion = SignedJWT.parse(issuer.requests().get(0).get("assertion"));
            assertThat(assertion.getJWTClaimsSet().getAudience()).containsExactly("https://sallyport.example.com/");
        } else {
            assertThat(issuer.requests()).isEmpty();
        }
    }

    @Test
    void leavesATenthOfAShortLifeUnused() throws Exception {
        issuer.answerWith(200, "{\"access_token\":\"a.b.c\",\"expires_in\":100}");

        assertThat(run())
                .containsEntry(
                        "expiration_time", TestClock.START.plusSeconds(90).getEpochSecond());
    }

    @Test
    void asksForAnotherAudienceWhereOneIsGiven() throws Exception {
        run("--platform=kubernetes", "--projected-token=" + projected, "--audience=google-federation");

        assertThat(issuer.requests().get(0)).containsEntry("audience", "google-federation");
    }

    @ParameterizedTest
    @CsvSource({"jwt, true", "id_token, true", "saml2, false"})
    void answersWithTheTypeThatTheCredentialFileNames(String type, boolean known) throws Exception {
        variables.put("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:" + type);

        Map<String, Object> answer = run();

        assertThat(answer).containsEntry("success", known);
        if (known) {
            assertThat(answer).containsEntry("token_type", "urn:ietf:params:oauth:token-type:" + type);
        } else {
            assertFailed(answer, "INVALID_CONFIGURATION", "subject_token_type");
        }
    }

    @Test
    void keepsTheAnswerInAFileThatOnlyItsOwnerCanRead() throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "untouched");
        Path kept = Files.createSymbolicLink(folder.resolve("kept.json"), victim);
        variables.put("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", kept.toString());

        Map<String, Object> answer = run();

        assertThat(Json.parseObject(Files.readString(kept))).isEqualTo(answer).containsEntry("success", true);
        assertThat(Files.isSymbolicLink(kept)).isFalse();
        assertThat(victim).hasContent("untouched");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept, LinkOption.NOFOLLOW_LINKS)))
                .isEqualTo("rw-------");
        assertNothingIsLeftBehind(3);
    }

    @Test
    void keepsNoFailure() throws Exception {
        Path kept = folder.resolve("kept.json");
        variables.put("GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", kept.toString());
        issuer.answerWith(400, "{\"error\":\"invalid_grant\"}");

        assertFailed(run(), "invalid_grant", "status 400");
        assertThat(kept).doesNotExist();
    }

    @Test
    void failsWhereTheAnswerCannotBeKept() throws Exception {
        variables.put(
                "GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE",
                folder.resolve("missing/kept.json").toString());
        assertFailed(run(), "OUTPUT_FILE", "kept.json");

        Path folderInTheWay = Files.createDirectories(folder.resolve("taken/inner"));
        variables.put(
                "GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE",
                folderInTheWay.getParent().toString());
        assertFailed(run(), "OUTPUT_FILE", "taken");
        assertNothingIsLeftBehind(2);
    }

    private void assertNothingIsLeftBehind(int files) throws Exception {
        try (var left = Files.list(folder)) {
            assertThat(left).hasSize(files);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|{\"error\":\"invalid_target\",\"error_description\":\"no grant\"}|invalid_target|no grant",
                "401|{\"error\":\"invalid_client\",\"reqId\":\"req-1\"}|invalid_client|request req-1",
                "503|{}|ISSUER_UNAVAILABLE|status 503",
                "200|<html>|ISSUER_UNAVAILABLE|not with JSON",
                "200|{\"expires_in\":60}|ISSUER_UNAVAILABLE|without a token",
                "200|{\"access_token\":\"\",\"expires_in\":60}|ISSUER_UNAVAILABLE|without a token",
                "200|{\"access_token\":\"a.b.c\"}|ISSUER_UNAVAILABLE|without a token",
                "200|{\"access_token\":\"a.b.c\",\"expires_in\":0}|ISSUER_UNAVAILABLE|without a token",
                "200|{\"access_token\":\"a.b.c\",\"expires_in\":9223372036854775807}|ISSUER_UNAVAILABLE|without a token",
            })
    void tellsWhyTheIssuerGaveNone(int status, String body, String code, String message) throws Exception {
        issuer.answerWith(status, body);

        assertFailed(run(), code, message);
    }

    /** The assertion would go to wherever it points. */
    @Test
    void followsNoRedirect() throws Exception {
        try (StandInIssuer other = StandInIssuer.start(clock)) {
            issuer.answerWith(302, other.url() + "/v1/token");

            assertFailed(run(), "ISSUER_UNAVAILABLE", "status 302");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void readsNoEndlessAnswer() throws Exception {
        issuer.answerWith(200, " ".repeat(64 * 1024 + 1));

        assertFailed(run(), "ISSUER_UNAVAILABLE", "more than 65536 bytes");
    }

    @Test
    void tellsThatTheIssuerIsNotThere() throws Exception {
        issuer.close();

        assertFailed(run(), "ISSUER_UNAVAILABLE", "cannot be reached");
    }

    @Test
    void tellsThatThePlatformGaveNothing() throws Exception {
        variables.put("GCE_METADATA_HOST", "127.0.0.1:1");
        variables.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1");
        assertFailed(run("--platform=gcp"), "PLATFORM_UNAVAILABLE", "the metadata server cannot be reached");
        assertFailed(run("--platform=azure"), "PLATFORM_UNAVAILABLE", "Instance Metadata Service cannot be reached");
        assertFailed(
                run("--platform=kubernetes", "--projected-token=" + folder.resolve("none")),
                "PLATFORM_UNAVAILABLE",
                "none cannot be read");
        assertThat(issuer.requests()).isEmpty();
    }

    /** A server that is not the platform's gives an unusable answer at best. */
    @Test
    void sendsOnNothingThatIsNoToken() throws Exception {
        variables.put("GCE_METADATA_HOST", issuer.url().substring("http://".length()));
        assertFailed(run("--platform=gcp"), "PLATFORM_UNAVAILABLE", "status 404");
        variables.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", issuer.url());
        assertFailed(run("--platform=azure"), "PLATFORM_UNAVAILABLE", "status 404");
        Files.writeString(projected, "a.b");
        assertFailed(run(), "PLATFORM_UNAVAILABLE", "returned no token");
        Files.writeString(projected, "a.b.c&client_id=admin");
        assertFailed(run(), "PLATFORM_UNAVAILABLE", "returned no token");
        assertThat(issuer.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"user@127.0.0.1", "127.0.0.1/path", "host name"})
    void takesNoServerThatIsMoreThanAHost(String host) throws Exception {
        variables.put("GCE_METADATA_HOST", host);
        assertFailed(run("--platform=gcp"), "INVALID_CONFIGURATION", "GCE_METADATA_HOST");
        variables.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://" + host);
        assertFailed(run("--platform=azure"), "INVALID_CONFIGURATION", "AZURE_POD_IDENTITY_AUTHORITY_HOST");
    }

    @Test
    void tellsEveryFaultOfItsOptionsAtOnce() throws Exception {
        Map<String, Object> answer = execute("--issuer=http://login.example.com", "--identity=a b");

        assertFailed(answer, "INVALID_CONFIGURATION", "--issuer");
        assertThat((String) answer.get("message")).contains("--identity", "--platform");
    }

    @Test
    void asksForAnAudience() throws Exception {
        variables.clear();

        assertFailed(run(), "INVALID_CONFIGURATION", "GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE");
    }

    private static void assertFailed(Map<String, Object> answer, String code, String message) {
        assertThat(answer)
                .containsOnlyKeys("version", "success", "code", "message")
                .containsEntry("version", 1L)
                .containsEntry("success", false)
                .containsEntry("code", code);
        assertThat((String) answer.get("message")).contains(message).doesNotContain("eyJ");
    }

    /** On Kubernetes, unless the arguments name another platform. */
    private Map<String, Object> run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("--issuer=" + issuer.url(), "--identity=payments"));
        all.addAll(
                arguments.length == 0
                        ? List.of("--platform=kubernetes", "--projected-token=" + projected)
                        : List.of(arguments));
        return execute(all.toArray(String[]::new));
    }

    private Map<String, Object> execute(String... arguments) throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = new CommandLine(new GcloudTokenCommand(variables, clock))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        assertThat(status).isZero();
        assertThat(err.toString()).isEmpty();
        return Json.parseObject(out.toString().getBytes(UTF_8));
    }
}
