package io.sallyport.local;

import java.util.regex.Pattern;

/** Text for a terminal, without tokens or control characters. */
final class Redacted {
    /** A JSON object in base64url, as a header is, and what follows it; cut off or not. */
    private static final Pattern JWT = Pattern.compile("e(?:yJ|y[AI]|w[og0])[A-Za-z0-9_-]{6,}(?:\\.[A-Za-z0-9_=-]*)*");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private Redacted() {}

    /** Whatever looks like a JWT, or the rest of one, is left out. */
    static String text(String text) {
        return CONTROL.matcher(JWT.matcher(text).replaceAll("(a token)")).replaceAll("?");
    }
}
