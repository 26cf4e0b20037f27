package io.sallyport.http.outbound;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import io.sallyport.Quoted;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host and port of a cluster's API server: a name, an IPv4 address or an IPv6 address in brackets. Always over
 * https.
 *
 * @param name in lower case
 */
public record KubernetesHost(String name, int port) {
    private static final int HTTPS = 443;

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern FORM = Pattern.compile(
            "(?:https://)?(?<name>[a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::(?<port>[1-9][0-9]{0,4}))?/?");
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final Pattern V4 =
            Pattern.compile("(?:(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])(?:\\.(?!$)|$)){4}");

    /** What resolvers parse as a number: 127.1, 2130706433, 0x7f.1 (RFC 3986 §7.4). */
    private static final Pattern LIKE_A_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");

    /** @throws IllegalArgumentException if the host is not a name or address, or can never be a cluster's */
    public KubernetesHost {
        Optional<AddressKind> kind = literal(name).map(AddressKind::of);
        if (kind.isEmpty()
                && (!NAME.matcher(name).matches() || LIKE_A_NUMBER.matcher(name).matches())) {
            throw malformed(name);
        }
        if (kind.isPresent() && (kind.get() == AddressKind.LOOPBACK || kind.get() == AddressKind.FORBIDDEN)) {
            throw new IllegalArgumentException(
                    "kubernetesHost must not be the loopback, link-local, metadata or otherwise" + " special address "
                            + name);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("kubernetesHost has no valid port");
        }
    }

    /** @throws IllegalArgumentException unless it is a host, {@code host:port}, or either behind {@code https://}; one slash may follow */
    public static KubernetesHost parse(String text) {
        String lowerCase = text.toLowerCase(Locale.ROOT);
        Matcher matcher = FORM.matcher(lowerCase);
        if (!matcher.matches()) {
            throw malformed(text);
        }
        String port = matcher.group("port");
        return new KubernetesHost(matcher.group("name"), port == null ? HTTPS : Integer.parseInt(port));
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "kubernetesHost must be a host, host:port or https://host:port, without user,"
                        + " path, query or fragment, and is " + Quoted.quote(text));
    }

    /** The bytes of an IP address literal; empty if it is a name. */
    private static Optional<byte[]> literal(String host) {
        boolean isV6 = host.startsWith("[") && host.endsWith("]");
        if (!isV6 && !V4.matcher(host).matches()) {
            return Optional.empty();
        }
        IPAddress address = new IPAddressString(isV6 ? host.substring(1, host.length() - 1) : host).getAddress();
        boolean isOne = address != null && !address.isMultiple() && !address.isPrefixed() && address.isIPv6() == isV6;
        return isOne ? Optional.of(address.getBytes()) : Optional.empty();
    }

    /** @param path begins with a slash */
    public URI uri(String path) {
        return URI.create("https://" + this + path);
    }

    /** {@code host:port}. */
    @Override
    public String toString() {
        return name + ":" + port;
    }
}
