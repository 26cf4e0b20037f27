package io.sallyport.token;

import com.nimbusds.jose.jwk.JWK;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.jwt.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the issuer's keys: a member of a JWK set (RFC 7517 §5) with extra members. {@code state} is its state, {@code
 * stateSince} when it entered that state (NumericDate, whole seconds), and {@code kms} the key version of Cloud KMS
 * that signs for it in place of a private part. Any other member is kept and has no meaning.
 */
public final class SigningKey {
    private static final String STATE = "state";
    private static final String SINCE = "stateSince";
    private static final String KMS = "kms";
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private final Map<String, Object> member;
    private final SigningJwk jwk;
    private final KeyState state;
    private final Optional<Instant> since;
    private final Optional<KmsKeyVersion> kms;

    private SigningKey(Map<String, Object> member) {
        this.member = Collections.unmodifiableMap(new LinkedHashMap<>(member));
        this.jwk = SigningJwk.parse(member);
        Object named = member.get(STATE);
        this.state = named == null ? KeyState.CURRENT : KeyState.of(String.valueOf(named));
        Object time = member.get(SINCE);
        this.since = time == null ? Optional.empty() : Optional.of(instant(time));
        Object version = member.get(KMS);
        this.kms = version == null ? Optional.empty() : Optional.of(new KmsKeyVersion(String.valueOf(version)));
        if (kms.isPresent() && jwk.isPrivate()) {
            throw new IllegalArgumentException("a key has both a private part and kms; it must have only one of them");
        }
    }

    /**
     * Reads the keys of a JWK set, in its order.
     *
     * @throws IllegalArgumentException saying what is wrong, without any part of a key
     */
    public static List<SigningKey> readSet(String jwks) {
        try {
            if (!(Json.parseObject(jwks).get("keys") instanceof Collection<?> keys) || keys.isEmpty()) {
                throw new IllegalArgumentException("not a JWK set with at least one key");
            }
            List<SigningKey> read = new ArrayList<>();
            for (Object key : keys) {
                if (!(key instanceof Map<?, ?> fields)) {
                    throw new IllegalArgumentException("a key is not a JSON object");
                }
                Map<String, Object> json = new LinkedHashMap<>();
                for (Map.Entry<?, ?> field : fields.entrySet()) {
                    put(json, String.valueOf(field.getKey()), field.getValue());
                }
                read.add(new SigningKey(json));
            }
            return List.copyOf(read);
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("not a JWK set: " + e.getMessage());
        }
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    /** Writes the keys as a JWK set, private parts included. */
    public static String writeSet(List<SigningKey> keys) {
        return Json.writeString(
                Map.of("keys", keys.stream().map(key -> key.member).toList()));
    }

    /** A key pair or public part in a state since then. */
    public static SigningKey of(JWK key, KeyState state, Instant since) {
        return new SigningKey(key.toJSONObject()).named().with(state, since);
    }

    /**
     * A key for which Cloud KMS signs.
     *
     * @throws IllegalArgumentException if its public part is not of a kind that we sign with
     */
    public static SigningKey ofKms(KmsKeyVersion version, PublicKey publicKey, KeyState state, Instant since) {
        Map<String, Object> member =
                new LinkedHashMap<>(SigningJwk.of(publicKey).published());
        member.put(KMS, version.name());
        return new SigningKey(member).named().with(state, since);
    }

    private static Instant instant(Object numericDate) {
        if (numericDate instanceof Long seconds && seconds >= 0 && seconds <= LAST_SECOND) {
            return Instant.ofEpochSecond(seconds);
        }
        throw new IllegalArgumentException("a key's stateSince must be a time in whole seconds since 1970");
    }

    /** Its RFC 7638 thumbprint. */
    public String keyId() {
        return jwk.keyId();
    }

    public Algorithm algorithm() {
        return jwk.algorithm();
    }

    public KeyState state() {
        return state;
    }

    /** When it entered its state; empty if unknown. */
    public Optional<Instant> since() {
        return since;
    }

    /** The Cloud KMS key version that signs for it; empty if its private part is here, or nowhere. */
    public Optional<KmsKeyVersion> kms() {
        return kms;
    }

    boolean isPrivate() {
        return jwk.isPrivate();
    }

    /**
     * A copy in another state since then, rounded up to a whole second, so that waiting from the written time is never
     * too short.
     */
    public SigningKey with(KeyState other, Instant time) {
        Map<String, Object> changed = new LinkedHashMap<>(member);
        changed.put(STATE, other.text());
        changed.put(SINCE, time.plusNanos(999_999_999).getEpochSecond());
        return new SigningKey(changed);
    }

    private SigningKey named() {
        Map<String, Object> changed = new LinkedHashMap<>(member);
        changed.putAll(published());
        return new SigningKey(changed);
    }

    public PublicKey publicKey() {
        return jwk.publicKey();
    }

    /** The key for verifiers: the public part with kid, use and alg. */
    public Map<String, Object> published() {
        return jwk.published();
    }

    /** A copy without the private part and the name of a key version, for processes that never sign. */
    public SigningKey publicPart() {
        Map<String, Object> json = published();
        json.put(STATE, state.text());
        since.ifPresent(time -> json.put(SINCE, time.getEpochSecond()));
        return new SigningKey(json);
    }

    /**
     * @param service access to Cloud KMS; not used if the private part is here
     * @throws IllegalArgumentException if the key cannot sign, or its parts do not belong together
     */
    Signer signer(Supplier<? extends SigningService> service) {
        if (kms.isPresent()) {
            return new KmsSigner(keyId(), algorithm(), publicKey(), kms.get(), service.get());
        }
        return jwk.signer();
    }

    /** Requires that it can sign, and that its public part verifies the signature. */
    void requireAbleToSign() {
        if (kms.isPresent()) {
            return;
        }
        if (!jwk.isPrivate()) {
            throw new IllegalArgumentException("the current key has no private part and no kms: it cannot sign");
        }
        try {
            byte[] trial = "trial".getBytes(StandardCharsets.US_ASCII);
            byte[] signature = jwk.signer().sign(trial);
            if (algorithm().verifies(trial, signature, publicKey())) {
                return;
            }
        } catch (IllegalStateException e) {
            // Refused below, without the library's message about the key.
        }
        throw new IllegalArgumentException("the private and the public part of the current key do not belong together");
    }

    /** Omits the key's parts, which are secrets. */
    @Override
    public String toString() {
        return "SigningKey[" + keyId() + ", " + state.text() + "]";
    }
}
