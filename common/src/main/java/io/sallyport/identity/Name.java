package io.sallyport.identity;

import io.sallyport.Quoted;
import java.util.regex.Pattern;

/**
 * The name of a client or an audience: a plain name, or an address such as {@code https://orders.example.com}, {@code
 * //iam.googleapis.com/…} or {@code api://AzureADTokenExchange}. Compared character by character.
 */
public record Name(String value) {
    /** What a name looks like, for messages to people. */
    public static final String FORM = "1 to 255 of the characters A-Z a-z 0-9 . _ : -, or an address with //";

    private static final int MAX_LENGTH = 255;
    private static final Pattern PATTERN = Pattern.compile(
            "[A-Za-z0-9._:-]{1,255}|(?:[a-z][a-z0-9+.-]{0,19}:)?//[A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]-]{1,250}");

    /** @throws IllegalArgumentException if the value {@linkplain #isValid is not valid} */
    public Name {
        if (!isValid(value)) {
            throw new IllegalArgumentException("the name " + Quoted.quote(value) + " must be " + FORM);
        }
    }

    public static boolean isValid(String value) {
        return value.length() <= MAX_LENGTH && PATTERN.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
