package io.sallyport.identity;

import java.util.regex.Pattern;

/**
 * The id of an identity, which is also its OAuth {@code client_id} and the {@code sub} of its tokens. At most 127
 * characters, because Google's token service takes no longer subject.
 */
public record IdentityId(String value) {
    /** What an id looks like, for messages to people. */
    public static final String FORM =
            "1 to 127 of the characters A-Z a-z 0-9 . _ : -, starting with a letter or digit and not with system:";

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,126}");

    /** Kubernetes keeps it for itself: no token of ours may look like one of a service account. */
    private static final String RESERVED = "system:";

    /** @throws IllegalArgumentException if the value {@linkplain #isValid is not valid} */
    public IdentityId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("an identity id is " + FORM);
        }
    }

    public static boolean isValid(String value) {
        return PATTERN.matcher(value).matches() && !value.startsWith(RESERVED);
    }

    @Override
    public String toString() {
        return value;
    }
}
