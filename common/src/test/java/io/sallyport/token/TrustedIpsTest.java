package io.sallyport.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedIpsTest {
    @Test
    void keepsAddressesAndBlocksInTheirCanonicalForm() {
        assertThat(new TrustedIps(List.of("10.0.0.0/8", "192.0.2.7", "2001:DB8:0:0::/32", "::1")).blocks())
                .containsExactly("10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1");
    }

    @Test
    void isNotRestrictedByEverywhereInBothFamilies() {
        assertThat(TrustedIps.ANYWHERE.isRestricted()).isFalse();
        assertThat(new TrustedIps(List.of("::/0", "0.0.0.0/0")).isRestricted()).isFalse();
        assertThat(new TrustedIps(List.of("0.0.0.0/0")).isRestricted()).isTrue();
        assertThat(new TrustedIps(List.of("10.0.0.1")).isRestricted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "*",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0.1/8",
                "10.0.0",
                "10.0.0.256",
                "010.0.0.1",
                "0x0a.0.0.1",
                "10.0.0.1-5",
                "10.0.0.*",
                "10.0.0.0/255.0.0.0",
                "/8",
                "2001:db8::/129",
                "2001:db8::1/32",
                "fe80::1%eth0",
                "::1::",
                "example.com",
                "10.0.0.1,10.0.0.2",
                "1",
                "10.1",
                "10.0.0.1\n"
            })
    void refuses(String block) {
        assertThatIllegalArgumentException().isThrownBy(() -> new TrustedIps(List.of(block)));
    }

    @Test
    void refusesAListThatWouldTrustNoAddress() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TrustedIps(List.of()));
    }
}
