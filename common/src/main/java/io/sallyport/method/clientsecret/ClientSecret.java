package io.sallyport.method.clientsecret;

import io.sallyport.identity.Credential;
import io.sallyport.identity.document.SecretMaker;
import io.sallyport.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
 */
public record ClientSecret(String id, String sha256, Instant createdAt) {
    /** How many random bytes a secret has. */
    public static final int BYTES = SecretMaker.BYTES;

    /** Lets scanners find a secret that was published by mistake. */
    private static final String PREFIX = "sallyport_secret_";

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
        return new ClientSecret(id, HexFormat.of().formatHex(digest(secret)), now);
    }

    /**
     * Identifies exactly this secret: another secret under its id differs, and so does the same secret under another
     * id.
     */
    public Credential credential() {
        return new Credential(
                ClientSecretAttestation.METHOD,
                Credential.thumbprint(List.of(ClientSecretAttestation.METHOD, id, sha256)));
    }

    /** Compares in constant time. */
    boolean isHashOf(Secret presented) {
        return MessageDigest.isEqual(digest(presented), HexFormat.of().parseHex(sha256));
    }

    private static byte[] digest(Secret secret) {
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
