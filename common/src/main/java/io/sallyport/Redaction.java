package io.sallyport;

import java.util.Locale;

/**
 * Redacts everything in a text that looks like a credential, since a caller can send one in any field:
 *
 * <ul>
 *   <li>a client secret of ours, by its prefix
 *   <li>a JWT, whole or cut off
 *   <li>what follows {@code Basic}, {@code Bearer} or {@code DPoP}
 *   <li>a private key in PEM
 *   <li>32 or more letters and digits in one piece, or characters of base64 that look random; the first six and the length
 *       stay, enough to recognize a key id
 * </ul>
 *
 * <p>Percent-encoded credentials are found too. UUIDs are kept, and so are names of several words with separators. A secret in
 * no such form, such as a short password, cannot be told from a name.
 */
public final class Redaction {
    private static final String CLIENT_SECRET = "sallyport_secret_";
    private static final String PEM = "-----BEGIN ";
    private static final String DASHES = "-----";

    /** The first half of a JWT's header is longer. */
    private static final int MIN_JWT = 16;

    /** Ids of ours are random, so one of many thousands begins as a JWT does. */
    private static final int LONGER_THAN_ANY_ID = 40;

    private static final int MIN_SCHEME_VALUE = 8;

    /** Base64 of 24 bytes, or hex of 16. */
    private static final int MIN_OPAQUE = 32;

    private static final int SHOWN = 6;
    private static final int UUID_LENGTH = 36;
    private static final int MAX_ESCAPES = 3;

    private Redaction() {}

    /**
     * The text without credentials.
     *
     * @param longest how many characters are wanted; the result may omit later text
     */
    public static String of(String text, int longest) {
        String unescaped = text;
        for (int i = 0; i < MAX_ESCAPES && unescaped.indexOf('%') >= 0; i++) {
            unescaped = withoutEscapes(unescaped);
        }
        if (unescaped.length() < text.length()) {
            String redacted = redacted(unescaped, longest);
            if (!unescaped.startsWith(redacted)) {
                return redacted;
            }
        }
        return redacted(text, longest);
    }

