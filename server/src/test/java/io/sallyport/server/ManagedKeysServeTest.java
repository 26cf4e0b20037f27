package io.sallyport.server;

import static io.sallyport.server.ServerFixture.VM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.identity.Identity;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.TestEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} with keys that it makes itself. */
@Timeout(60)
class ManagedKeysServeTest {
    private static final Map<String, String> VARIABLES =
            Map.of("SALLYPORT_ISSUER", "https://login.example.com", "SALLYPORT_SIGNING_KEYS", "managed:local");
    private static final String JWKS = "/.well-known/jwks.json";

    private static SimulatedGoogle google;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startGoogle() {
        google = ServerFixture.google();
    }

    @AfterAll
    static void stopGoogle() {
        google.close();
    }

    private ServerFixture start(Identity... identities) {
        return ServerFixture.open(google, folder, VARIABLES, List.of(identities));
    }

    @Test
    void signsWithAKeyThatItMadeAndPublishesIt() throws Exception {
        try (ServerFixture stage = start(ServerFixture.vm(Map.of()))) {
            SignedJWT token =
                    ServerFixture.accessToken(stage.logIn(VM, stage.idToken(VM)).body());
            JWKSet published = JWKSet.parse(stage.get(JWKS).body());
            assertThat(published.getKeys()).hasSize(1);
            assertThat(token.verify(new ECDSAVerifier(published
                            .getKeyByKeyId(token.getHeader().getKeyID())
                            .toECKey())))
                    .isTrue();
            assertThat(stage.get("/.well-known/openid-configuration").body()).contains("\"ES256\"");
            assertThat(stage.get(JWKS).headers().firstValue("Cache-Control")).contains("public, max-age=300");
        }
        assertThat(folder.resolve("signing-keys.json")).doesNotExist();
        assertThat(folder.resolve("keys.db")).exists();
    }

    @Test
    void keepsItsKeysOverARestart() throws Exception {
        String before;
        try (ServerFixture stage = start(ServerFixture.vm(Map.of()))) {
            before = stage.get(JWKS).body();
        }
        try (ServerFixture stage = start()) {
            assertThat(stage.get(JWKS).body()).isEqualTo(before);
            assertThat(stage.logIn(VM, stage.idToken(VM)).statusCode()).isEqualTo(200);
        }
    }

    /** The file that encrypts them is lost: undecided, not denied, and the operator is told why. */
    @Test
    void isUndecidedIfItCannotDecryptItsKey() throws Exception {
        try (ServerFixture stage = start(ServerFixture.vm(Map.of()))) {
            assertThat(stage.get(JWKS).statusCode()).isEqualTo(200);
        }
        Files.delete(folder.resolve("signing-keys-encryption-key"));
        try (ServerFixture stage = start()) {
            var response = stage.logIn(VM, stage.idToken(VM));
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(stage.lineAbout(response.body())).containsEntry("reason", "keys_unavailable");
            assertThat(stage.get(JWKS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void doesNotStartIfTheDatabaseOfKeysIsNone() throws IOException {
        Files.writeString(folder.resolve("keys.db"), "this is not a database, however long it may be".repeat(100));
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> LocalServer.start(
                        new TestEnvironment(VARIABLES).environment(),
                        new LocalServer.Options("127.0.0.1", 0, folder, List.of(), Map.of())));
    }
}
