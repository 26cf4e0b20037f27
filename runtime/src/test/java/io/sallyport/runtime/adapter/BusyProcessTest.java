package io.sallyport.runtime.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.http.Body;
import io.sallyport.http.Headers;
import io.sallyport.http.Query;
import io.sallyport.http.Response;
import io.sallyport.http.Routes;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.FastSignatures;
import io.sallyport.runtime.NativeCryptography;
import io.sallyport.testing.TestEnvironment;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Native cryptography is for processes that have proven busy: no first login pays for it. */
@EnabledOnOs(OS.LINUX)
class BusyProcessTest {
    @BeforeEach
    void isQuiet() throws Exception {
        joinLoading();
        FastSignatures.useJdk();
    }

    @AfterEach
    void useJdk() throws Exception {
        joinLoading();
        FastSignatures.useJdk();
        Endpoint.WITH_BODY.set(0);
    }

    @Test
    void loadsNativeCryptographyWithTheRequestThatProvesIt() throws Exception {
        Endpoint endpoint = endpoint(Map.of());
        Endpoint.WITH_BODY.set(NativeCryptography.AFTER - 2);

        send(endpoint, "POST");
        send(endpoint, "GET");
        send(endpoint, "HEAD");
        joinLoading();
        assertThat(Algorithm.fast()).isEmpty();

        send(endpoint, "POST");
        joinLoading();
        assertThat(Algorithm.fast()).isPresent();
    }

    @Test
    void loadsNothingWhereItIsOff() throws Exception {
        Endpoint.WITH_BODY.set(NativeCryptography.AFTER - 1);

        send(endpoint(Map.of("SALLYPORT_NATIVE_CRYPTOGRAPHY", "off")), "POST");

        joinLoading();
        assertThat(Algorithm.fast()).isEmpty();
    }

    private static Endpoint endpoint(Map<String, String> variables) {
        return new Endpoint(new TestEnvironment(variables).environment(), 0, new Routes());
    }

    private static void send(Endpoint endpoint, String method) {
        Response answer = endpoint.answer(method, "/", new Query(""), Headers.NONE, () -> Body.of("{}"), "");
        assertThat(answer.status()).isEqualTo(404);
    }

    private static void joinLoading() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("native-cryptography")) {
                thread.join();
            }
        }
    }
}