    /**
     * A line of JSON without our client secrets and JWTs: the log's last defence against text that was not quoted where
     * it should have been.
     */
    public static String ofLine(String json) {
        int copied = 0;
        StringBuilder redacted = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c != 's' && c != 'e') {
                continue;
            }
            int end = i;
            String instead = "";
            if (json.startsWith(CLIENT_SECRET, i)) {
                end = endOfBase64(json, i);
                instead = "(a client secret)";
            } else if (isStartOfJson(json, i) && isJwtAndNoId(json, i)) {
                end = endOfJwt(json, i);
                instead = "(a token)";
            }
            if (end > i) {
                redacted.append(json, copied, i).append(instead);
                copied = end;
                i = end - 1;
            }
        }
        return copied == 0 ? json : redacted.append(json, copied, json.length()).toString();
    }

    private static boolean isJwtAndNoId(String json, int start) {
        int end = endOfJwt(json, start);
        int dot = json.indexOf('.', start);
        return end - start >= LONGER_THAN_ANY_ID || (end - start >= MIN_JWT && dot > 0 && dot < end);
    }

    private static String redacted(String text, int longest) {
        StringBuilder redacted = new StringBuilder(Math.min(text.length(), longest) + 16);
        // Text that starts before this position was checked and is no credential.
        int run = 0;
        int piece = 0;
        for (int i = 0; i < text.length() && redacted.length() < longest; ) {
            int end = endOfNamedCredential(text, i, redacted);
            if (end == i && isStartOfUuid(text, i)) {
                end = i + UUID_LENGTH;
                redacted.append(text, i, end);
            }
            if (end == i && i >= run && isBase64(text.charAt(i))) {
                run = endOfRun(text, i);
                end = endOfOpaque(text, i, run, looksRandom(text, i, run), redacted);
            }
            if (end == i && i >= piece && isLetterOrDigit(text.charAt(i))) {
                piece = endOfPiece(text, i);
                end = endOfOpaque(text, i, piece, hasLettersAndDigits(text, i, piece), redacted);
            }
            if (end == i) {
                redacted.append(text.charAt(i));
                end++;
            }
            i = end;
        }
        return redacted.toString();
    }

    /**
     * Where a credential with a recognizable prefix ends, with its placeholder appended; otherwise the position
     * unchanged.
     */
    private static int endOfNamedCredential(String text, int i, StringBuilder redacted) {
        switch (text.charAt(i)) {
            case 's' -> {
                if (text.startsWith(CLIENT_SECRET, i)) {
                    redacted.append("(a client secret)");
                    return endOfBase64(text, i);
                }
            }
            case 'e' -> {
                if (isStartOfJwt(text, i)) {
                    redacted.append("(a token)");
                    return endOfJwt(text, i);
                }
            }
            case 'b', 'B', 'd', 'D' -> {
                int value = startOfSchemeValue(text, i);
                int end = endOfWord(text, value);
                if (value > i && end - value >= MIN_SCHEME_VALUE && !isLowerCase(text, value, end)) {
                    redacted.append(text, i, value).append("(a credential)");
                    return end;
                }
            }
            case '-' -> {
                int header = text.startsWith(PEM, i) ? text.indexOf(DASHES, i + PEM.length()) : -1;
                if (header > 0 && text.substring(i, header).contains("PRIVATE KEY")) {
                    redacted.append("(a private key)");
                    int footer = text.indexOf("-----END ", header);
                    int end = footer < 0 ? -1 : text.indexOf(DASHES, footer + DASHES.length());
                    return end < 0 ? text.length() : end + DASHES.length();
                }
            }
            default -> {
                // No credential starts like this.
            }
        }
        return i;
    }

    private static int endOfOpaque(String text, int start, int end, boolean isOpaque, StringBuilder redacted) {
        if (!isOpaque || end - start < MIN_OPAQUE) {
            return start;
        }
        redacted.append(text, start, start + SHOWN)
                .append("...(")
                .append(end - start)
                .append(" characters)");
        return end;
    }

    /**
     * Whether the text has base64url of an opening brace here, and of the quote or white space that follows it in JSON.
     */
    private static boolean isStartOfJson(String text, int i) {
        if (text.charAt(i) != 'e' || i + 2 >= text.length()) {
            return false;
        }
        char second = text.charAt(i + 1);
        char third = text.charAt(i + 2);
        return second == 'y'
                ? (third >= 'A' && third <= 'D') || (third >= 'I' && third <= 'L')
                : second == 'w'
                        && ((third >= 'k' && third <= 'r') || (third >= '0' && third <= '3'))
                        && hasUpperCase(text, i, Math.min(i + MIN_JWT, text.length()));
    }

    private static int endOfJwt(String text, int start) {
        int end = start;
        while (end < text.length() && (isBase64(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        return end;
    }

    private static int endOfBase64(String text, int start) {
        int end = start;
        while (end < text.length() && isBase64(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /**
     * The end of a run of base64, stopping before anything that is judged separately: a UUID, or a credential with a
     * recognizable prefix.
     */
    private static int endOfRun(String text, int start) {
        int end = start + 1;
        while (end < text.length()
                && isBase64(text.charAt(end))
                && !isStartOfUuid(text, end)
                && !text.startsWith(CLIENT_SECRET, end)
                && (isLetterOrDigit(text.charAt(end - 1)) || !isStartOfJwt(text, end))) {
            end++;
        }
        return end;
    }

    private static boolean isStartOfJwt(String text, int i) {
        return isStartOfJson(text, i) && endOfJwt(text, i) - i >= MIN_JWT;
    }

    private static int endOfPiece(String text, int start) {
        int end = start;
        while (end < text.length() && isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int endOfWord(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) > ' ' && text.charAt(end) != '"' && text.charAt(end) != ',') {
            end++;
        }
        return end;
    }

    /** Where the credentials of an {@code Authorization} header begin (RFC 9110 §11.4), if its scheme begins there. */
    private static int startOfSchemeValue(String text, int i) {
        if (i > 0 && isLetterOrDigit(text.charAt(i - 1))) {
            return i;
        }
        int scheme = endOfPiece(text, i);
        int value = scheme;
        while (value < text.length() && text.charAt(value) == ' ') {
            value++;
        }
        if (value == scheme) {
            return i;
        }
        return switch (text.substring(i, scheme).toLowerCase(Locale.ROOT)) {
            case "basic", "bearer", "dpop" -> value;
            default -> i;
        };
    }

    private static boolean isStartOfUuid(String text, int i) {
        int end = i + UUID_LENGTH;
        if (end > text.length()
                || text.charAt(i + 8) != '-'
                || (i > 0 && isLetterOrDigit(text.charAt(i - 1)))
                || (end < text.length() && isLetterOrDigit(text.charAt(end)))) {
            return false;
        }
        for (int j = 0; j < UUID_LENGTH; j++) {
            boolean isHyphen = j == 8 || j == 13 || j == 18 || j == 23;
            if (isHyphen ? text.charAt(i + j) != '-' : Character.digit(text.charAt(i + j), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the text changes between upper case, lower case and digits as often as random base64 does, and not only
     * at separators, as multi-word names do.
     */
    private static boolean looksRandom(String text, int start, int end) {
        int kinds = 0;
        int last = 0;
        int changes = 0;
        for (int i = start; i < end; i++) {
            int kind = kind(text.charAt(i));
            if (kind == 0) {
                changes--;
            } else if (kind != last) {
                changes++;
                kinds |= kind;
                last = kind;
            }
        }
        // Without digits it may be a camel-case name.
        return kinds == 7 ? changes * 4 >= end - start : kinds == 6 && changes * 3 >= end - start;
    }

    private static int kind(char c) {
        return c >= '0' && c <= '9' ? 1 : c >= 'a' && c <= 'z' ? 2 : c >= 'A' && c <= 'Z' ? 4 : 0;
    }

    private static boolean hasLettersAndDigits(String text, int start, int end) {
        int kinds = 0;
        for (int i = start; i < end; i++) {
            kinds |= kind(text.charAt(i));
        }
        return (kinds & 1) == 1 && kinds > 1;
    }

    private static boolean hasUpperCase(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (kind(text.charAt(i)) == 4) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLowerCase(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (kind(text.charAt(i)) != 2) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return kind(c) != 0;
    }

    /** In either alphabet (RFC 4648 §4 and §5), padding included. */
    private static boolean isBase64(char c) {
        return isLetterOrDigit(c) || c == '-' || c == '_' || c == '+' || c == '/' || c == '=';
    }

    /** Decodes percent escapes byte by byte; anything that is not an escape stays. */
    private static String withoutEscapes(String text) {
        StringBuilder unescaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int high = text.charAt(i) == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low < 0) {
                unescaped.append(text.charAt(i));
            } else {
                unescaped.append((char) (high * 16 + low));
                i += 2;
            }
        }
        return unescaped.toString();
    }
}
