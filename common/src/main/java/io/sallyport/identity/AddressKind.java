package io.sallyport.identity;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/** Where an IP address leads to, as far as it matters before anything is sent there. */
public enum AddressKind {
    /** Anywhere on the internet. */
    PUBLIC,
    /** A network of one's own: RFC 1918, RFC 6598, RFC 4193 and the like. */
    PRIVATE,
    /** This machine. */
    LOOPBACK,
    /** Where no cluster ever is: link-local, a cloud's metadata server, multicast, unspecified, reserved. */
    FORBIDDEN;

    // Metadata servers that are not link-local: Alibaba's, Azure's WireServer, AWS's and Google's of IPv6.
    private static final long ALIBABA_METADATA = 0x646464c8L;
    private static final long AZURE_WIRE_SERVER = 0xa83f8110L;
    private static final String AWS_METADATA = "fd000ec2000000000000000000000254";
    private static final String GOOGLE_METADATA = "fd2000ce000000000000000000000254";

    /**
     * An IPv6 address that stands for an IPv4 one, or that a gateway turns into one, is what that one is: mapped (RFC 4291
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
                || startsWith(address, "20010000") // Teredo: through a server of anybody's choice
                || (first & 0xffc0) == 0xfe80 // link-local
                || (first & 0xff00) == 0xff00 // multicast
                || startsWith(address, AWS_METADATA)
                || startsWith(address, GOOGLE_METADATA);
        if (isForbidden) {
            return FORBIDDEN;
        }
        if ((first & 0xfe00) == 0xfc00 || (first & 0xffc0) == 0xfec0) {
            return PRIVATE;
        }
        boolean isIsatap =
                (address[8] & 0xfd) == 0 && address[9] == 0 && address[10] == 0x5e && address[11] == (byte) 0xfe;
        return isIsatap ? embedded(address, 12) : PUBLIC;
    }

    private static boolean startsWith(byte[] address, String hex) {
        byte[] prefix = HexFormat.of().parseHex(hex);
        return Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static AddressKind embedded(byte[] address, int from) {
        return of(Arrays.copyOfRange(address, from, from + 4));
    }
}
