package io.sallyport.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.jwt.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The issuer's keys as configured: a JWK set (RFC 7517 §5) in which each key may say its {@code state}: {@code next},
 * {@code current} (the default) or {@code retired}. The current one signs; all of them are published.
 */
public final class SigningKeys {
    private static final String STATE = "state";
    private static final String CURRENT = "current";
    private static final Set<String> STATES = Set.of("next", CURRENT, "retired");

    /** What every verifier of access tokens can be expected to know (RFC 9068 §4, OpenID Connect Core §15.1). */
    private static final List<Algorithm> FOR_SIGNING = List.of(Algorithm.RS256, Algorithm.ES256);

    private final Optional<JWK> current;
    private final List<JWK> published;
    private final Map<String, PublishedKey> byId;

    private SigningKeys(Optional<JWK> current, List<JWK> published) {
        this.current = current;
        this.published = published;
        this.byId = byId(published);
    }

    /**
     * Keys to sign with.
     *
     * @throws IllegalArgumentException saying what is wrong, without any part of a key: exactly one key must be current
     *     and private, and each of them an RSA key of 2048 bits or more, or an EC key on P-256
     */
    public static SigningKeys parsePrivate(String jwks) {
        List<JWK> currents = new ArrayList<>();
        List<JWK> all = new ArrayList<>();
        for (Map<String, Object> member : members(jwks)) {
            JWK key = key(member);
            all.add(key);
            if (state(member).equals(CURRENT)) {
                currents.add(key);
            }
        }
        if (currents.size() != 1) {
            throw new IllegalArgumentException(
                    "exactly one key must have the state current (the default), not " + currents.size());
        }
        JWK current = currents.get(0);
        if (!current.isPrivate()) {
            throw new IllegalArgumentException("the current key has no private part: it cannot sign");
        }
        requirePair(current);
        return new SigningKeys(Optional.of(current), publicParts(all));
    }

    /** A private part that belongs to another public part would sign tokens that nobody can verify. */
    private static void requirePair(JWK key) {
        try {
            byte[] trial = "trial".getBytes(StandardCharsets.US_ASCII);
            byte[] signature = new LocalSigner(thumbprint(key), algorithm(key), jwsSigner(key)).sign(trial);
            if (algorithm(key).verifies(trial, signature, publicKey(key))) {
                return;
            }
        } catch (IllegalStateException e) {
            // Answered below, without what the library says of the key.
        }
        throw new IllegalArgumentException("the private and the public part of the current key do not belong together");
    }

    /**
     * Keys to publish and nothing more.
     *
     * @throws IllegalArgumentException saying what is wrong; also if there is a private key among them
     */
    public static SigningKeys parsePublic(String jwks) {
        List<JWK> all = new ArrayList<>();
        for (Map<String, Object> member : members(jwks)) {
            state(member);
            JWK key = key(member);
            if (key.isPrivate()) {
                throw new IllegalArgumentException(
                        "a private key stands among the keys to publish; give this function the public parts only");
            }
            all.add(key);
        }
        return new SigningKeys(Optional.empty(), publicParts(all));
    }

    private static List<Map<String, Object>> members(String jwks) {
        try {
            if (!(Json.parseObject(jwks).get("keys") instanceof Collection<?> keys) || keys.isEmpty()) {
                throw new IllegalArgumentException("not a JWK set with at least one key");
            }
            List<Map<String, Object>> members = new ArrayList<>();
            for (Object member : keys) {
                if (!(member instanceof Map<?, ?> fields)) {
                    throw new IllegalArgumentException("a key is not a JSON object");
                }
                Map<String, Object> json = new HashMap<>();
                fields.forEach((name, value) -> put(json, String.valueOf(name), value));
                members.add(json);
            }
            return members;
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("not a JWK set: " + e.getMessage());
        }
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static String state(Map<String, Object> member) {
        String state = String.valueOf(member.getOrDefault(STATE, CURRENT));
        if (!STATES.contains(state)) {
            throw new IllegalArgumentException("a key's state must be one of next, current, retired");
        }
        return state;
    }

    private static JWK key(Map<String, Object> member) {
        try {
            JWK key = JWK.parse(member);
            algorithm(key);
            return key;
        } catch (ParseException e) {
            throw new IllegalArgumentException("a key cannot be read as a JWK");
        }
    }

    private static Algorithm algorithm(JWK key) {
        try {
            PublicKey publicKey = key instanceof AsymmetricJWK pair ? pair.toPublicKey() : null;
            for (Algorithm algorithm : FOR_SIGNING) {
                boolean named = key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm.jwsName());
                if (publicKey != null && named && algorithm.fits(publicKey)) {
                    return algorithm;
                }
            }
        } catch (JOSEException e) {
            // Answered below, without what the library says of the key.
        }
        throw new IllegalArgumentException(
                "a key is neither an RSA key of 2048 to 8192 bits for RS256 nor an EC key on P-256 for ES256");
    }

