package io.sallyport.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.admin.Seeding;
import io.sallyport.identity.Identity;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.provider.Providers;
import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentitiesFileTest {
    private static final String VALID = """
            # Who may log in.
            identities:
              - id: payments-vm
                name: Payments
                role: member
                projects: {shop: [reader, writer]}
                gcpAuth:
                  type: gce
                  allowedServiceAccounts: payments@shop.iam.gserviceaccount.com, pay@shop.iam.gserviceaccount.com
                  allowedZones:
                    - europe-west1-b
                  accessTokenTTL: 600
                  accessTokenMaxTTL: 3600
                  accessTokenTrustedIps: [{ipAddress: 192.0.2.0/24}]
              - id: nightly-job
                disabled: true
                gcpAuth: {type: iam, allowedServiceAccounts: "*", singleUse: true}
            """;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("identities.yaml");
    }

    @Test
    void readsEveryIdentityInItsOrder() throws Exception {
        List<Identity> identities = read(VALID);
        assertThat(identities)
                .extracting(Identity::id)
                .containsExactly(new IdentityId("payments-vm"), new IdentityId("nightly-job"));
        Identity payments = identities.get(0);
        assertThat(payments.name()).isEqualTo("Payments");
        assertThat(payments.role()).isEqualTo("member");
        assertThat(payments.projects()).isEqualTo(Map.of("shop", List.of("reader", "writer")));
        assertThat(payments.disabled()).isFalse();
        GcpAuth gce = payments.method(GcpAuth.class).orElseThrow();
        assertThat(gce.type()).isEqualTo(GcpAuth.Type.GCE);
        assertThat(gce.serviceAccounts().values())
                .containsExactlyInAnyOrder("payments@shop.iam.gserviceaccount.com", "pay@shop.iam.gserviceaccount.com");
        assertThat(gce.zones().values()).containsExactly("europe-west1-b");
        assertThat(gce.policy().ttl()).isEqualTo(Duration.ofMinutes(10));
        assertThat(gce.policy().maxTtl()).isEqualTo(Duration.ofHours(1));
        assertThat(gce.policy().trustedIps().blocks()).containsExactly("192.0.2.0/24");
        Identity job = identities.get(1);
        assertThat(job.name()).isEqualTo("nightly-job");
        assertThat(job.role()).isEqualTo(Identity.NO_ACCESS);
        assertThat(job.disabled()).isTrue();
        assertThat(job.method(GcpAuth.class).orElseThrow().isSingleUse()).isTrue();
    }

    @Test
    void readsJsonToo() throws Exception {
        assertThat(read("{\"identities\": [{\"id\": \"a\"}]}"))
                .extracting(Identity::id)
                .containsExactly(new IdentityId("a"));
    }

    @Test
    void takesAnEmptyList() throws Exception {
        assertThat(read("identities: []")).isEmpty();
    }

    @Test
    void namesEveryFaultAtOnce() {
        List<String> faults = faults("""
                identities:
                  - id: fine
                  - id: ../etc
                  - name: nameless
                  - id: 7
                  - just a text
                  - id: everybody
                    gcpAuth: {type: gce}
                  - id: misspelt
                    gcpAuth: {type: gce, allowedProjects: shop, allowedZone: x}
                  - id: typeless
                    gcpAuth: {allowedServiceAccounts: a@b}
                  - id: fine
                """);
        assertThat(faults).hasSize(8).allSatisfy(fault -> assertThat(fault).startsWith(file + ": "));
        assertThat(faults.get(0)).contains("\"../etc\"").contains(IdentityId.FORM);
        assertThat(faults.get(1)).contains("id");
        assertThat(faults.get(2)).contains("\"7\"");
        assertThat(faults.get(3)).contains("must be an object");
        assertThat(faults.get(4)).contains("everybody").contains("allowedServiceAccounts");
        assertThat(faults.get(5)).contains("misspelt").contains("\"allowedZone\"");
        assertThat(faults.get(6)).contains("typeless").contains("type");
        assertThat(faults.get(7)).contains("fine").contains("twice");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    an unknown field of an identity | {id: a, groups: [b]} | "groups"
                    an unknown field of an auth method | {id: a, gcpAuth: {type: gce, allowedProjects: x, allowAll: true}} | "allowAll"
                    an owner elsewhere | {id: a, managedBy: terraform} | managedBy
                    an auth method that is not there | {id: a, ldapAuth: {}} | "ldapAuth"
                    a text for a number | {id: a, gcpAuth: {type: gce, allowedProjects: x, accessTokenTTL: '600'}} | accessTokenTTL
                    a fraction | {id: a, gcpAuth: {type: gce, allowedProjects: x, accessTokenTTL: 1.5}} | accessTokenTTL
                    a number that is too large | {id: a, gcpAuth: {type: gce, allowedProjects: x, accessTokenTTL: 99999999999999999999}} | accessTokenTTL
                    a word for a flag | {id: a, disabled: perhaps} | disabled
                    a number for a name | {id: a, name: 1} | name
                    a text for a list | {id: a, projects: {shop: reader}} | projects
                    a list of numbers | {id: a, gcpAuth: {type: gce, allowedProjects: [1]}} | allowedProjects
                    an address that is none | {id: a, gcpAuth: {type: gce, allowedProjects: x, accessTokenTrustedIps: [300.0.0.1]}} | 300.0.0.1
                    no address | {id: a, gcpAuth: {type: gce, allowedProjects: x, accessTokenTrustedIps: []}} | accessTokenTrustedIps
                    zones alone | {id: a, gcpAuth: {type: gce, allowedZones: europe-west1-b}} | allowedZones alone is not a constraint
                    names alone | {id: a, kubernetesAuth: {kubernetesHost: kube.example.com, allowedNames: pay}} | allowedNames alone is not a constraint
                    any owner | {id: a, jwtBearerAuth: {trustedIssuers: [{issuer: 'https://gitlab.com', subject: 'project_path:*', audience: x}]}} | project_path:GROUP/
                    what a signed JWT cannot tell | {id: a, gcpAuth: {type: iam, allowedServiceAccounts: x, allowedZones: y}} | allowedZones
                    """)
    void refuses(String what, String identity, String named) {
        assertThat(faults("identities:\n  - " + identity))
                .singleElement()
                .asString()
                .contains(named);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    a field of an identity twice | 'identities: [{id: a, name: b, name: c}]'
                    the list twice | '{identities: [], identities: []}'
                    a field of an auth method twice | 'identities: [{id: a, gcpAuth: {type: gce, type: iam}}]'
                    a list that does not end | 'identities: [{id: a}'
                    nothing | ''
                    a comment alone | '# identities'
                    a list at the top | '[{id: a}]'
                    a text at the top | 'identities'
                    no list | 'identities: {id: a}'
                    no identities | 'identities:'
                    something beside the list | '{identities: [], version: 1}'
                    """)
    void refusesAFileOf(String what, String content) {
        assertThat(faults(content == null ? "" : content))
                .singleElement()
                .asString()
                .startsWith(file.toString());
    }

    /** It contains reviewers' tokens in plain text, and the parser's own messages quote the line. */
    @Test
    void quotesNothingOfAFileThatIsBroken() {
        assertThat(faults(
                        "identities:\n  - {id: a, kubernetesAuth: {tokenReviewerJwt: canary}}\n  - [canary: 'canary\n"))
                .singleElement()
                .asString()
                .contains("is not valid YAML, in line")
                .doesNotContain("canary");
    }

    /** A second document would be ignored, and its identities would be missing. */
    @Test
    void refusesMoreThanOneDocument() {
        assertThat(faults("identities: [{id: a}]\n---\nidentities: [{id: b}]\n"))
                .singleElement()
                .asString()
                .startsWith(file.toString());
    }

    /** SnakeYAML, CVE-2022-1471: a tag names a class, and the parser instantiates it. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    name: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ["http://127.0.0.1:1/"]]]]
                    name: !!java.io.FileOutputStream ["%s"]
                    role: !!java.util.Date 2026-01-01
                    projects: !!java.util.TreeMap {shop: !!java.io.File ["%s"]}
                    """)
    void makesNothingOfATag(String field) {
        Path made = folder.resolve("made");
        String text = "identities:\n  - id: a\n    " + field.replace("%s", made.toString());
        try {
            assertThat(read(text)).as("read as if the tag were not there").hasSize(1);
        } catch (InvalidConfigurationException | IOException refused) {
            assertThat(refused).hasMessageContaining(file.toString());
        }
        assertThat(made).doesNotExist();
    }

    /** Read as strings, they would put the name of an anchor in the place of an account. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    [{id: a, name: &b c, role: *b}]
                    [{id: a, gcpAuth: &b {type: gce, allowedProjects: x}}, {id: b, gcpAuth: *b}]
                    [&b {id: a}, *b]
                    [{id: a, gcpAuth: {type: gce, allowedProjects: *nowhere}}]
                    [{id: a, gcpAuth: &b {type: gce, allowedProjects: x}}, {id: c, gcpAuth: {<<: *b}}]
                    """)
    void refusesAliases(String list) {
        assertThat(faults("identities: " + list)).singleElement().asString().contains("alias");
    }

    @Test
    void readsNoBombOfAliases() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ", ").repeat(9) + "]\n");
        }
        assertThat(faults(bomb + "identities: []")).hasSize(1);
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        assertThat(faults("identities: " + "[".repeat(100_000))).hasSize(1);
    }

    @Test
    void saysThatAFileCannotBeRead() throws Exception {
        assertThat(readFaults()).containsExactly(file + " cannot be read");
        Files.createDirectory(file);
        assertThat(readFaults()).containsExactly(file + " cannot be read");
    }

    @Test
    void saysThatAFileIsNotText() throws Exception {
        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe});
        assertThat(readFaults()).containsExactly(file + " cannot be read");
    }

    private List<Identity> read(String content) throws IOException {
        Files.write(file, content.getBytes(UTF_8));
        List<Identity> identities = new ArrayList<>();
        for (Seeding.Seed seed : new IdentitiesFile(Providers.DOCUMENTS).read(file)) {
            identities.add(Providers.DOCUMENTS.read(seed.id(), seed.document()));
        }
        return identities;
    }

    private List<String> faults(String content) {
        try {
            Files.write(file, content.getBytes(UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return readFaults();
    }

    private List<String> readFaults() {
        InvalidConfigurationException[] caught = new InvalidConfigurationException[1];
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> new IdentitiesFile(Providers.DOCUMENTS).read(file))
                .satisfies(thrown -> caught[0] = thrown);
        return caught[0].faults();
    }
}
