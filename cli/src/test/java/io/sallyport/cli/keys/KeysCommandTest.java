package io.sallyport.cli.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.sallyport.Race;
import io.sallyport.cli.Main;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.outbound.google.HttpsCloudKms;
import io.sallyport.outbound.google.KmsKeys;
import io.sallyport.runtime.Environment;
import io.sallyport.server.SigningKeyFile;
import io.sallyport.simulated.google.SimulatedKms;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestEnvironment;
import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
class KeysCommandTest {
    private static final String KMS_KEY = "projects/p/locations/global/keyRings/sallyport/cryptoKeys/tokens";
    private static final String VERSION = KMS_KEY + "/cryptoKeyVersions/1";
    private static final Duration BEFORE_SIGNING = SigningKeys.CACHE_TIME.plusMinutes(5);
    private static final Duration BEFORE_REMOVAL = TokenPolicy.MAX_TOKEN_TTL.plusMinutes(5);

    private final TestEnvironment world = new TestEnvironment();
    private final TestClock clock = world.clock();
    private final SimulatedKms kms = SimulatedKms.start();
    private final Environment environment =
            new Environment(Map.of(), clock, world.ids(), world.fetcher(), world.lines()::add, this::kmsKeys);

    @TempDir
    private Path folder;

    @AfterEach
    void stopKms() {
        kms.close();
    }

