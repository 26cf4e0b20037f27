package io.sallyport.token;

import java.util.Locale;

/** The stage of a signing key's life: the member {@code state} of its JWK. Keys in every state are published. */
public enum KeyState {
    /** Published so that verifiers know it before it signs. */
    NEXT,
    /** Signs; exactly one key does. */
    CURRENT,
    /** No longer signs, but its last tokens may still be valid. */
    RETIRED;

    /** The state as written in a key set, such as {@code next}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if it is not a state; the message omits the value */
    static KeyState of(String text) {
        for (KeyState state : values()) {
            if (state.text().equals(text)) {
                return state;
            }
        }
        throw new IllegalArgumentException("a key's state must be one of next, current, retired");
    }
}
