package io.sallyport.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.cli.Main;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.outbound.google.HttpsCloudKms;
import io.sallyport.outbound.google.KmsKeys;
import io.sallyport.runtime.Environment;
import io.sallyport.server.CachingVerifier;
import io.sallyport.server.FleetFixture;
import io.sallyport.server.IssuingFixture;
import io.sallyport.server.SessionClient;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedKms;
import io.sallyport.testing.TestClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two instances issue tokens while the command line rotates their keys; verifiers that cache to the last second verify
 * every token.
 */
@Timeout(120)
class KeyRotationTest {
    private static final String KMS_KEY = "projects/p/locations/global/keyRings/sallyport/cryptoKeys/tokens";
    private static final Duration ROLLOUT = Duration.ofMinutes(5);

    private final TestClock clock = new TestClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedKms kms = SimulatedKms.start();

    @TempDir
    private Path folder;

    private Environment environment;

    /** Where the private keys are kept. */
    enum Place {
        FILE,
        CLOUD_KMS
    }

    @BeforeEach
    void prepare() {
        environment = new Environment(
                Map.of(
                        "SALLYPORT_ISSUER",
                        SessionClient.ISSUER,
                        "SALLYPORT_SIGNING_KEYS_FILE",
                        folder.resolve("keys.json").toString()),
                clock,
                Environment.system().ids(),
                HttpFetcher.plainHttpToo(),
                line -> {},
                () -> new KmsKeys(new HttpsCloudKms(
                        kms.origin(),
                        new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()),
                        Optional.of(CaCertificates.parse(kms.caCertificate())),
                        () -> "ya29.token")));
    }

    @AfterEach
    void stop() {
        google.close();
        kms.close();
    }

    private int keys(String... arguments) {
        List<String> all = new ArrayList<>(List.of("keys", arguments[0], "--file=" + folder.resolve("keys.json")));
        all.addAll(List.of(arguments).subList(1, arguments.length));
        PrintWriter nowhere = new PrintWriter(new StringWriter(), true);
        return Main.commandLine(environment).setOut(nowhere).setErr(nowhere).execute(all.toArray(String[]::new));
    }

    /** The arguments for a new key in that place. */
    private String[] with(String command, Place place, int version) {
        if (place == Place.FILE) {
            return new String[] {command};
        }
        String name = KMS_KEY + "/cryptoKeyVersions/" + version;
        kms.createVersion(name, "EC_SIGN_P256_SHA256");
        return new String[] {command, "--kms", name};
    }

    @ParameterizedTest
    @EnumSource
    void losesNoTokenOnItsWayFromOneKeyToAnother(Place place) throws Exception {
        assertThat(keys(with("generate", place, 1))).isZero();
        try (FleetFixture fleet = new FleetFixture(environment, google, folder, 2);
                IssuingFixture issuing = IssuingFixture.start(fleet, clock)) {
            issuing.awaitTokens(20);
            String old = issuing.keyIds().get(0);

            // The next key is added; one instance has it at once, the other at the very end of the rollout.
            assertThat(keys(with("rotate", place, 2))).isZero();
            Instant added = clock.instant();
            rollBoth(fleet, issuing);
            issuing.awaitTokens(20);
            assertThat(issuing.keyIds()).containsExactly(old);

            // It may sign once the last cache without it has expired, and not a second sooner.
            clock.set(added.plus(ROLLOUT).plusSeconds(299));
            issuing.awaitTokens(20);
            assertThat(keys("rotate")).isEqualTo(KeysCommand.TOO_EARLY);
            clock.set(added.plus(ROLLOUT).plusSeconds(300));
            assertThat(keys("rotate")).isZero();
            Instant promoted = clock.instant();
            rollBoth(fleet, issuing);
            issuing.awaitTokens(20);
            assertThat(issuing.keyIds()).hasSize(2).first().isEqualTo(old);

            // The old key may be removed once the last token of the last instance has expired.
            String longest = "--longest-token=" + FleetFixture.TOKEN_SECONDS;
            clock.set(promoted.plus(ROLLOUT).plusSeconds(FleetFixture.TOKEN_SECONDS - 1));
            issuing.verifyAllAgain();
            assertThat(keys("retire", longest)).isEqualTo(KeysCommand.TOO_EARLY);
            clock.set(promoted.plus(ROLLOUT).plusSeconds(FleetFixture.TOKEN_SECONDS));
            assertThat(keys("retire", longest)).isZero();
            rollBoth(fleet, issuing);
            clock.advance(Duration.ofSeconds(300));
            issuing.awaitTokens(20);
            issuing.verifyAllAgain();
            assertThat(fleet.keys(0).body()).doesNotContain(old);
            issuing.finish();
            assertThat(kms.signatures()).isEqualTo(place == Place.FILE ? 0 : issuing.minted());
        }
    }

    /** Under traffic, with a new verifier that fetches the old keys at the last possible moment. */
    private void rollBoth(FleetFixture fleet, IssuingFixture issuing) throws Exception {
        fleet.roll(0);
        issuing.awaitTokens(20);
        clock.advance(ROLLOUT.minusSeconds(1));
        issuing.verifyBy(unlucky(fleet));
        issuing.awaitTokens(20);
        fleet.roll(1);
    }

    private CachingVerifier unlucky(FleetFixture fleet) throws Exception {
        CachingVerifier verifier = new CachingVerifier(() -> fleet.keys(1), clock);
        verifier.keys();
        return verifier;
    }

    // The same verifiers do refuse tokens if the operator does not wait.

    @Test
    void losesTokensWhereANewKeySignsAtOnce() throws Exception {
        assertThat(keys("generate")).isZero();
        try (FleetFixture fleet = new FleetFixture(environment, google, folder, 2);
                IssuingFixture issuing = IssuingFixture.start(fleet, clock)) {
            issuing.awaitTokens(20);
            assertThat(keys("rotate", "--force")).isZero();
            fleet.roll(0);
            assertLosesTokens(issuing);
        }
    }

    @Test
    void losesTokensWhereTheRolloutTookLongerThanWasSaid() throws Exception {
        assertThat(keys("generate")).isZero();
        try (FleetFixture fleet = new FleetFixture(environment, google, folder, 2);
                IssuingFixture issuing = IssuingFixture.start(fleet, clock)) {
            assertThat(keys("rotate")).isZero();
            rollBoth(fleet, issuing);
            clock.advance(Duration.ofSeconds(1));
            assertThat(keys("rotate", "--rollout=0")).isZero();
            fleet.roll(0);
            assertLosesTokens(issuing);
        }
    }

    @Test
    void losesTokensWhereAKeyIsRemovedBeforeItsTokensExpire() throws Exception {
        assertThat(keys("generate")).isZero();
        try (FleetFixture fleet = new FleetFixture(environment, google, folder, 2);
                IssuingFixture issuing = IssuingFixture.start(fleet, clock)) {
            issuing.awaitTokens(20);
            String old = issuing.keyIds().get(0);
            assertThat(keys("rotate", "--force")).isZero();
            assertThat(keys("retire", "--force", "--key=" + old)).isZero();
            fleet.roll(0);
            fleet.roll(1);
            clock.advance(Duration.ofSeconds(300));
            assertThatExceptionOfType(AssertionError.class).isThrownBy(issuing::verifyAllAgain);
        }
    }

    private static void assertLosesTokens(IssuingFixture issuing) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> issuing.awaitTokens(1_000_000))
                .withStackTraceContaining("a valid token was refused");
    }
}
