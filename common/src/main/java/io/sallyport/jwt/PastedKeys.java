package io.sallyport.jwt;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An issuer's keys from a configuration: a JWK set (RFC 7517 §5) that only a configuration change replaces. */
public final class PastedKeys implements KeySource {
    private static final int MAX_LENGTH = 64 * 1024;

    private final String jwks;
    private final Algorithm algorithm;
    private final KeySet keys;
    private final Set<String> thumbprints;

    private PastedKeys(String jwks, Algorithm algorithm, KeySet keys) {
        this.jwks = jwks;
        this.algorithm = algorithm;
        this.keys = keys;
        this.thumbprints = keys.thumbprints();
    }

    /** @throws IllegalArgumentException unless it is a JWK set with a key for the algorithm and without private keys */
    public static PastedKeys parse(String jwks, Algorithm algorithm) {
        return parse(jwks, algorithm, false);
    }

    /**
     * Parses the keys of an issuer: a JWK set, or a SPIFFE bundle as {@code spire-server bundle show -format spiffe}
     * prints it, of which the keys for JWT-SVIDs count (SPIFFE Trust Domain and Bundle §4.2.2).
     *
     * @throws IllegalArgumentException as {@link #parse(String, Algorithm)}
     */
    public static PastedKeys ofIssuer(String jwks, Algorithm algorithm) {
        return parse(jwks, algorithm, true);
    }

    private static PastedKeys parse(String jwks, Algorithm algorithm, boolean svids) {
        if (jwks.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("the JWK set is longer than " + MAX_LENGTH + " characters");
        }
        try {
            if (holdsSecret(Json.parseObject(jwks))) {
                throw new IllegalArgumentException(
                        "the JWK set contains a private or secret key; it must contain public keys only");
            }
            KeySet keys = KeySet.parsePasted(jwks, algorithm, svids);
            if (keys.isEmpty()) {
                throw new IllegalArgumentException("the JWK set contains no usable key for " + algorithm);
            }
            return new PastedKeys(jwks, algorithm, keys);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("the JWK set is " + e.getMessage());
        }
    }

    /** RFC 7518 §6.2.2, §6.3.2, §6.4: every private key has a {@code d}, every symmetric one a {@code k}. */
    static boolean holdsSecret(Map<String, @Nullable Object> jwks) {
        return jwks.get("keys") instanceof Collection<?> members
                && members.stream()
                        .anyMatch(member ->
                                member instanceof Map<?, ?> key && (key.containsKey("d") || key.containsKey("k")));
    }

    /** The key with this id; the only key if the JWT names none. */
    @Override
    public VerificationKey key(String keyId, Instant now) throws Refused {
        return keys.find(keyId)
                .or(() -> keyId.isEmpty() ? keys.only() : Optional.empty())
                .orElseThrow(() -> new Refused(
                        Reason.UNKNOWN_KEY, "no key " + Quoted.quote(keyId) + " among the configured keys"));
    }

    /** Whether there is a key with this id. */
    public boolean has(String keyId) {
        return keys.find(keyId).isPresent();
    }

    /** The thumbprints of all keys (RFC 7638), which do not depend on their ids. */
    public Set<String> thumbprints() {
        return thumbprints;
    }

    /** The JWK set as configured. */
    public String jwks() {
        return jwks;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PastedKeys that && jwks.equals(that.jwks) && algorithm == that.algorithm;
    }

    @Override
    public int hashCode() {
        return Objects.hash(jwks, algorithm);
    }

    @Override
    public String toString() {
        return "PastedKeys[" + algorithm + "]";
    }
}
