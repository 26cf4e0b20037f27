package io.sallyport.method;

/** A credential as received, unverified (RFC 7521 §3). */
public record Assertion(String text) {
    /** The longest assertion that is looked at, in characters. */
    public static final int LONGEST = 16 * 1024;

    /** Never the credential itself. */
    @Override
    public String toString() {
        return "Assertion[" + text.length() + " characters]";
    }
}
