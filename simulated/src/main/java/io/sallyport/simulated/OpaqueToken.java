package io.sallyport.simulated;

import java.security.SecureRandom;
import java.util.Base64;

/** Tokens that are opaque to their holder. */
public final class OpaqueToken {
    private static final SecureRandom RANDOM = new SecureRandom();

    private OpaqueToken() {}

    /** @param prefix such as {@code ya29.d.}, which Google's have */
    public static String withPrefix(String prefix) {
        byte[] bytes = new byte[48];
        RANDOM.nextBytes(bytes);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
