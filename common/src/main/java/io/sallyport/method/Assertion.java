package io.sallyport.method;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Fields;
import io.sallyport.jwt.UnverifiedJwt;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A credential as received, unverified (RFC 7521 §3). */
public record Assertion(String text) {
    /** The longest accepted assertion, in characters. */
    public static final int MAX_LENGTH = 16 * 1024;

    /** How the subject of a JWT-SVID begins (SPIFFE-ID §2). */
    public static final String SPIFFE_SCHEME = "spiffe://";

    /**
     * Reads a JWT from the field {@code jwt} of a login.
     *
     * @param invalid receives what is wrong with the field
     */
    public static Assertion jwt(Map<String, @Nullable Object> fields, List<InvalidField> invalid) {
        return new Assertion(text(fields, "jwt", invalid));
    }

    /** Reads a part of an assertion, which is as bounded as a whole one, from a field of a login. */
    public static String text(Map<String, @Nullable Object> fields, String name, List<InvalidField> invalid) {
        String text = Fields.text(fields, name, invalid);
        if (text.length() > MAX_LENGTH) {
            invalid.add(new InvalidField(name, "must not be longer than " + MAX_LENGTH + " characters"));
        }
        return text;
    }

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
