package io.sallyport.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.IdentityId;
import io.sallyport.method.SecretFields;
import io.sallyport.method.provider.Providers;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the ciphertext of a reviewer's token is bound to. */
class EncryptionContextTest {
    private static final IdentityId ID = new IdentityId("payments");
    private static final String CA = ca();
    private static final String OTHER_CA = ca();

    /** As the Terraform module's documentation creates it in a shell. */
    @Test
    void isFiveLinesThatAShellCanWrite() throws Exception {
        byte[] der = Base64.getMimeDecoder()
                .decode(CA.replace("-----BEGIN CERTIFICATE-----", "").replace("-----END CERTIFICATE-----", ""));
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));

        assertThat(new String(place("https://Kube.example.com", CA).bytes(), UTF_8))
                .isEqualTo(
                        "sallyport\npayments\nkubernetesAuth.tokenReviewerJwtSealed\nkube.example.com:443\n" + digest);
        assertThat(new String(place("kube.example.com:6443", "").bytes(), UTF_8))
                .isEqualTo("sallyport\npayments\nkubernetesAuth.tokenReviewerJwtSealed\nkube.example.com:6443\nsystem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kube.example.com:443", "https://kube.example.com", "HTTPS://KUBE.EXAMPLE.COM:443"})
    void isTheSameForAnotherSpellingOfTheHost(String host) {
        assertThat(place(host, CA)).isEqualTo(place("kube.example.com", CA));
    }

    @Test
    void isTheSameForAnotherSpellingOfTheCertificates() {
        String respelt = "\r\n " + CA.replace("\n", "\r\n").replaceAll("(?m)^([A-Za-z0-9+/]{10})", "$1 \n");
        assertThat(respelt).isNotEqualTo(CA);
        assertThat(place("kube.example.com", respelt)).isEqualTo(place("kube.example.com", CA));
    }

    static Stream<EncryptionContext> others() {
        return Stream.of(
                place("kube.example.net", CA),
                place("kube.example.com:6443", CA),
                place("kube.example.com", ""),
                place("kube.example.com", OTHER_CA),
                place("kube.example.com", CA + OTHER_CA),
                place("kube.example.com", OTHER_CA + CA));
    }

    @ParameterizedTest
    @MethodSource("others")
    void isAnotherForAnotherHostOrAuthority(EncryptionContext other) {
        assertThat(other.bytes()).isNotEqualTo(place("kube.example.com", CA).bytes());
    }

    @Test
    void hasNoPartThatRunsIntoTheNext() {
        for (int part = 0; part < 3; part++) {
            String[] parts = {"field", "host:1", "system"};
            parts[part] += "\nx";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new EncryptionContext(ID, parts[0], parts[1], parts[2]));
        }
    }

    private static EncryptionContext place(String host, String ca) {
        return new SecretFields(Providers.DOCUMENTS.providers())
                .plain(
                        ID,
                        Map.of(
                                "kubernetesAuth",
                                Map.of(
                                        "kubernetesHost",
                                        host,
                                        "caCert",
                                        ca,
                                        "allowedNamespaces",
                                        "shop",
                                        "tokenReviewerJwt",
                                        "eyJh.eyJh.c2ln")))
                .values()
                .iterator()
                .next()
                .place();
    }

    private static String ca() {
        try (SimulatedCluster cluster = SimulatedCluster.start(InstantSource.system())) {
            return cluster.caCertificate();
        }
    }
}
