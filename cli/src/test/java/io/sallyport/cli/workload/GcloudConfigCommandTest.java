package io.sallyport.cli.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.Main;
import io.sallyport.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The credential file for gcloud and Google's libraries. */
class GcloudConfigCommandTest {
    private static final List<String> PROVIDER =
            List.of("--project-number=326694433618", "--pool=workloads", "--provider=sallyport");
    private static final List<String> LOGIN =
            List.of("--issuer=https://login.example.com", "--identity=payments", "--platform=gcp");
    private static final List<String> COMMAND = List.of("--command=/opt/sallyport/sallyport");
    private static final String AUDIENCE =
            "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/workloads/providers/sallyport";

    @TempDir
    private Path folder;

    private record Outcome(int status, String out, String err) {}

    @Test
    void namesTheCommandThatLibrariesRun() throws Exception {
        assertThat(Json.parseObject(run(PROVIDER, LOGIN, COMMAND).out()))
                .isEqualTo(Map.of(
                        "universe_domain",
                        "googleapis.com",
                        "type",
                        "external_account",
                        "audience",
                        AUDIENCE,
                        "subject_token_type",
                        "urn:ietf:params:oauth:token-type:jwt",
                        "token_url",
                        "https://sts.googleapis.com/v1/token",
                        "token_info_url",
                        "https://sts.googleapis.com/v1/introspect",
                        "credential_source",
                        Map.of(
                                "executable",
                                Map.of(
                                        "command",
                                        "/opt/sallyport/sallyport gcloud-token --issuer=https://login.example.com"
                                                + " --identity=payments --platform=gcp",
                                        "timeout_millis",
                                        30_000L))));
    }

    @Test
    void namesTheServiceAccountToBecome() throws Exception {
        Map<String, Object> config = Json.parseObject(run(
                        PROVIDER,
                        LOGIN,
                        COMMAND,
                        List.of(
                                "--service-account=reports@shop.iam.gserviceaccount.com",
                                "--service-account-lifetime=1800"))
                .out());

        assertThat(config)
                .containsEntry(
                        "service_account_impersonation_url",
                        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
                                + "reports@shop.iam.gserviceaccount.com:generateAccessToken")
                .containsEntry("service_account_impersonation", Map.of("token_lifetime_seconds", 1800L))
                .doesNotContainKey("token_info_url");
    }

