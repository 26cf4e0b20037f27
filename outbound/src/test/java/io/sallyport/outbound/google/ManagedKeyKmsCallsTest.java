package io.sallyport.outbound.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.simulated.google.SimulatedKms;
import io.sallyport.testing.MemoryManagedKeyStore;
import io.sallyport.testing.TestClock;
import io.sallyport.token.AccessToken;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TrustedIps;
import io.sallyport.token.managed.KeyCipher;
import io.sallyport.token.managed.KeySchedule;
import io.sallyport.token.managed.ManagedKeyRotation;
import io.sallyport.token.managed.ManagedKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often Cloud KMS is called by issuers with managed keys. */
@Timeout(60)
class ManagedKeyKmsCallsTest {
    private static final String ISSUER = "https://login.example.com";
    private static final String KEY = "projects/p/locations/global/keyRings/sallyport/cryptoKeys/signing-keys";

    private final SimulatedKms kms = SimulatedKms.start();
    private final TestClock clock = new TestClock();
    private final MemoryManagedKeyStore store = new MemoryManagedKeyStore();
    private final KeyCipher cipher = new KmsKeyCipher(
            new EncryptionKey.CloudKms(KEY),
            new HttpsCloudKms(
                    kms.origin(),
                    new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()),
                    Optional.of(CaCertificates.parse(kms.caCertificate())),
                    () -> "ya29.token"));

    @AfterEach
    void stop() {
        kms.close();
    }

    private ManagedKeyRotation rotation(boolean rsa) {
        kms.createKey(KEY);
        return new ManagedKeyRotation(
                ISSUER, store, cipher, () -> generate(rsa), new KeySchedule(KeySchedule.DEFAULT_ROTATION));
    }

    private static JWK generate(boolean rsa) {
        try {
            return rsa ? new RSAKeyGenerator(2048).generate() : new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private ManagedKeys instance() {
        return new ManagedKeys(ISSUER, store, cipher, List.of(), (keyId, why) -> {
            throw new AssertionError(keyId + ": " + why);
        });
    }

    private AccessToken token() {
        return new AccessToken(
                "token-1",
                new AccessToken.Subject(new IdentityId("payments"), "Payments", "no-access", Map.of()),
                new AccessToken.Session(
                        new SessionId("session-00000000000001"),
                        clock.instant(),
                        "gcp",
                        Map.of(),
                        0,
                        TrustedIps.ANYWHERE),
                AccessToken.Target.own(ISSUER),
                clock.instant(),
                clock.instant().plusSeconds(60));
    }

    @ParameterizedTest(name = "RSA: {0}")
    @ValueSource(booleans = {false, true})
    void isOneDecryptionForAThousandTokensOfAnInstance(boolean rsa) throws Refused {
        rotation(rsa).rotateIfDue(clock.instant());
        assertThat(kms.encryptions()).isEqualTo(1);
        TokenMinter minter = new TokenMinter(ISSUER, instance());
        AccessTokenVerifier verifier = new AccessTokenVerifier(ISSUER, instance());
        minter.mint(token());
        int before = kms.decryptions();
        assertThat(before).isEqualTo(1);
        for (int i = 0; i < 1000; i++) {
            clock.advance(Duration.ofSeconds(30));
            verifier.verifyOwn(minter.mint(token()), clock.instant());
        }
        assertThat(kms.decryptions() - before).as("calls per thousand tokens").isZero();
        assertThat(kms.signatures()).isZero();
        assertThat(kms.encryptions()).isEqualTo(1);
    }

    @Test
    void isUndecidedWhileCloudKmsIsDownAndWorksWhenItIsBack() throws Refused {
        ManagedKeyRotation rotation = rotation(false);
        rotation.rotateIfDue(clock.instant());
        TokenMinter minter =
                new TokenMinter(ISSUER, new ManagedKeys(ISSUER, store, cipher, List.of(), (id, why) -> {}));
        kms.behaviour().fail(503);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> minter.mint(token()))
                .matches(refused -> refused.reason().isUndecided());
        kms.behaviour().recover();
        clock.advance(Duration.ofSeconds(5));
        assertThat(minter.mint(token())).isNotEmpty();
    }
}
