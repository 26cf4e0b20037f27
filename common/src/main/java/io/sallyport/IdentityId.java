package io.sallyport;

import org.jspecify.annotations.Nullable;

/**
 * The id of an identity, which is also its OAuth {@code client_id} and the {@code sub} of its tokens. At most 127
 * characters, because Google's token service accepts no longer subject.
 */
public record IdentityId(String value) {
    /** What an id looks like, for messages to people. */
    public static final String FORM =
            "1 to 127 of the characters A-Z a-z 0-9 . _ : -, starting with a letter or digit and not with system:";

    private static final int MAX_LENGTH = 127;

    /** Kubernetes reserves this prefix: no token of ours may look like a service account's. */
    private static final String RESERVED = "system:";

    /** @throws IllegalArgumentException if the value {@linkplain #isValid is not valid} */
    public IdentityId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("an identity id is " + FORM);
        }
    }

    public static boolean isValid(String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !isLetterOrDigit(value.charAt(0))) {
            return false;
        }
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != ':' && c != '-') {
                return false;
            }
        }
        return !value.startsWith(RESERVED);
    }

    /** ASCII only. */
    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    // Written out: the generated method of a record is linked at its first use, which loads dozens of classes in a cold
    // start.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IdentityId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
