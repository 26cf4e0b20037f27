package io.sallyport.simulated.google;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.simulated.Certificates;
import io.sallyport.simulated.KeyPool;
import io.sallyport.simulated.SigningKey;
import io.sallyport.simulated.Validity;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A service account and its keys. Unlike Google, which publishes a key six hours before its first use and as long after
 * its last (IAM API, resource {@code ServiceAccountKey}), it signs with a new key at once and never withdraws one.
 */
public final class SimulatedServiceAccount {
    /** "Used for signing for a maximum of two weeks": the same page. */
    private static final Duration SIGNS_FOR = Duration.ofDays(14);

    private final String email;
    private final String uniqueId;
    private final InstantSource clock;
    private final KeyPool pool;
    private final Map<String, Object> published = new LinkedHashMap<>();
    private final Map<String, SigningKey> kept = new HashMap<>();

    private @Nullable SigningKey systemManaged;
    private Instant signsUntil = Instant.MIN;

    SimulatedServiceAccount(String email, int life, InstantSource clock, KeyPool pool) {
        this.email = email;
        this.uniqueId = uniqueId(email + "#" + life);
        this.clock = clock;
        this.pool = pool;
    }

    public String email() {
        return email;
    }

    /** 21 digits: the same for an address in every run, another for an account recreated under it. */
    public String uniqueId() {
        return uniqueId;
    }

    /** With the system-managed key, as the method {@code signJwt} does but without its checks. */
    public String signJwt(String payloadJson) {
        return systemManaged().sign(payloadJson);
    }

    /** With the system-managed key, both texts as they are; {@code KID} in the header becomes the key's id. */
    public String sign(String headerJson, String payloadJson) {
        return systemManaged().sign(headerJson, payloadJson);
    }

    /** With a downloaded key, whose certificate has no end; it is made, and published, at the first use. */
    public String signWithUserManagedKey(String payloadJson) {
        return kept("user-managed", Validity::userManaged).sign(payloadJson);
    }

    /** With a key whose certificate, of a system-managed key's length, ended before its first use here. */
    public String signWithExpiredKey(String payloadJson) {
        return kept("expired", Validity::over).sign(payloadJson);
    }

    /** With a key whose certificate has exactly this validity, in whole seconds, both ends included. */
    public String signWithKeyValid(Instant notBefore, Instant notAfter, String payloadJson) {
        Validity validity = new Validity(notBefore, notAfter);
        return kept(validity.toString(), now -> validity).sign(payloadJson);
    }

    /** Signs with a new system-managed key from now on; it rotates by itself every two weeks of the clock as well. */
    public void rotateKeys() {
        newSystemManaged();
    }

    synchronized SigningKey systemManaged() {
        SigningKey current = systemManaged;
        return current == null || !clock.instant().isBefore(signsUntil) ? newSystemManaged() : current;
    }

    /** Certificates by key id, the oldest first. */
    synchronized Map<String, Object> certificates() {
        systemManaged();
        return new LinkedHashMap<>(published);
    }

    private synchronized SigningKey newSystemManaged() {
        Instant now = clock.instant();
        SigningKey created = publish(Validity.systemManaged(now));
        systemManaged = created;
        signsUntil = now.plus(SIGNS_FOR);
        return created;
    }

    private synchronized SigningKey kept(String name, Function<Instant, Validity> validity) {
        return kept.computeIfAbsent(name, unused -> publish(validity.apply(clock.instant())));
    }

    private SigningKey publish(Validity validity) {
        SigningKey key = pool.draw();
        published.put(key.kid(), Certificates.selfSigned(key, uniqueId, validity));
        return key;
    }

    private static String uniqueId(String account) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(account.getBytes(UTF_8));
            return "1%020d".formatted(new BigInteger(1, hash).mod(BigInteger.TEN.pow(20)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