    @Test
    void namesTheFileThatIsKeptFresh() throws Exception {
        Map<String, Object> config =
                Json.parseObject(run(PROVIDER, List.of("--source=file", "--token-file=/run/sallyport/google.jwt"))
                        .out());

        assertThat(config).containsEntry("credential_source", Map.of("file", "/run/sallyport/google.jwt"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--platform=azure|--platform=azure --azure-resource=https://management.azure.com/",
                "--platform=azure --azure-resource=api://login --azure-client-id=c1d2e3f4-0000-4000-8000-0123456789ab"
                        + "|--platform=azure --azure-resource=api://login --azure-client-id=c1d2e3f4-0000-4000-8000-0123456789ab",
                "--platform=Kubernetes --projected-token=/var/run/secrets/tokens/sallyport"
                        + "|--platform=kubernetes --projected-token=/var/run/secrets/tokens/sallyport",
                "--platform=gcp --audience=google|--platform=gcp --audience=google"
            })
    void handsItsOptionsToTheCommand(String given, String handed) throws Exception {
        Outcome outcome = run(PROVIDER, LOGIN.subList(0, 2), COMMAND, List.of(given.split(" ")));

        assertThat(outcome.out()).contains("--identity=payments " + handed + "\"");
    }

    @Test
    void namesTheFileThatTheAnswerIsKeptIn() {
        assertThat(run(PROVIDER, LOGIN, COMMAND, List.of("--output-file=/run/sallyport/kept.json"))
                        .out())
                .contains("\"output_file\" : \"/run/sallyport/kept.json\"");
    }

    @Test
    void writesAFileThatOnlyItsOwnerCanReadAndReplacesNone() throws Exception {
        Path file = folder.resolve("credentials.json");
        List<String> out = List.of("--out=" + file);

        assertThat(run(PROVIDER, LOGIN, COMMAND, out)).isEqualTo(new Outcome(0, "", ""));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String first = Files.readString(file);

        List<String> other = List.of("--identity=orders", "--out=" + file);
        Outcome refused = run(PROVIDER, List.of(LOGIN.get(0), LOGIN.get(2)), COMMAND, other);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains(file + " already exists", "--force");
        assertThat(file).hasContent(first);

        assertThat(run(PROVIDER, List.of(LOGIN.get(0), LOGIN.get(2)), COMMAND, other, List.of("--force"))
                        .status())
                .isZero();
        assertThat(Files.readString(file)).contains("--identity=orders");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void saysThatAFileCannotBeWritten() {
        Outcome outcome = run(PROVIDER, LOGIN, COMMAND, List.of("--out=" + folder.resolve("missing/file")));

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("cannot be written").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "--project-number, shop",
        "--project-number, 0123",
        "--pool, abc",
        "--pool, Workloads",
        "--pool, gcp-workloads",
        "--pool, workloads/providers",
        "--provider, abc",
        "--provider, sally_port",
        "--provider, 'abcdefghijklmnopqrstuvwxyz0123456'",
        "--issuer, http://login.example.com",
        "--issuer, https://login.example.com/",
        "--issuer, 'https://login.example.com --identity=admin'",
        "--identity, 'a b'",
        "--identity, ''",
        "--service-account, reports@example.com",
        "--service-account, 'reports@shop.iam.gserviceaccount.com:x'",
        "--service-account, '../reports@shop.iam.gserviceaccount.com'",
        "--service-account-lifetime, 599",
        "--service-account-lifetime, 43201",
        "--command, sallyport",
        "--command, '/opt/my tools/sallyport'",
        "--command, ''",
        "--output-file, kept.json",
        "--output-file, '/run/my files/kept.json'",
        "--azure-resource, 'https://a b'",
        "--azure-client-id, payments",
        "--audience, 'a b'"
    })
    void refuses(String option, String value) {
        Map<String, String> options = new LinkedHashMap<>();
        for (List<String> some : List.of(
                PROVIDER,
                LOGIN,
                COMMAND,
                List.of("--service-account=reports@shop.iam.gserviceaccount.com", "--service-account-lifetime=600"))) {
            some.forEach(given -> options.put(given.split("=", 2)[0], given));
        }
        assertThat(run(List.copyOf(options.values())).status()).isZero();
        options.put(option, option + "=" + value);

        Outcome outcome = run(List.copyOf(options.values()));

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("1 fault(s)", option);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void tellsAllThatIsMissingAtOnce() {
        Outcome outcome = run(List.of());

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err())
                .contains(
                        "--project-number",
                        "--pool",
                        "--provider",
                        "--issuer",
                        "--identity",
                        "--platform",
                        "--command");
        assertThat(run(PROVIDER, List.of("--source=file")).err()).contains("1 fault(s)", "--token-file");
        assertThat(run(PROVIDER, LOGIN.subList(0, 2), COMMAND, List.of("--platform=kubernetes"))
                        .err())
                .contains("1 fault(s)", "--projected-token");
        assertThat(run(PROVIDER, LOGIN, COMMAND, List.of("--service-account-lifetime=600"))
                        .err())
                .contains("1 fault(s)", "needs --service-account");
    }

    @SafeVarargs
    private static Outcome run(List<String>... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("gcloud-config"));
        for (List<String> some : arguments) {
            all.addAll(some);
        }
        CommandLine commandLine =
                Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int status = commandLine.execute(all.toArray(String[]::new));
        return new Outcome(status, out.toString(), err.toString());
    }
}
