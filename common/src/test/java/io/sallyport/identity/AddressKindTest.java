package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import inet.ipaddr.IPAddressString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressKindTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "8.8.8.8, PUBLIC",
        "203.0.113.7, PUBLIC",
        "9.255.255.255, PUBLIC",
        "10.0.0.0, PRIVATE",
        "10.255.255.255, PRIVATE",
        "11.0.0.0, PUBLIC",
        "100.63.255.255, PUBLIC",
        "100.64.0.0, PRIVATE",
        "100.127.255.255, PRIVATE",
        "100.128.0.0, PUBLIC",
        "172.15.255.255, PUBLIC",
        "172.16.0.0, PRIVATE",
        "172.31.255.255, PRIVATE",
        "172.32.0.0, PUBLIC",
        "192.167.255.255, PUBLIC",
        "192.168.0.0, PRIVATE",
        "192.168.255.255, PRIVATE",
        "192.169.0.0, PUBLIC",
        "198.17.255.255, PUBLIC",
        "198.18.0.0, PRIVATE",
        "198.19.255.255, PRIVATE",
        "198.20.0.0, PUBLIC",
        "126.255.255.255, PUBLIC",
        "127.0.0.0, LOOPBACK",
        "127.0.0.1, LOOPBACK",
        "127.255.255.255, LOOPBACK",
        "128.0.0.0, PUBLIC",
        "0.0.0.0, FORBIDDEN",
        "0.255.255.255, FORBIDDEN",
        "1.0.0.0, PUBLIC",
        "169.253.255.255, PUBLIC",
        "169.254.0.0, FORBIDDEN",
        "169.254.169.254, FORBIDDEN",
        "169.254.255.255, FORBIDDEN",
        "169.255.0.0, PUBLIC",
        "100.100.100.199, PRIVATE",
        "100.100.100.200, FORBIDDEN",
        "168.63.129.15, PUBLIC",
        "168.63.129.16, FORBIDDEN",
        "191.255.255.255, PUBLIC",
        "192.0.0.0, FORBIDDEN",
        "192.0.0.192, FORBIDDEN",
        "192.0.1.0, PUBLIC",
        "223.255.255.255, PUBLIC",
        "224.0.0.0, FORBIDDEN",
        "240.0.0.1, FORBIDDEN",
        "255.255.255.255, FORBIDDEN",
        "2001:db8::1, PUBLIC",
        "2600::, PUBLIC",
        "::, FORBIDDEN",
        "::1, LOOPBACK",
        "::2, FORBIDDEN",
        "::10.0.0.1, FORBIDDEN",
        "::ffff:8.8.8.8, PUBLIC",
        "::ffff:10.0.0.1, PRIVATE",
        "::ffff:127.0.0.1, LOOPBACK",
        "::ffff:169.254.169.254, FORBIDDEN",
        "::fffe:127.0.0.1, FORBIDDEN",
        "64:ff9b::8.8.8.8, PUBLIC",
        "64:ff9b::192.168.0.1, PRIVATE",
        "64:ff9b::127.0.0.1, LOOPBACK",
        "64:ff9b::100.100.100.200, FORBIDDEN",
        "64:ff9b:1::8.8.8.8, FORBIDDEN",
        "2002:808:808::1, PUBLIC",
        "2002:0a00:1::1, PRIVATE",
        "2002:7f00:1::1, LOOPBACK",
        "2002:a9fe:a9fe::1, FORBIDDEN",
        "2001::1, FORBIDDEN",
        "2001:1::1, PUBLIC",
        "2600::5efe:10.0.0.1, PRIVATE",
        "2600::200:5efe:169.254.169.254, FORBIDDEN",
        "2600::5efe:8.8.8.8, PUBLIC",
        "fbff::1, PUBLIC",
        "fc00::, PRIVATE",
        "fd12:3456::1, PRIVATE",
        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, PRIVATE",
        "fd00:ec2::253, PRIVATE",
        "fd00:ec2::254, FORBIDDEN",
        "fd20:ce::254, FORBIDDEN",
        "fe00::1, PUBLIC",
        "fe80::1, FORBIDDEN",
        "febf::1, FORBIDDEN",
        "fec0::1, PRIVATE",
        "feff::1, PRIVATE",
        "ff02::1, FORBIDDEN"
    })
    void tellsWhereAnAddressLeads(String address, AddressKind kind) {
        assertThat(AddressKind.of(new IPAddressString(address).getAddress().getBytes()))
                .isEqualTo(kind);
    }

    @Test
    void takesAddressesAlone() {
        assertThatIllegalArgumentException().isThrownBy(() -> AddressKind.of(new byte[5]));
    }
}