    /** Ids are thumbprints whatever the file says, so that no two keys share one. */
    private static String thumbprint(JWK key) {
        try {
            return key.computeThumbprint().toString();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("a key has no thumbprint", e);
        }
    }

    private static List<JWK> publicParts(List<JWK> keys) {
        Set<String> ids = new LinkedHashSet<>();
        for (JWK key : keys) {
            if (!ids.add(thumbprint(key))) {
                throw new IllegalArgumentException("a key stands twice");
            }
        }
        return keys.stream().map(JWK::toPublicJWK).toList();
    }

    /** The key set as {@code /.well-known/jwks.json} shows it: public parts, each with kid, use and alg. */
    public Map<String, Object> published() {
        List<Map<String, Object>> keys = new ArrayList<>();
        for (JWK key : published) {
            Map<String, Object> json = new LinkedHashMap<>(key.getRequiredParams());
            json.put("kid", thumbprint(key));
            json.put("use", "sig");
            json.put("alg", algorithm(key).name());
            keys.add(json);
        }
        return Map.of("keys", keys);
    }

    /** A key that our tokens may be signed by. */
    record PublishedKey(Algorithm algorithm, PublicKey publicKey) {}

    /** The published key of that id, whatever its state. */
    Optional<PublishedKey> find(String keyId) {
        return Optional.ofNullable(byId.get(keyId));
    }

    private static Map<String, PublishedKey> byId(List<JWK> keys) {
        Map<String, PublishedKey> byId = new HashMap<>();
        for (JWK key : keys) {
            byId.put(thumbprint(key), new PublishedKey(algorithm(key), publicKey(key)));
        }
        return byId;
    }

    private static PublicKey publicKey(JWK key) {
        try {
            return ((AsymmetricJWK) key).toPublicKey();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("a key cannot be used", e);
        }
    }

    /** The algorithms that published keys are for. */
    public List<Algorithm> algorithms() {
        return published.stream()
                .map(SigningKeys::algorithm)
                .distinct()
                .sorted()
                .toList();
    }

    /** @throws IllegalStateException if these keys are to be published only */
    public Signer signer() {
        JWK key = current.orElseThrow(() -> new IllegalStateException("public keys cannot sign"));
        return new LocalSigner(thumbprint(key), algorithm(key), jwsSigner(key));
    }

    private static JWSSigner jwsSigner(JWK key) {
        try {
            return switch (algorithm(key)) {
                case RS256, PS256 -> new RSASSASigner((RSAKey) key);
                case ES256 -> new ECDSASigner((ECKey) key);
            };
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the current key cannot sign");
        }
    }

    private record LocalSigner(String keyId, Algorithm algorithm, JWSSigner signer) implements Signer {
        @Override
        public byte[] sign(byte[] signingInput) {
            try {
                return signer.sign(new JWSHeader(algorithm.jwsName()), signingInput)
                        .decode();
            } catch (JOSEException e) {
                throw new IllegalStateException("a key that was checked at start does not sign", e);
            }
        }

        @Override
        public String toString() {
            return "LocalSigner[" + keyId + "]";
        }
    }

    /** The number of keys: their parts are secrets. */
    @Override
    public String toString() {
        return "SigningKeys[" + published.size() + " keys]";
    }
}
