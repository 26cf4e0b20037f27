package io.sallyport.token;

import java.util.Locale;

/** Where a signing key is on its way: the member {@code state} of its JWK. All of them are published. */
public enum KeyState {
    /** Published so that verifiers know it before it signs. */
    NEXT,
    /** Signs; exactly one does. */
    CURRENT,
    /** Signs no more, and its last tokens may still be valid. */
    RETIRED;

    /** As it stands in a key set, such as {@code next}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it is none; what it is instead is not told */
    static KeyState of(String text) {
        for (KeyState state : values()) {
            if (state.text().equals(text)) {
                return state;
            }
        }
        throw new IllegalArgumentException("a key's state must be one of next, current, retired");
    }
}
