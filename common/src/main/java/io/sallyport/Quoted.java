package io.sallyport;

/** Text that a caller supplied, made safe to stand in a log line: it cannot start a line or pose as our own words. */
public final class Quoted {
    private static final int LONGEST = 200;

    private Quoted() {}

    /** The text in quotes: what is not printable ASCII escaped, the end cut off beyond 200 characters. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(Math.min(text.length(), LONGEST) + 16).append('"');
        for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20 || c > 0x7e) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        quoted.append('"');
        if (text.length() > LONGEST) {
            quoted.append(" (cut off, ").append(text.length()).append(" characters)");
        }
        return quoted.toString();
    }
}
