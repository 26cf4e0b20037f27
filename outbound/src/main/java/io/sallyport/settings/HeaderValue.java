package io.sallyport.settings;

/** A value that is safe in a header: RFC 9110 §5.5, visible ASCII characters and spaces. */
public final class HeaderValue {
    private static final int MAX_LENGTH = 8192;

    private HeaderValue() {}

    /** @throws IllegalArgumentException if it would end the header or is no sensible value; the message omits it */
    public static String parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || !text.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("it has characters that no header may have, or too many");
        }
        return text;
    }
}
