package io.sallyport.identity;

import java.util.regex.Pattern;

/**
 * A secret as it is stored: encrypted, and bound to its {@linkplain SecretPlace place}. How it was sealed stands before the
 * dot: {@code v1} is AES-256-GCM with our own key, {@code kms1} is Cloud KMS.
 */
public record SealedSecret(String text) {
    private static final Pattern FORM = Pattern.compile("(?:v1|kms1)\\.[A-Za-z0-9_-]{16,65536}");

    /** @throws IllegalArgumentException if it is of another form; what it is instead is not told, it may be the secret */
    public SealedSecret {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("a sealed secret begins with v1. or kms1. and goes on in base64url");
        }
    }

    @Override
    public String toString() {
        return "SealedSecret[" + text.substring(0, text.indexOf('.')) + "]";
    }
}
