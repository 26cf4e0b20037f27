package io.sallyport.token;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.IncompatibleAddressException;
import io.sallyport.Quoted;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The addresses from which an access token may be used: IPv4 or IPv6 addresses, or CIDR blocks of them.
 *
 * @param blocks in their canonical text form; never empty
 */
public record TrustedIps(List<String> blocks) {
    /** Any address, the default. */
    public static final TrustedIps ANYWHERE = new TrustedIps(List.of("0.0.0.0/0", "::/0"));

    public TrustedIps {
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException("no trusted IP: no client could use the token");
        }
        // The address library is expensive to load, and most tokens are not restricted.
        blocks = isAnywhere(blocks)
                ? List.copyOf(blocks)
                : blocks.stream().map(TrustedIps::canonical).distinct().toList();
    }

    private static boolean isAnywhere(List<String> blocks) {
        return blocks.size() == 2 && blocks.contains("0.0.0.0/0") && blocks.contains("::/0");
    }

    /** Whether the token is bound to specific addresses. */
    public boolean isRestricted() {
        return !isAnywhere(blocks);
    }

    /** Checked before the library sees it, since the library trims and accepts leading zeros in a prefix. */
    private static final Pattern FORM = Pattern.compile("[0-9A-Fa-f:.]{2,45}(?:/(?:0|[1-9][0-9]{0,2}))?");

    /**
     * Whether an address is in one of the blocks. An IPv4-mapped IPv6 address ({@code ::ffff:a.b.c.d}, RFC 4291
     * §2.5.5.2) is treated as its IPv4 address.
     *
     * @param address as text; a text that is not an address, such as the empty text for an unknown one, is in no block
     */
    public boolean contains(String address) {
        if (!isRestricted()) {
            return true;
        }
        if (address.indexOf('/') >= 0 || !FORM.matcher(address).matches()) {
            return false;
        }
        IPAddress client = new IPAddressString(address, Strict.PARAMETERS).getAddress();
        if (client == null) {
            return false;
        }
        IPAddress plain = plain(client);
        return blocks.stream().anyMatch(block -> plain(parsed(block)).contains(plain));
    }

    private static IPAddress plain(IPAddress address) {
        return address.isIPv6() && address.toIPv6().isIPv4Mapped()
                ? address.toIPv6().getEmbeddedIPv4Address()
                : address;
    }

    private static IPAddress parsed(String block) {
        return Objects.requireNonNull(new IPAddressString(block, Strict.PARAMETERS).getAddress());
    }

    private static String canonical(String block) {
        try {
            if (!FORM.matcher(block).matches()) {
                throw neither(block);
            }
            IPAddress address = new IPAddressString(block, Strict.PARAMETERS).toAddress();
            if (address.isPrefixed() && !address.isPrefixBlock()) {
                throw new IllegalArgumentException("trusted IP " + Quoted.quote(block)
                        + " has bits set beyond its prefix; did you mean "
                        + address.toPrefixBlock().toCanonicalString() + "?");
            }
            return address.toCanonicalString();
        } catch (AddressStringException | IncompatibleAddressException e) {
            throw neither(block);
        }
    }

    private static IllegalArgumentException neither(String block) {
        return new IllegalArgumentException(
                "trusted IP " + Quoted.quote(block) + " is neither an IPv4 or IPv6 address nor a CIDR block of them");
    }

    /** Accepts the usual notation of addresses, and no form that two programs would read differently. */
    private static final class Strict {
        static final IPAddressStringParameters PARAMETERS = new IPAddressStringParameters.Builder()
                .allowEmpty(false)
                .allowAll(false)
                .allowSingleSegment(false)
                .allowWildcardedSeparator(false)
                .allowPrefixOnly(false)
                .allowMask(false)
                .setRangeOptions(RangeParameters.NO_RANGE)
                .getIPv4AddressParametersBuilder()
                .allow_inet_aton(false)
                .allowLeadingZeros(false)
                .allowBinary(false)
                .getParentBuilder()
                .getIPv6AddressParametersBuilder()
                .allowZone(false)
                .allowBase85(false)
                .allowBinary(false)
                .getParentBuilder()
                .toParams();
    }
}
