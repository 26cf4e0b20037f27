package io.sallyport.token;

import io.sallyport.jwt.Algorithm;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The issuer's keys as configured: the {@linkplain KeyState current} one signs, all of them are published. */
public final class SigningKeys {
    /** How long verifiers may cache the published keys. */
    public static final Duration CACHE_TIME = Duration.ofMinutes(5);

    private final Optional<SigningKey> current;
    private final List<Map<String, Object>> published;
    private final Map<String, PublishedKey> byId;

    private SigningKeys(Optional<SigningKey> current, List<SigningKey> keys) {
        this.current = current;
        List<Map<String, Object>> members = new ArrayList<>();
        this.byId = new HashMap<>();
        for (SigningKey key : keys) {
            members.add(key.published());
            if (byId.put(key.keyId(), new PublishedKey(key.algorithm(), key.publicKey())) != null) {
                throw new IllegalArgumentException("a key appears twice");
            }
        }
        this.published = List.copyOf(members);
    }

    /**
     * Parses keys to sign with.
     *
     * @throws IllegalArgumentException saying what is wrong, without any part of a key: exactly one key must be current
     *     and able to sign, and each of them an RSA key of 2048 bits or more, or an EC key on P-256
     */
    public static SigningKeys parsePrivate(String jwks) {
        List<SigningKey> keys = SigningKey.readSet(jwks);
        List<SigningKey> currents = new ArrayList<>();
        for (SigningKey key : keys) {
            if (key.state() == KeyState.CURRENT) {
                currents.add(key);
            }
        }
        if (currents.size() != 1) {
            throw new IllegalArgumentException(
                    "exactly one key must have the state current (the default), not " + currents.size());
        }
        currents.get(0).requireAbleToSign();
        return new SigningKeys(Optional.of(currents.get(0)), keys);
    }

    /**
     * Parses keys to publish only.
     *
     * @throws IllegalArgumentException saying what is wrong; also if there is a private key among them
     */
    public static SigningKeys parsePublic(String jwks) {
        return ofPublic(SigningKey.readSet(jwks));
    }

    /**
     * Keys to publish only.
     *
     * @throws IllegalArgumentException saying what is wrong; also if there is a private key among them
     */
    public static SigningKeys ofPublic(List<SigningKey> keys) {
        if (keys.stream().anyMatch(SigningKey::isPrivate)) {
            throw new IllegalArgumentException(
                    "the keys to publish include a private key; give this function the public keys only");
        }
        return new SigningKeys(Optional.empty(), keys);
    }

    /** The key set as {@code /.well-known/jwks.json} shows it: public parts, each with kid, use and alg. */
    public Map<String, Object> published() {
        return Map.of("keys", published);
    }

    /** A key that may have signed our tokens. */
    record PublishedKey(Algorithm algorithm, PublicKey publicKey) {}

    /** The published key with that id, whatever its state. */
    Optional<PublishedKey> find(String keyId) {
        return Optional.ofNullable(byId.get(keyId));
    }

    /** The algorithms of the published keys. */
    public List<Algorithm> algorithms() {
        return byId.values().stream()
                .map(PublishedKey::algorithm)
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * @param service access to Cloud KMS; not used if the current key is in this process
     * @throws IllegalStateException if these keys are to be published only
     */
    public Signer signer(Supplier<? extends SigningService> service) {
        if (current.isEmpty()) {
            throw new IllegalStateException("public keys cannot sign");
        }
        return current.get().signer(service);
    }

    /** Shows the number of keys: their parts are secrets. */
    @Override
    public String toString() {
        return "SigningKeys[" + published.size() + " keys]";
    }
}
