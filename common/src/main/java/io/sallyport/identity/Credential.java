package io.sallyport.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Identifies one credential of an identity by its content, not its name: a secret, key or issuer that is added later
 * under the id of a removed one is a different credential.
 *
 * @param sessionMethod the method that its sessions record
 * @param thumbprint in base64url, of 128 bits or more; reveals nothing of a secret
 */
public record Credential(String sessionMethod, String thumbprint) {
    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{22,43}");
    private static final Pattern METHOD = Pattern.compile("[a-z0-9-]{1,64}");
    private static final int BYTES = 16;

    /** @throws IllegalArgumentException if it is malformed */
    public Credential {
        if (!METHOD.matcher(sessionMethod).matches()
                || !THUMBPRINT.matcher(thumbprint).matches()) {
            throw new IllegalArgumentException("a credential is named METHOD/THUMBPRINT, such as client-secret/...");
        }
    }

    /**
     * Parses the form that {@link #toString} writes.
     *
     * @param methods the session methods that have credentials: a mark on a credential of another method would revoke
     *     nothing
     * @throws IllegalArgumentException if it is malformed, or of another session method
     */
    public static Credential parse(String text, Set<String> methods) {
        int slash = Math.max(text.indexOf('/'), 0);
        String method = text.substring(0, slash);
        String thumbprint = text.substring(Math.min(slash + 1, text.length()));
        if (!methods.contains(method) || !THUMBPRINT.matcher(thumbprint).matches()) {
            throw new IllegalArgumentException("credentialNotBefore must name credentials, as one of "
                    + String.join(", ", methods) + " and /THUMBPRINT");
        }
        return new Credential(method, thumbprint);
    }

    /** The credential that a session records in one of its facts; empty if it records none, as in older versions. */
    public static Optional<Credential> of(String sessionMethod, String fact, Map<String, String> facts) {
        String thumbprint = facts.getOrDefault(fact, "");
        return THUMBPRINT.matcher(thumbprint).matches()
                ? Optional.of(new Credential(sessionMethod, thumbprint))
                : Optional.empty();
    }

    /** The first 128 bits of a SHA-256 over texts, in base64url. Different lists of texts hash differently. */
    public static String thumbprint(Iterable<String> parts) {
        StringBuilder all = new StringBuilder();
        for (String part : parts) {
            all.append(part.length()).append(':').append(part);
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(all.toString().getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return sessionMethod + "/" + thumbprint;
    }
}
