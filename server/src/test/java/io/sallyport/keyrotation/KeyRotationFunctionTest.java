package io.sallyport.keyrotation;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.Reason;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.http.Routes;
import io.sallyport.json.Json;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.adapter.CloudFunction;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.testing.MemoryManagedKeyStore;
import io.sallyport.testing.TestEnvironment;
import io.sallyport.testing.TestKeyCipher;
import io.sallyport.testing.TestRequest;
import io.sallyport.token.managed.KeySchedule;
import io.sallyport.token.managed.ManagedKeyRotation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyRotationFunctionTest {
    private static final String ISSUER = "https://login.example.com";

    private final TestEnvironment world = new TestEnvironment();
    private final MemoryManagedKeyStore store = new MemoryManagedKeyStore();
    private final TestKeyCipher cipher = new TestKeyCipher();
    private final ManagedKeyRotation rotation = new ManagedKeyRotation(
            ISSUER, store, cipher, KeyRotationFunctionTest::generate, new KeySchedule(KeySchedule.DEFAULT_ROTATION));

    private static JWK generate() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private Response call(String method, String path) throws Exception {
        return KeyRotationFunction.routes(rotation, world.clock(), new LogLine(world.environment()))
                .handle(new Request(TestRequest.ID, method, path, Headers.NONE, Body.EMPTY, ClientAddress.UNKNOWN));
    }

    private Map<String, ?> rotate() throws Exception {
        return Json.parseObject(call("POST", "/keys/rotate").body());
    }

    @Test
    void makesAKeyOnlyWhenItIsDueHoweverOftenItIsCalled() throws Exception {
        Map<String, ?> first = rotate();
        assertThat(first.get("rotated")).isEqualTo(true);
        assertThat(world.logged())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("outcome", "granted")
                        .containsEntry("keyId", first.get("keyId"))
                        .containsEntry("signsFrom", first.get("signsFrom")));
        for (int i = 0; i < 10; i++) {
            assertThat(rotate()).isEqualTo(Map.of("rotated", false));
        }
        world.clock().advance(Duration.ofDays(7));
        assertThat(rotate().get("rotated")).isEqualTo(true);
        assertThat(rotation.keys().keys()).hasSize(2);
        assertThat(cipher.encryptions()).isEqualTo(2);
    }

    /** The constant input that docs/keys.md gives to EventBridge Scheduler. */
    @Test
    void isCalledByTheSchedulerOfAws() throws Exception {
        String event = "{\"version\":\"2.0\",\"rawPath\":\"/keys/rotate\","
                + "\"requestContext\":{\"http\":{\"method\":\"POST\"}}}";
        assertThat(Files.readString(Path.of("../docs/keys.md"))).contains(event);
        Routes routes = KeyRotationFunction.routes(rotation, world.clock(), new LogLine(world.environment()));
        CloudFunction function = new CloudFunction(new Endpoint(world.environment(), 0, routes)) {};
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        function.handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), answer, null);
        assertThat(answer.toString(StandardCharsets.UTF_8)).contains("\"statusCode\":200");
        assertThat(rotation.keys().keys()).hasSize(1);
    }

    @Test
    void hasNoOtherRoute() throws Exception {
        assertThat(call("GET", "/keys/rotate").status()).isEqualTo(405);
        assertThat(call("POST", "/keys/rotate/force").status()).isEqualTo(404);
        assertThat(store.reads()).isZero();
    }

    @Test
    void logsWhyATimerMadeNoKeyAndGoesOn() {
        KeyTask task = new KeyTask(rotation, world.environment());
        cipher.fail(Reason.KEYS_TIMEOUT);
        task.run();
        cipher.recover();
        store.fail(Reason.STORE_UNAVAILABLE);
        task.run();
        store.recover();
        store.edit(ISSUER, text -> text);
        task.run();
        task.run();
        assertThat(world.logged())
                .extracting(line -> line.get("message"))
                .containsExactly("signing key not made", "signing key not made", "signing key made");
        assertThat(world.logged())
                .extracting(line -> line.get("reason"))
                .containsExactly("keys_timeout", "store_unavailable", null);
    }

    @Test
    void logsABugOfATimerByItsTypeAlone() {
        ManagedKeyRotation broken = new ManagedKeyRotation(
                ISSUER,
                store,
                cipher,
                () -> {
                    throw new IllegalStateException("canary");
                },
                new KeySchedule(KeySchedule.DEFAULT_ROTATION));
        new KeyTask(broken, world.environment()).run();
        assertThat(world.lines())
                .singleElement()
                .asString()
                .contains("IllegalStateException")
                .doesNotContain("canary");
    }
}
