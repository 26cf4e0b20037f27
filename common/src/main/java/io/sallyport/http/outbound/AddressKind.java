package io.sallyport.http.outbound;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What network an IP address belongs to, checked before anything is sent there. */
public enum AddressKind {
    /** The public internet. */
    PUBLIC,
    /** A private network: RFC 1918, RFC 6598, RFC 4193 and the like. */
    PRIVATE,
    /** This machine. */
    LOOPBACK,
    /** Unroutable: reserved for documentation and for discarding. Nothing is sent there. */
    NOWHERE,
    /** Never a cluster: link-local, a cloud's metadata server or platform agent, multicast, unspecified, reserved. */
    FORBIDDEN;

    // Metadata servers outside the link-local ranges, where instances get the credentials of their cloud accounts.
    private static final long ALIBABA_METADATA = 0x646464c8L; // 100.100.100.200
    private static final long AZURE_WIRE_SERVER = 0xa83f8110L; // 168.63.129.16

    /** As hexadecimal prefixes. */
    private static final List<String> METADATA = List.of(
            // AWS, fd00:ec2::/32: metadata (::254), EKS Pod Identity (::23), DNS, time. No VPC may use fd00::/16.
            "fd000ec2",
            "fd2000ce000000000000000000000254", // Google, fd20:ce::254; the rest of fd20::/20 is subnets of its VPCs
            "fd0000c10000000000000000a9fea9fe", // Oracle, fd00:c1::a9fe:a9fe
            "fd000100000000000000000001000200", // Alibaba, fd00:100::100:200
            "fd000042000000000000000000000042", // Scaleway, fd00:42::42
            "fd00a9fea9fe00000000000000000001"); // Akamai, fd00:a9fe:a9fe::1

    private static final String BENCHMARKS = "200100020000"; // 2001:2::/48, RFC 5180, as 198.18.0.0/15

    /** From IANA's special-purpose address registries. */
    private static final List<String> UNROUTED = List.of(
            "0100000000000000", // discard only, RFC 6666
            "20010db8", // documentation, RFC 3849
            "3fff0"); // documentation, 3fff::/20, RFC 9637

    /**
     * Classifies an address. An IPv6 address that embeds an IPv4 address is classified as that one: mapped (RFC 4291
     * §2.5.5.2), 6to4 (RFC 3056), NAT64 (RFC 6052 §2.1) and ISATAP (RFC 5214 §6.1).
     *
     * @param address 4 or 16 bytes, the first being the most significant
     */
    public static AddressKind of(byte[] address) {
        return switch (address.length) {
            case 4 -> ofV4(new BigInteger(1, address).longValue());
            case 16 -> ofV6(address);
            default -> throw new IllegalArgumentException("an IP address has 4 or 16 bytes");
        };
    }

    private static AddressKind ofV4(long address) {
        if (in(address, 0x7f000000L, 8)) {
            return LOOPBACK;
        }
        if (in(address, 0x00000000L, 8) // this network
                || in(address, 0xa9fe0000L, 16) // link-local, most metadata servers
                || in(address, 0xc0000000L, 24) // IETF protocol assignments, Oracle's metadata server
                || in(address, 0xe0000000L, 3) // multicast, reserved, broadcast
                || address == ALIBABA_METADATA
                || address == AZURE_WIRE_SERVER) {
            return FORBIDDEN;
        }
        // Documentation, RFC 5737.
        if (in(address, 0xc0000200L, 24) || in(address, 0xc6336400L, 24) || in(address, 0xcb007100L, 24)) {
            return NOWHERE;
        }
        boolean isPrivate = in(address, 0x0a000000L, 8)
                || in(address, 0xac100000L, 12)
                || in(address, 0xc0a80000L, 16)
                || in(address, 0x64400000L, 10)
                || in(address, 0xc6120000L, 15);
        return isPrivate ? PRIVATE : PUBLIC;
    }

    private static boolean in(long address, long network, int prefix) {
        return address >>> (32 - prefix) == network >>> (32 - prefix);
    }

    private static AddressKind ofV6(byte[] address) {
        if (startsWith(address, "00000000000000000000ffff") || startsWith(address, "0064ff9b0000000000000000")) {
            return embedded(address, 12);
        }
        if (startsWith(address, "2002")) {
            return embedded(address, 2);
        }
        if (startsWith(address, "00000000000000000000000000000001")) {
            return LOOPBACK;
        }
        int first = ((address[0] & 0xff) << 8) | (address[1] & 0xff);
        boolean isForbidden = address[0] == 0 // unspecified, deprecated forms of IPv4, local NAT64
                || startsWith(address, "20010000") // Teredo: through a server that the sender chooses
                || (first & 0xffc0) == 0xfe80 // link-local
                || (first & 0xff00) == 0xff00 // multicast
                || startsWithOneOf(address, METADATA);
        if (isForbidden) {
            return FORBIDDEN;
        }
        if ((first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfec0 || startsWith(address, BENCHMARKS)) {
            return PRIVATE;
        }
        if (startsWithOneOf(address, UNROUTED)) {
            return NOWHERE;
        }
        boolean isIsatap =
                (address[8] & 0xfd) == 0 && address[9] == 0 && address[10] == 0x5e && address[11] == (byte) 0xfe;
        return isIsatap ? embedded(address, 12) : PUBLIC;
    }

    private static boolean startsWithOneOf(byte[] address, List<String> prefixes) {
        return prefixes.stream().anyMatch(prefix -> startsWith(address, prefix));
    }

    private static boolean startsWith(byte[] address, String hex) {
        return HexFormat.of().formatHex(address).startsWith(hex);
    }

    private static AddressKind embedded(byte[] address, int from) {
        return of(Arrays.copyOfRange(address, from, from + 4));
    }
}
