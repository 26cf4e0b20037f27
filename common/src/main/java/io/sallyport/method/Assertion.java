package io.sallyport.method;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.UnverifiedJwt;

/** A credential as received, unverified (RFC 7521 §3). */
public record Assertion(String text) {
    /** The longest accepted assertion, in characters. */
    public static final int MAX_LENGTH = 16 * 1024;

    /**
     * Parses it, without verifying.
     *
     * @throws Refused {@link Reason#ASSERTION_MALFORMED}, {@link Reason#HEADER_NOT_ALLOWED}
     */
    public UnverifiedJwt parse() throws Refused {
        return UnverifiedJwt.parseAnyType(text);
    }

    /** Never the credential itself. */
    @Override
    public String toString() {
        return "Assertion[" + text.length() + " characters]";
    }
}
