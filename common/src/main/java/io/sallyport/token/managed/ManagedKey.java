package io.sallyport.token.managed;

import io.sallyport.json.Json;
import io.sallyport.jwt.Algorithm;
import io.sallyport.token.SigningKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stored key: its public part, its times, and its encrypted private part. It never changes once it is stored. Times
 * are whole seconds.
 *
 * @param issuer whose key it is
 * @param publicKey its id is its RFC 7638 thumbprint
 * @param created when it was made, and so from when it is published
 * @param signFrom from when it signs
 * @param signUntil from when it no longer signs; usually the next key takes over earlier
 * @param retireAt when its last token has expired, so that it is no longer published
 * @param ciphertext the encrypted private part, bound to everything above
 * @param proof the key's signature over everything above, in base64url: a process that cannot decrypt notices a changed
 *     record too
 */
public record ManagedKey(
        String issuer,
        SigningKey publicKey,
        Instant created,
        Instant signFrom,
        Instant signUntil,
        Instant retireAt,
        String ciphertext,
        String proof) {

    private static final Duration LONGEST = Duration.ofDays(400);
    private static final List<String> MEMBERS = List.of(
            "kid", "issuer", "alg", "jwk", "created", "signFrom", "signUntil", "retireAt", "ciphertext", "proof");

    /** @throws IllegalArgumentException if the times contradict each other */
    public ManagedKey {
        if (signFrom.isBefore(created.minus(KeySchedule.SKEW))
                || !signFrom.isBefore(signUntil)
                || !signUntil.isBefore(retireAt)
                || retireAt.isAfter(created.plus(LONGEST))) {
            throw new IllegalArgumentException("its times contradict each other");
        }
    }

    public String keyId() {
        return publicKey.keyId();
    }

    /** Whether it is the signer's turn to use it, unless a newer key is. */
    boolean maySign(Instant now) {
        return !now.isBefore(signFrom) && now.isBefore(signUntil);
    }

    boolean isRetired(Instant now) {
        return !now.isBefore(retireAt);
    }

    /** What its ciphertext is bound to: a line for each part. */
    byte[] bound() {
        return bound(issuer, publicKey, created, signFrom, signUntil, retireAt);
    }

    static byte[] bound(
            String issuer,
            SigningKey publicKey,
            Instant created,
            Instant signFrom,
            Instant signUntil,
            Instant retireAt) {
        if (issuer.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("its issuer has a line break");
        }
        // Never the signing input of a JWS (RFC 7515 §5.1), which has no white space: a proof is no token's signature.
        String lines = "sallyport managed key\n" + issuer + "\n" + publicKey.keyId() + "\n" + publicKey.algorithm()
                + "\n"
                + canonical(publicKey) + "\n" + created.getEpochSecond() + "\n" + signFrom.getEpochSecond() + "\n"
                + signUntil.getEpochSecond() + "\n" + retireAt.getEpochSecond();
        return lines.getBytes(StandardCharsets.UTF_8);
    }

    /** The public part as stored; JSON escapes line breaks. */
    private static String canonical(SigningKey publicKey) {
        return Json.writeLine(publicKey.published());
    }

    /** What the proof signs. */
    static byte[] proven(byte[] bound, String ciphertext) {
        return (new String(bound, StandardCharsets.UTF_8) + "\n" + ciphertext).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the holder of its private part made this record as it is. */
    boolean isProven() {
        try {
            byte[] signature = Base64.getUrlDecoder().decode(proof);
            return publicKey.algorithm().verifies(proven(bound(), ciphertext), signature, publicKey.publicKey());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("kid", keyId());
        document.put("issuer", issuer);
        document.put("alg", publicKey.algorithm().name());
        document.put("jwk", publicKey.published());
        document.put("created", created.getEpochSecond());
        document.put("signFrom", signFrom.getEpochSecond());
        document.put("signUntil", signUntil.getEpochSecond());
        document.put("retireAt", retireAt.getEpochSecond());
        document.put("ciphertext", ciphertext);
        document.put("proof", proof);
        return document;
    }

    /**
     * Reads a stored key.
     *
     * @param issuer whose keys are read: a key of another one is refused
     * @throws IllegalArgumentException saying what does not fit, without any part of a key
     */
    static ManagedKey read(Map<String, @Nullable Object> document, String issuer) {
        if (!List.copyOf(document.keySet()).containsAll(MEMBERS) || document.size() != MEMBERS.size()) {
            throw new IllegalArgumentException("its members are not those of a stored key");
        }
        if (!issuer.equals(document.get("issuer"))) {
            throw new IllegalArgumentException("it is of another issuer");
        }
        if (!(document.get("jwk") instanceof Map<?, ?> jwk)) {
            throw new IllegalArgumentException("jwk is no JSON object");
        }
        SigningKey key =
                SigningKey.readSet(Json.writeLine(Map.of("keys", List.of(jwk)))).get(0);
        if (!key.published().equals(jwk)) {
            throw new IllegalArgumentException("jwk is not a public key with its thumbprint, use and algorithm");
        }
        if (!key.keyId().equals(document.get("kid"))) {
            throw new IllegalArgumentException("kid is not the thumbprint of the public key");
        }
        if (!key.algorithm().name().equals(document.get("alg"))) {
            throw new IllegalArgumentException("alg is not the algorithm of the public key");
        }
        return new ManagedKey(
                issuer,
                key,
                time(document, "created"),
                time(document, "signFrom"),
                time(document, "signUntil"),
                time(document, "retireAt"),
                text(document, "ciphertext"),
                text(document, "proof"));
    }

    private static Instant time(Map<String, @Nullable Object> document, String name) {
        if (document.get(name) instanceof Long seconds && seconds >= 0 && seconds < 1L << 36) {
            return Instant.ofEpochSecond(seconds);
        }
        throw new IllegalArgumentException(name + " is no time in whole seconds since 1970");
    }

    private static String text(Map<String, @Nullable Object> document, String name) {
        if (document.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is no text");
    }

    public Algorithm algorithm() {
        return publicKey.algorithm();
    }

    /** Omits ciphertext and proof. */
    @Override
    public String toString() {
        return "ManagedKey[" + keyId() + ", from " + signFrom + "]";
    }
}
