package io.sallyport.settings;

import io.sallyport.http.outbound.AddressKind;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Parses addresses that a platform sets in the environment, such that no name must be resolved to know where they lead.
 */
public final class LocalAddress {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern LITERAL = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}|\\[[0-9A-Fa-f:.]{2,45}]");

    private LocalAddress() {}

    /**
     * Parses an unambiguous http or https address.
     *
     * @throws IllegalArgumentException if it is something else; the message omits it
     */
    public static URI parse(String text) {
        try {
            URI uri = new URI(text);
            boolean isHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (!isHttp || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException("it has another form");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("it is not a URL");
        }
    }

    /**
     * Whether that host is this machine, by its address or by {@code localhost}, the only name that always is (RFC 6761
     * §6.3).
     */
    public static boolean isLoopback(String host) {
        return host.equals("localhost") || (isLiteral(host) && kind(host) == AddressKind.LOOPBACK);
    }

    /** Whether the host may be public: a name other than {@code localhost} may be anywhere. */
    public static boolean isPublic(String host) {
        return !host.equals("localhost")
                && (!isLiteral(host) || kind(host) == AddressKind.PUBLIC || kind(host) == AddressKind.NOWHERE);
    }

    private static boolean isLiteral(String host) {
        return LITERAL.matcher(host).matches();
    }

    private static AddressKind kind(String literal) {
        try {
            return AddressKind.of(InetAddress.getByName(literal).getAddress());
        } catch (UnknownHostException e) {
            return AddressKind.PUBLIC;
        }
    }
}
