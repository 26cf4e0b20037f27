package io.sallyport.method.clientsecret;

import io.sallyport.identity.Credential;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.secret.Secret;
import io.sallyport.token.TokenPolicy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A client secret as stored: by its SHA-256. We generate each from 256 random bits, so there is nothing to guess and a
 * slow hash would gain nothing.
 *
 * @param id its name, so that operators can tell two secrets apart
 * @param sha256 of the secret's text, in lower-case hex
 * @param createdAt in whole seconds
 * @param description for people
 * @param numUsesLimit how often it may be used; zero: without limit
 * @param ttl how long it is valid from its creation, in whole seconds; zero: without end. Without {@code createdAt}, a
 *     secret with a TTL has expired.
 */
public record ClientSecret(
        String id, String sha256, Instant createdAt, String description, long numUsesLimit, Duration ttl) {
    /** How many random bytes a secret has. */
    public static final int BYTES = SecretMaker.BYTES;

    /** Lets scanners find a secret that was published by mistake. */
    public static final String PREFIX = "sallyport_secret_";

    /** The largest TTL: 3650 days. */
    public static final Duration MAX_TTL = TokenPolicy.MAX_TTL;

    /** The largest limit of uses. */
    public static final long MAX_USES = 1_000_000_000;

    /** In characters. */
    public static final int MAX_DESCRIPTION = 255;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException if it is malformed; the message omits the value, which may be the secret */
    public ClientSecret {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("the id of a client secret is 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "sha256 of a client secret is 64 hex digits, as sallyport client new-secret prints them");
        }
        if (description.length() > MAX_DESCRIPTION) {
            throw new IllegalArgumentException(
                    "the description of a client secret has at most " + MAX_DESCRIPTION + " characters");
        }
        if (numUsesLimit < 0 || numUsesLimit > MAX_USES) {
            throw new IllegalArgumentException(
                    "numUsesLimit of a client secret must be 0 (no limit) to " + MAX_USES + ", not " + numUsesLimit);
        }
        if (ttl.isNegative() || ttl.compareTo(MAX_TTL) > 0 || ttl.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    "ttl of a client secret must be 0 (no end) to " + MAX_TTL.toSeconds() + " seconds");
        }
    }

    /** A secret without limits. */
    public ClientSecret(String id, String sha256, Instant createdAt) {
        this(id, sha256, createdAt, "", 0, Duration.ZERO);
    }

    /**
     * Makes a secret.
     *
     * @param random {@link #BYTES} unpredictable bytes
     */
    public static Secret make(byte[] random) {
        if (random.length != BYTES) {
            throw new IllegalArgumentException("a client secret has " + BYTES + " bytes");
        }
        return new Secret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    public static ClientSecret of(String id, Secret secret, Instant now) {
        return new ClientSecret(id, hash(secret), now);
    }

    /** What is stored of a secret. */
    static String hash(Secret secret) {
        return HexFormat.of().formatHex(digest(secret));
    }

    /**
     * Identifies exactly this secret: another secret under its id differs, and so does the same secret under another
     * id, and with another limit, whose uses count anew.
     */
    public Credential credential() {
        List<String> parts = numUsesLimit == 0
                ? List.of(ClientSecretAttestation.METHOD, id, sha256)
                : List.of(ClientSecretAttestation.METHOD, id, sha256, String.valueOf(numUsesLimit));
        return new Credential(ClientSecretAttestation.METHOD, Credential.thumbprint(parts));
    }

    /** Whether its TTL has passed: it is valid up to, and not at, its creation and TTL. */
    public boolean hasExpired(Instant now) {
        return !ttl.isZero() && !now.isBefore(createdAt.plus(ttl));
    }

    /** Compares in constant time. */
    boolean isHash(byte[] digest) {
        return MessageDigest.isEqual(digest, HexFormat.of().parseHex(sha256));
    }

    /** The SHA-256 of a secret. */
    static byte[] digest(Secret secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.text().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Omits the hash. */
    @Override
    public String toString() {
        return "ClientSecret[" + id + "]";
    }
}
