package io.sallyport.method.azure;

import java.util.Locale;
import java.util.regex.Pattern;

/** An id of Entra or Azure, in lower case: ids are case-insensitive. */
public record Guid(String value) {
    private static final Pattern PATTERN =
            Pattern.compile("[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");

    /** @throws IllegalArgumentException if the value {@linkplain #isValid is not valid} */
    public Guid {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a GUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12");
        }
        value = value.toLowerCase(Locale.ROOT);
    }

    /** Whether it is a GUID, in the only form that Azure writes: with hyphens and without braces. */
    public static boolean isValid(String value) {
        return PATTERN.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
