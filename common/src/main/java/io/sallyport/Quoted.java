package io.sallyport;

/**
 * Makes text that a caller supplied safe to log: it cannot start a line or pose as our own words, and anything that
 * looks like a credential is {@linkplain Redaction redacted}.
 */
public final class Quoted {
    private static final int MAX_LENGTH = 200;
    private static final String HEX = "0123456789abcdef";

    private Quoted() {}

    /**
     * The text in quotes: credentials redacted, everything but printable ASCII escaped, truncated after 200 characters.
     */
    public static String quote(String text) {
        return quoted(Redaction.of(text, MAX_LENGTH + 1), text.length());
    }

    /**
     * Quotes the id of an issuer's key without redaction: it is public, although as long and random as a secret.
     *
     * @param keyId as the issuer publishes it, not as a token claims it
     */
    public static String keyId(String keyId) {
        return quoted(keyId, keyId.length());
    }

    private static String quoted(String text, int length) {
        StringBuilder quoted = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 16).append('"');
        for (int i = 0; i < Math.min(text.length(), MAX_LENGTH); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                quoted.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    quoted.append(HEX.charAt((c >> shift) & 0xf));
                }
            } else {
                quoted.append(c);
            }
        }
        quoted.append('"');
        if (text.length() > MAX_LENGTH) {
            quoted.append(" (cut off, ").append(length).append(" characters)");
        }
        return quoted.toString();
    }
}