    private KmsKeys kmsKeys() {
        return new KmsKeys(new HttpsCloudKms(
                kms.origin(),
                new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()),
                Optional.of(CaCertificates.parse(kms.caCertificate())),
                () -> "ya29.token"));
    }

    /** A command's result. */
    private record Outcome(int exitCode, String out, String err) {}

    private Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine(environment)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int exitCode = commandLine.execute(arguments);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    /** On this test's key file. Requires that no output contains a secret. */
    private Outcome keys(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("keys", arguments[0], "--data", folder.toString()));
        all.addAll(Arrays.asList(arguments).subList(1, arguments.length));
        Outcome outcome = run(all.toArray(String[]::new));
        for (Map<String, Object> key :
                Files.exists(file()) ? objects(Files.readString(file(), ISO_8859_1)) : List.<Map<String, Object>>of()) {
            for (String part : List.of("d", "p", "q", "dp", "dq", "qi")) {
                if (key.get(part) instanceof String secret) {
                    assertThat(outcome.out() + outcome.err()).doesNotContain(secret);
                }
            }
        }
        assertThat(outcome.err()).doesNotContain("\tat ").doesNotContain("Exception");
        return outcome;
    }

    private void succeed(String... arguments) throws IOException {
        Outcome outcome = keys(arguments);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
    }

    /** Runs a command that must change nothing and say why. */
    private Outcome refused(int exitCode, String... arguments) throws IOException {
        Optional<String> before =
                Files.exists(file()) ? Optional.of(Files.readString(file(), ISO_8859_1)) : Optional.empty();
        Outcome outcome = keys(arguments);
        assertThat(outcome.exitCode()).as(outcome.out()).isEqualTo(exitCode);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).isNotEmpty();
        assertThat(Files.exists(file()) ? Optional.of(Files.readString(file(), ISO_8859_1)) : Optional.empty())
                .isEqualTo(before);
        return outcome;
    }

    private Path file() {
        return folder.resolve("signing-keys.json");
    }

    private List<Map<String, Object>> members() throws IOException {
        return objects(Files.readString(file()));
    }

    /** Empty if it is not JSON. */
    private static List<Map<String, Object>> objects(String json) {
        try {
            List<Map<String, Object>> objects = new ArrayList<>();
            for (Object key : (List<?>) Json.parseObject(json).get("keys")) {
                Map<String, Object> fields = new LinkedHashMap<>();
                ((Map<?, ?>) key).forEach((name, value) -> fields.put((String) name, value));
                objects.add(fields);
            }
            return objects;
        } catch (MalformedJsonException e) {
            return List.of();
        }
    }

    private List<String> states() throws IOException {
        return members().stream().map(key -> String.valueOf(key.get("state"))).toList();
    }

    private String kid(int position) throws IOException {
        return String.valueOf(members().get(position).get("kid"));
    }

    private static String signingKey(Path file) throws Exception {
        return SigningKeys.parsePrivate(Files.readString(file))
                .signer(() -> (version, digest) -> new byte[0])
                .keyId();
    }

    // Help, and invalid command lines.

    @ParameterizedTest
    @ValueSource(strings = {"", "generate", "rotate", "retire", "list", "public"})
    void explainsItself(String command) {
        Outcome outcome = command.isEmpty() ? run("keys", "--help") : run("keys", command, "--help");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains(("Usage: sallyport keys " + command).trim(), "Exit codes:", "3   too early");
        if (!command.isEmpty()) {
            assertThat(outcome.out()).contains("--file=FILE", "--data=FOLDER");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys",
                "keys nothing",
                "keys generate --algorithm PS256",
                "keys generate here",
                "keys list --output yaml",
                "keys rotate --rollout soon",
                "keys retire --key"
            })
    void refusesACommandLineThatItDoesNotKnow(String line) {
        Outcome outcome = run(line.split(" "));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("keys").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "rotate --rollout=-1",
        "rotate --rollout=7776001",
        "retire --longest-token=-1",
        "list --longest-token=7776001"
    })
    void refusesWaitsThatAreNone(String line) throws Exception {
        succeed("generate");
        assertThat(refused(2, line.split(" ")).err()).contains("must be from 0 to 7776000");
    }

    // Creating keys.

    @ParameterizedTest
    @CsvSource({"'', ES256", "--algorithm=ES256, ES256", "--algorithm=RS256, RS256"})
    void makesAFileWithOneKeyThatSigns(String option, String algorithm) throws Exception {
        succeed(option.isEmpty() ? new String[] {"generate"} : new String[] {"generate", option});
        assertThat(members())
                .singleElement()
                .satisfies(key -> assertThat(key.get("alg")).isEqualTo(algorithm));
        assertThat(states()).containsExactly("current");
        assertThat(signingKey(file())).isEqualTo(kid(0));
        assertThat(members().get(0).get("stateSince")).isEqualTo(TestClock.START.getEpochSecond());
    }

    @Test
    void makesTheDataFolderAndTakesAnyFile() throws Exception {
        Path elsewhere = folder.resolve("new/data");
        assertThat(run("keys", "generate", "--data", elsewhere.toString()).exitCode())
                .isZero();
        assertThat(elsewhere.resolve("signing-keys.json")).exists();
        Path other = folder.resolve("other/keys.json");
        assertThat(run("keys", "generate", "--file", other.toString()).exitCode())
                .isZero();
        assertThat(run("keys", "list", "--file", other.toString()).out()).contains(signingKey(other));
    }

    @Test
    void neverWritesOverAFile() throws Exception {
        succeed("generate");
        assertThat(refused(2, "generate").err()).contains(file() + " already exists");
    }

    @Test
    void makesOneFileHoweverManyTryAtOnce() throws Exception {
        List<Integer> exitCodes = Race.of(
                4, () -> run("keys", "generate", "--data", folder.toString()).exitCode());
        assertThat(exitCodes).containsExactlyInAnyOrder(0, 2, 2, 2);
        assertThat(signingKey(file())).isEqualTo(kid(0));
        assertOnlyTheFileIsThere();
    }

    // Rotating.

    @Test
    void rotatesInTwoStepsOfWhichTheSecondWaits() throws Exception {
        succeed("generate");
        String first = kid(0);
        succeed("rotate");
        assertThat(states()).containsExactly("current", "next");
        assertThat(signingKey(file())).isEqualTo(first);
        clock.advance(BEFORE_SIGNING.minusSeconds(1));
        assertThat(refused(3, "rotate").err()).contains("too early", kid(1), "in 1 s", "2026-03-01T12:10:00Z");
        clock.advance(Duration.ofSeconds(1));
        succeed("rotate");
        assertThat(states()).containsExactly("retired", "current");
        assertThat(signingKey(file())).isEqualTo(kid(1));
        assertThat(members())
                .extracting(key -> key.get("stateSince"))
                .containsOnly(clock.instant().getEpochSecond());
    }

    @Test
    void waitsForALongerRollout() throws Exception {
        succeed("generate");
        succeed("rotate", "--rollout=3600");
        clock.advance(Duration.ofSeconds(3899));
        refused(3, "rotate", "--rollout=3600");
        clock.advance(Duration.ofSeconds(1));
        succeed("rotate", "--rollout=3600");
        assertThat(states()).containsExactly("retired", "current");
    }

    @Test
    void waitsForTheCacheEvenWhereARolloutTakesNoTime() throws Exception {
        succeed("generate");
        succeed("rotate");
        clock.advance(Duration.ofSeconds(299));
        refused(3, "rotate", "--rollout=0");
        clock.advance(Duration.ofSeconds(1));
        succeed("rotate", "--rollout=0");
    }

    @Test
    void signsAtOnceWithTheNextKeyInAnEmergency() throws Exception {
        succeed("generate");
        succeed("rotate");
        succeed("rotate", "--force");
        assertThat(states()).containsExactly("retired", "current");
    }

    @Test
    void signsAtOnceWithANewKeyInAnEmergency() throws Exception {
        succeed("generate");
        succeed("rotate", "--force");
        assertThat(states()).containsExactly("retired", "current");
        assertThat(signingKey(file())).isEqualTo(kid(1));
    }

    @Test
    void makesTheNextKeyInTheMannerOfTheCurrentOne() throws Exception {
        succeed("generate", "--algorithm=RS256");
        succeed("rotate");
        assertThat(members()).extracting(key -> key.get("alg")).containsExactly("RS256", "RS256");
    }

    @Test
    void changesTheAlgorithmWhenAskedTo() throws Exception {
        succeed("generate", "--algorithm=RS256");
        succeed("rotate", "--algorithm=ES256");
        clock.advance(BEFORE_SIGNING);
        succeed("rotate");
        assertThat(members()).extracting(key -> key.get("alg")).containsExactly("RS256", "ES256");
        assertThat(signingKey(file())).isEqualTo(kid(1));
    }

    @Test
    void makesNoSecondNextKey() throws Exception {
        succeed("generate");
        succeed("rotate");
        assertThat(refused(2, "rotate", "--algorithm=RS256").err()).contains("there is already a next key");
    }

    /** As in a file made by hand. */
    @Test
    void takesOfSeveralNextKeysTheOneThatIsPublishedLongest() throws Exception {
        SigningKey undated = SigningKey.readSet("{\"keys\":["
                        + SigningKeyFile.generate().toJSONString().replaceFirst("\\{", "{\"state\":\"next\",")
                        + "]}")
                .get(0);
        SigningKey older =
                SigningKey.of(SigningKeyFile.generate(), KeyState.NEXT, TestClock.START.minus(BEFORE_SIGNING));
        new KeyFile(file())
                .create(new KeyRing(List.of(
                        SigningKey.of(SigningKeyFile.generate(), KeyState.CURRENT, TestClock.START),
                        undated,
                        SigningKey.of(SigningKeyFile.generate(), KeyState.NEXT, TestClock.START),
                        older)));
        succeed("rotate");
        assertThat(signingKey(file())).isEqualTo(older.keyId());
        assertThat(states()).containsExactly("retired", "next", "next", "current");
    }

    /** As in a file of an earlier version, or made by hand. */
    @Test
    void beginsToCountWhereItIsNotKnownSinceWhenAKeyIsPublished() throws Exception {
        succeed("generate");
        succeed("rotate");
        forgetTimes();
        clock.advance(Duration.ofDays(365));
        Outcome outcome = keys("rotate");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("the wait begins now");
        assertThat(states()).containsExactly("current", "next");
        clock.advance(BEFORE_SIGNING.minusSeconds(1));
        refused(3, "rotate");
        clock.advance(Duration.ofSeconds(1));
        succeed("rotate");
    }

    private void forgetTimes() throws IOException {
        Files.writeString(file(), Files.readString(file()).replaceAll(",?\"stateSince\":[0-9]+", ""));
    }

    /** Another machine's clock may be ahead. */
    @Test
    void waitsLongerForAKeyThatIsAddedInTheFuture() throws Exception {
        succeed("generate");
        succeed("rotate");
        clock.advance(Duration.ofHours(-1));
        assertThat(refused(3, "rotate").err()).contains("in 1 h 10 min");
    }

    // Retiring.

    @Test
    void removesAKeyWhenItsLastTokenMustHaveExpired() throws Exception {
        rotated();
        clock.advance(BEFORE_REMOVAL.minusSeconds(1));
        assertThat(refused(3, "retire").err()).contains("too early", kid(0), "in 1 s");
        refused(3, "retire", "--key", kid(0));
        clock.advance(Duration.ofSeconds(1));
        succeed("retire");
        assertThat(states()).containsExactly("current");
        succeed("retire");
    }

    private void rotated() throws IOException {
        succeed("generate");
        succeed("rotate");
        clock.advance(BEFORE_SIGNING);
        succeed("rotate");
    }

    @Test
    void removesAKeySoonerWhereTokensAreKnownToBeShort() throws Exception {
        rotated();
        clock.advance(Duration.ofSeconds(899));
        refused(3, "retire", "--longest-token=600");
        clock.advance(Duration.ofSeconds(1));
        succeed("retire", "--longest-token=600", "--key", kid(0));
        assertThat(states()).containsExactly("current");
    }

    @Test
    void removesThoseThatAreDueAndKeepsTheOthers() throws Exception {
        rotated();
        String first = kid(0);
        String second = kid(1);
        clock.advance(Duration.ofDays(1));
        succeed("rotate");
        clock.advance(BEFORE_SIGNING);
        succeed("rotate");
        clock.advance(BEFORE_REMOVAL.minusDays(1));
        Outcome outcome = keys("retire");
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("removed " + first, "too early: " + second);
        assertThat(states()).containsExactly("retired", "current");
        assertThat(kid(0)).isEqualTo(second);
    }

    @Test
    void removesACompromisedKeyAtOnce() throws Exception {
        succeed("generate");
        String stolen = kid(0);
        succeed("rotate", "--force");
        refused(3, "retire", "--key", stolen);
        succeed("retire", "--key", stolen, "--force");
        assertThat(Files.readString(file())).doesNotContain(stolen);
        assertThat(states()).containsExactly("current");
    }

    @Test
    void removesANextKeyAtOnceSinceItNeverSigned() throws Exception {
        succeed("generate");
        succeed("rotate");
        succeed("retire", "--key", kid(1));
        assertThat(states()).containsExactly("current");
    }

    @Test
    void neverRemovesTheCurrentKey() throws Exception {
        succeed("generate");
        assertThat(refused(2, "retire", "--key", kid(0), "--force").err()).contains("is the current key");
        assertThat(refused(2, "retire", "--key", "no-such-id").err()).contains("no key with that id");
        assertThat(refused(2, "retire", "--force").err()).contains("--force needs --key");
    }

    @Test
    void beginsToCountWhereItIsNotKnownSinceWhenAKeyIsRetired() throws Exception {
        rotated();
        forgetTimes();
        clock.advance(BEFORE_REMOVAL);
        Outcome outcome = keys("retire");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(states()).containsExactly("retired", "current");
        clock.advance(BEFORE_REMOVAL);
        succeed("retire");
        assertThat(states()).containsExactly("current");
    }

    // Showing.

    @Test
    void showsWhatCanBeDoneNextAndWhen() throws Exception {
        succeed("generate");
        assertThat(listed())
                .containsExactly(Map.of(
                        "kid",
                        kid(0),
                        "alg",
                        "ES256",
                        "state",
                        "current",
                        "since",
                        "2026-03-01T12:00:00Z",
                        "next",
                        "rotate",
                        "possible",
                        true));
        succeed("rotate");
        assertThat(listed().get(0)).doesNotContainKey("next");
        assertThat(listed().get(1))
                .containsEntry("state", "next")
                .containsEntry("next", "rotate")
                .containsEntry("possible", false)
                .containsEntry("from", "2026-03-01T12:10:00Z");
        clock.advance(BEFORE_SIGNING);
        assertThat(listed().get(1)).containsEntry("possible", true);
        succeed("rotate");
        assertThat(listed().get(0))
                .containsEntry("state", "retired")
                .containsEntry("next", "retire")
                .containsEntry("possible", false)
                .containsEntry("from", "2026-05-30T12:15:00Z");
        Outcome table = keys("list");
        assertThat(table.exitCode()).isZero();
        assertThat(table.out().lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line)
                        .contains(kid(0), "ES256", "retired", "2026-03-01T12:10:00Z", "retire: 2026-05-30T12:15:00Z"))
                .anySatisfy(line -> assertThat(line).contains(kid(1), "current", "rotate: now"));
    }

    private List<Map<String, Object>> listed() throws Exception {
        Outcome outcome = keys("list", "--output=json");
        assertThat(outcome.exitCode()).isZero();
        return objects(outcome.out());
    }

    @Test
    void showsWhatItDoesNotKnow() throws Exception {
        rotated();
        forgetTimes();
        assertThat(keys("list").out()).contains("not known", "retire: counts from its first call");
        assertThat(listed().get(0)).containsEntry("possible", false).doesNotContainKeys("from", "since");
    }

    @Test
    void printsThePublicPartsForWhatSignsNothing() throws Exception {
        rotated();
        succeed("rotate", "--algorithm=RS256");
        Outcome outcome = keys("public");
        assertThat(outcome.exitCode()).isZero();
        assertThat(SigningKeys.parsePublic(outcome.out()).published())
                .isEqualTo(SigningKeys.parsePrivate(Files.readString(file())).published());
        assertThat(outcome.out()).contains("\"state\":\"retired\"", "\"state\":\"current\"", "\"state\":\"next\"");
        assertThat(JWKSet.parse(outcome.out()).getKeys())
                .noneMatch(JWK::isPrivate)
                .hasSize(3);
    }

    // Files.

    @ParameterizedTest
    @ValueSource(strings = {"rotate", "retire", "list", "public"})
    void saysThatThereIsNoFile(String command) throws Exception {
        assertThat(refused(2, command).err()).contains(file() + " does not exist", "sallyport keys generate");
    }

    @ParameterizedTest
    @MethodSource
    void leavesAFileThatIsNoneAsItIs(String content) throws Exception {
        Files.writeString(file(), content);
        for (String command : List.of("rotate", "retire", "list", "public", "generate")) {
            assertThat(refused(2, command).err()).contains(file().toString()).doesNotContain("CANARY");
        }
    }

    static Stream<String> leavesAFileThatIsNoneAsItIs() {
        return Stream.of(
                "",
                "CANARY",
                "{\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"EC\",\"d\":\"CANARY\"}]}",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"CANARY\"}]}");
    }

    @Test
    void leavesAFileThatIsNotTextAsItIs() throws Exception {
        byte[] bytes = {(byte) 0xff, (byte) 0xfe, 0};
        Files.write(file(), bytes);
        assertThat(keys("rotate").exitCode()).isEqualTo(2);
        assertThat(Files.readAllBytes(file())).isEqualTo(bytes);
    }

    /** Made by hand: its private and public parts do not match, which would go unnoticed until it signs. */
    @Test
    void letsNoKeySignThatCannot() throws Exception {
        succeed("generate");
        succeed("rotate");
        String publicOnly = keys("public").out();
        String both = Files.readString(file());
        String nextWithoutPrivatePart =
                both.substring(0, both.indexOf("},{") + 2) + publicOnly.substring(publicOnly.indexOf("},{") + 2);
        Files.writeString(file(), nextWithoutPrivatePart);
        clock.advance(BEFORE_SIGNING);
        assertThat(refused(2, "rotate").err()).contains("cannot sign");
    }

    @Test
    void keepsOtherMembersOfAKey() throws Exception {
        succeed("generate");
        Files.writeString(file(), Files.readString(file()).replace("\"kty\"", "\"note\":\"by hand\",\"kty\""));
        succeed("rotate", "--force");
        assertThat(members().get(0).get("note")).isEqualTo("by hand");
    }

    @Test
    void keepsTheFileFromOtherUsers() throws Exception {
        assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
        succeed("generate");
        assertOwnerOnly();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        succeed("rotate");
        assertOwnerOnly();
        assertOnlyTheFileIsThere();
    }

    private void assertOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    private void assertOnlyTheFileIsThere() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .as("nothing half made stays behind")
                    .isSubsetOf("signing-keys.json", ".signing-keys.json.lock");
        }
    }

    @Test
    void followsALinkAndLeavesItOne() throws Exception {
        Path real = folder.resolve("real.json");
        assertThat(run("keys", "generate", "--file", real.toString()).exitCode())
                .isZero();
        Files.createSymbolicLink(file(), real);
        succeed("rotate");
        assertThat(file()).isSymbolicLink();
        assertThat(Files.readString(real)).contains("\"next\"");
    }

    @Test
    void saysThatTheFolderCannotBeWritten() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        Outcome outcome = run(
                "keys", "generate", "--file", folder.resolve("file/keys.json").toString());
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("file").doesNotContain("\tat ", "Exception");
    }

    // Cloud KMS.

    @Test
    void makesAFileWithAKeyOfCloudKms() throws Exception {
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        succeed("generate", "--kms", VERSION);
        assertThat(members().get(0).get("kms")).isEqualTo(VERSION);
        assertThat(Files.readString(file())).doesNotContain("\"d\"");
        assertThat(kms.publicKeys()).isEqualTo(1);
        assertThat(listed().get(0)).containsEntry("kms", VERSION).containsEntry("alg", "ES256");
        assertThat(keys("list").out()).contains(VERSION);
        assertThat(keys("public").out()).doesNotContain("projects/");
        byte[] signature = SigningKeys.parsePrivate(Files.readString(file()))
                .signer(this::kmsKeys)
                .sign(new byte[] {1});
        assertThat(signature).hasSize(64);
    }

    @Test
    void rotatesFromOneVersionToAnother() throws Exception {
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        kms.createVersion(KMS_KEY + "/cryptoKeyVersions/2", "RSA_SIGN_PKCS1_2048_SHA256");
        succeed("generate", "--kms", VERSION);
        succeed("rotate", "--kms", KMS_KEY + "/cryptoKeyVersions/2");
        clock.advance(BEFORE_SIGNING);
        succeed("rotate");
        assertThat(members()).extracting(key -> key.get("alg")).containsExactly("ES256", "RS256");
        assertThat(states()).containsExactly("retired", "current");
        assertThat(kms.publicKeys()).as("each is asked for once").isEqualTo(2);
    }

    @Test
    void leavesCloudKmsOnlyWhenAskedTo() throws Exception {
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        succeed("generate", "--kms", VERSION);
        assertThat(refused(2, "rotate").err()).contains("--kms");
        assertThat(refused(2, "rotate", "--kms", VERSION).err()).contains("is already one of the keys");
        succeed("rotate", "--algorithm", "ES256");
        assertThat(members().get(1)).doesNotContainKey("kms");
    }

    @Test
    void makesNothingOfAVersionThatIsNone() throws Exception {
        assertThat(refused(2, "generate", "--kms", KMS_KEY).err()).contains("cryptoKeyVersions/N");
        assertThat(refused(2, "generate", "--kms", VERSION, "--algorithm", "ES256")
                        .err())
                .contains("cannot be combined");
        assertThat(refused(1, "generate", "--kms", VERSION).err()).contains("HTTP status 404");
        kms.createVersion(VERSION, "EC_SIGN_P384_SHA384");
        assertThat(refused(1, "generate", "--kms", VERSION).err()).contains("EC_SIGN_P384_SHA384", "ES256");
        assertThat(file()).doesNotExist();
    }

    @Test
    void changesNothingWhileCloudKmsIsDown() throws Exception {
        succeed("generate");
        kms.createVersion(VERSION, "EC_SIGN_P256_SHA256");
        kms.behaviour().fail(503);
        assertThat(refused(1, "rotate", "--kms", VERSION).err()).contains("HTTP status 503");
        kms.behaviour().recover();
        succeed("rotate", "--kms", VERSION);
    }
}
