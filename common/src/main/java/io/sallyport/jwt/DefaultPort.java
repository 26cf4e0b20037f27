package io.sallyport.jwt;

/** Port 443 of https addresses is optional (RFC 9110 §4.2.2): with and without it, the address is the same. */
public final class DefaultPort {
    private static final String SCHEME = "https://";
    private static final String PORT = ":443";

    private DefaultPort() {}

    /** The address without port 443. Other text is returned unchanged, whether it is an address or not. */
    public static String omit(String address) {
        if (!address.startsWith(SCHEME)) {
            return address;
        }
        int slash = address.indexOf('/', SCHEME.length());
        int end = slash < 0 ? address.length() : slash;
        int start = end - PORT.length();
        return start > SCHEME.length() && address.startsWith(PORT, start)
                ? address.substring(0, start) + address.substring(end)
                : address;
    }

    /** Whether both are the same text apart from port 443. */
    public static boolean isSame(String one, String other) {
        return omit(one).equals(omit(other));
    }
}
