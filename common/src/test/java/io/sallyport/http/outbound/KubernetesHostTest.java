package io.sallyport.http.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesHostTest {
    @ParameterizedTest
    @CsvSource({
        "kube.example.com, https://kube.example.com:443/p",
        "kube.example.com:6443, https://kube.example.com:6443/p",
        "https://kube.example.com, https://kube.example.com:443/p",
        "https://kube.example.com/, https://kube.example.com:443/p",
        "https://kube.example.com:6443/, https://kube.example.com:6443/p",
        "kube.example.com:443, https://kube.example.com:443/p",
        "https://KUBE.Example.com:6443, https://kube.example.com:6443/p",
        "localhost:6443, https://localhost:6443/p",
        "203.0.113.7, https://203.0.113.7:443/p",
        "https://203.0.113.7:6443, https://203.0.113.7:6443/p",
        "10.0.0.1, https://10.0.0.1:443/p",
        "[2001:db8::7], https://[2001:db8::7]:443/p",
        "https://[2001:db8::7]:6443, https://[2001:db8::7]:6443/p",
        "a1b2.gr7.eu-west-1.eks.amazonaws.com, https://a1b2.gr7.eu-west-1.eks.amazonaws.com:443/p"
    })
    void isANameOrAnAddressWithAPort(String text, String uri) {
        KubernetesHost host = KubernetesHost.parse(text);
        assertThat(host.uri("/p")).hasToString(uri);
        assertThat(KubernetesHost.parse(host.toString())).isEqualTo(host);
    }

    @Test
    void isTheSameWithAndWithoutTheDefaultPort() {
        assertThat(KubernetesHost.parse("https://kube.example.com:443"))
                .isEqualTo(KubernetesHost.parse("https://kube.example.com"))
                .isEqualTo(KubernetesHost.parse("kube.example.com:443/"))
                .isNotEqualTo(KubernetesHost.parse("kube.example.com:6443"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "http://kube.example.com",
                "HTTP://kube.example.com",
                "ftp://kube.example.com",
                "//kube.example.com",
                "https:kube.example.com",
                "https://",
                "https://kube.example.com//",
                "/",
                "https:///",
                "https://kube.example.com/k8s/clusters/c-1",
                "https://user@kube.example.com",
                "https://user:pw@kube.example.com",
                "https://kube.example.com?x=1",
                "https://kube.example.com#x",
                "https://kube.example.com\\@evil.example",
                "https://kube%2eexample.com",
                "kube.example.com.",
                ".example.com",
                "kube..example.com",
                "-kube.example.com",
                "kube-.example.com",
                "kube_1.example.com",
                "küche.example.com",
                "kube.example.com\n",
                "kube.example.com\u0000",
                "kube.example.com ",
                "kube.example.com:",
                "kube.example.com:0",
                "kube.example.com:65536",
                "kube.example.com:06443",
                "kube.example.com:-1",
                "kube.example.com:6443:1",
                "[kube.example.com]",
                "[10.0.0.1]",
                "[2001:db8::7",
                "2001:db8::7",
                "[2001:db8::7%25eth0]",
                "[2001:db8::/32]",
                "[2001:db8::zz]",
                "[:]"
            })
    void isNothingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> KubernetesHost.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1.2.3:6443",
                "https://[::1]",
                "[::]",
                "0.0.0.0",
                "169.254.1.1",
                "169.254.169.254",
                "100.100.100.200",
                "168.63.129.16",
                "[fd00:ec2::254]",
                "[fd00:ec2::23]",
                "[fd00:c1::a9fe:a9fe]",
                "[fd20:ce::254]",
                "[fe80::1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:a9fe:a9fe]",
                "[64:ff9b::169.254.169.254]",
                "224.0.0.1",
                "[ff02::1]"
            })
    void isNoAddressWhereNoClusterEverIs(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> KubernetesHost.parse(text));
    }

    /** Some resolvers parse them as 127.0.0.1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.1",
                "2130706433",
                "0x7f000001",
                "0x7f.1",
                "017700000001",
                "127.0.0.01",
                "0127.0.0.1",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "kube.1",
                "a.0x",
                "0x7F.0.0.1"
            })
    void isNoNumberThatOnlySomeReadAsAnAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> KubernetesHost.parse(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 10_000, 1_000_000})
    void readsALongNameInNoTime(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> KubernetesHost.parse("a.".repeat(length)));
        assertThatIllegalArgumentException().isThrownBy(() -> KubernetesHost.parse("-".repeat(length)));
    }
}
