package io.sallyport.identity;

import io.sallyport.jwt.DefaultPort;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A key by which stores find identities besides their id. Long keys are stored as their SHA-256, so that every store
 * can index them.
 */
public record Lookup(String key) {
    private static final int MAX_LENGTH = 300;

    /** The identity with this alias: at most one. */
    public static Lookup alias(Name alias) {
        return of("alias", alias.value());
    }

    /** The identity that owns this audience: at most one. */
    public static Lookup audience(Name audience) {
        return of("audience", audience.value());
    }

    /** Identities that trust an issuer's tokens for a pattern of subjects. */
    public static Lookup issuer(String issuer) {
        return of("issuer", DefaultPort.omit(issuer));
    }

    /** Identities that trust an issuer's tokens for exactly this subject. */
    public static Lookup subject(String issuer, String subject) {
        return of("subject", DefaultPort.omit(issuer) + " " + subject);
    }

    private static Lookup of(String kind, String value) {
        return new Lookup(kind + ":" + (value.length() <= MAX_LENGTH ? value : "sha256:" + sha256(value)));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether at most one identity may have it. */
    public boolean isUnique() {
        return key.startsWith("alias:") || key.startsWith("audience:");
    }

    @Override
    public String toString() {
        return key;
    }
}
