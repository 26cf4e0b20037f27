package io.sallyport.adminapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.json.Json;
import io.sallyport.runtime.Settings;
import io.sallyport.server.AdminFixture;
import io.sallyport.server.SigningKeyFile;
import io.sallyport.session.SessionFixture;
import io.sallyport.testing.MemoryManagedKeyStore;
import io.sallyport.testing.TestClock;
import io.sallyport.testing.TestKeyCipher;
import io.sallyport.testing.TestRequest;
import io.sallyport.token.managed.KeySchedule;
import io.sallyport.token.managed.ManagedKeyRotation;
import io.sallyport.token.managed.ManagedKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the admin API says of the signing keys. */
class SigningKeyRoutesTest {
    private static final String PATH = "/api/v1/signing-keys";

    @Test
    void namesFixedKeysWithoutTimes() throws Exception {
        AdminFixture stage = new AdminFixture();
        Map<String, ?> answer = Json.parseObject(
                stage.send("GET", PATH, stage.viewer(), Map.of()).body());
        assertThat(answer.get("managed")).isEqualTo(false);
        assertThat(answer.get("keys").toString()).matches("\\[\\{(keyId|algorithm)=[^,]*, (keyId|algorithm)=[^,]*}]");
    }

    @Test
    void tellsTheStatesOfManagedKeysTheNextRotationAndWhatIsRefused() throws Exception {
        AdminFixture stage = new AdminFixture();
        TestClock clock = stage.world.clock;
        MemoryManagedKeyStore store = new MemoryManagedKeyStore();
        TestKeyCipher cipher = new TestKeyCipher();
        ManagedKeyRotation rotation = new ManagedKeyRotation(
                SessionFixture.ISSUER,
                store,
                cipher,
                SigningKeyFile::generate,
                new KeySchedule(KeySchedule.DEFAULT_ROTATION));
        rotation.rotateIfDue(clock.instant());
        rotation.rotate(clock.instant());
        Settings settings = Settings.forVerifying(Map.of(
                "SALLYPORT_ISSUER", SessionFixture.ISSUER,
                "SALLYPORT_PUBLIC_KEYS", "managed",
                "SALLYPORT_STORE", "firestore:p/d"));
        AdminRoutes routes = new AdminRoutes(stage.world.sessions, clock, decision -> {});
        new SigningKeyRoutes(
                        settings,
                        Optional.of(new ManagedKeys(SessionFixture.ISSUER, store, cipher, List.of(), (id, why) -> {})),
                        clock)
                .addTo(routes);

        String before = get(routes, stage.viewer());
        assertThat(before)
                .contains("\"managed\":true", "\"state\":\"current\"", "\"state\":\"next\"", "\"refused\":[]")
                .contains("\"nextRotation\":\"" + clock.instant().plus(KeySchedule.DEFAULT_ROTATION) + "\"")
                .doesNotContain("ciphertext", "proof");
        assertThat(cipher.decryptions()).isZero();

        store.edit(
                SessionFixture.ISSUER, text -> text.replaceFirst("\"alg\":\"ES256\",\"jwk", "\"alg\":\"RS256\",\"jwk"));
        clock.advance(Duration.ofMinutes(1));
        assertThat(get(routes, stage.viewer())).contains("\"refused\":[{", "alg is not the algorithm");

        store.fail(Reason.STORE_TIMEOUT);
        clock.advance(Duration.ofHours(1));
        String caller = stage.viewer();
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> get(routes, caller))
                .returns(Reason.STORE_TIMEOUT, Refused::reason);
    }

    private static String get(AdminRoutes routes, String authorization) throws Refused {
        Headers headers = Headers.of(Map.of("Authorization", List.of(authorization)));
        return routes.routes()
                .handle(new Request(TestRequest.ID, "GET", PATH, headers, Body.EMPTY, new ClientAddress("192.0.2.1")))
                .body();
    }

    @Test
    void isForAdminsAndViewersAlone() {
        AdminFixture stage = new AdminFixture();
        assertThat(stage.send("GET", PATH, stage.admin(), Map.of()).status()).isEqualTo(200);
        assertThat(stage.send("GET", PATH, "", Map.of()).status()).isEqualTo(401);
        assertThat(stage.send("POST", PATH, stage.admin(), Map.of()).status()).isEqualTo(405);
    }
}
