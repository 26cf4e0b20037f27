package io.sallyport.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.json.Json;
import io.sallyport.token.SigningKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a cold start must not load: Cloud KMS if no key is in it, and nimbus's own JSON. */
@Timeout(60)
class KmsLoadingTest {
    /** Signs with the configured key, as a function does. */
    static final class Signing {
        private Signing() {}

        public static void main(String[] arguments) throws Exception {
            SigningKeys.parsePrivate(arguments[0])
                    .signer(Environment.system().kmsKeys())
                    .sign(new byte[] {1});
        }
    }

    @Test
    void loadsNothingThatSigningWithAKeyAtHandDoesNotNeed() throws Exception {
        String keys = Json.writeString(Map.of(
                "keys", List.of(new ECKeyGenerator(Curve.P_256).generate().toJSONObject())));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Signing.class.getName(),
                        keys)
                .redirectErrorStream(true)
                .start();
        String loaded = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(loaded).isZero();
        List<String> classes = loaded.lines()
                .filter(line -> line.contains("io.sallyport.")
                        || line.contains("com.google.")
                        || line.contains("com.nimbusds."))
                .toList();
        assertThat(classes)
                .anyMatch(line -> line.contains("io.sallyport.token.LocalSigner "))
                .noneMatch(line -> line.contains("io.sallyport.runtime.Kms") && !line.contains("KmsLoadingTest"))
                .noneMatch(line -> line.contains("io.sallyport.token.KmsSigner"))
                .noneMatch(line -> line.contains("CloudKms"))
                .noneMatch(line -> line.contains("HttpsGuardedHosts"))
                .noneMatch(line -> line.contains("com.google.auth"))
                .noneMatch(line -> line.contains("com.nimbusds.jose.shaded.gson"));
    }
}
