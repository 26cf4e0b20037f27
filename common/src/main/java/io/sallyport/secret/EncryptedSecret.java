package io.sallyport.secret;

import java.util.regex.Pattern;

/**
 * A secret as stored: encrypted, and bound to its {@linkplain EncryptionContext place}. The scheme stands before the
 * dot: {@code v2} is AES-256-GCM with our own key, {@code kms2} is Cloud KMS. {@code v1} and {@code kms1} are the older
 * form, bound only to identity and field: it may be stored but is never decrypted.
 */
public record EncryptedSecret(String text) {
    private static final Pattern FORM = Pattern.compile("(?:v[12]|kms[12])\\.[A-Za-z0-9_-]{16,65536}");

    /** @throws IllegalArgumentException if it is malformed; the message omits the value, which may be the secret */
    public EncryptedSecret {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("an encrypted secret is v2. or kms2. followed by base64url");
        }
    }

    /** Whether an older version encrypted it without binding it to a host. */
    public boolean isOfOlderForm() {
        return text.startsWith("v1.") || text.startsWith("kms1.");
    }

    @Override
    public String toString() {
        return "EncryptedSecret[" + text.substring(0, text.indexOf('.')) + "]";
    }
}
