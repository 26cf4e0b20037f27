package io.sallyport.simulated.azure;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.sallyport.simulated.Certificates;
import io.sallyport.simulated.KeyPool;
import io.sallyport.simulated.RotatingKeys;
import io.sallyport.simulated.SigningKey;
import io.sallyport.simulated.Validity;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of Entra: named by the thumbprint of their certificate, published with it and without an algorithm, and the
 * same for every tenant.
 */
final class EntraKeys {
    private static final Duration VALIDITY = Duration.ofDays(5 * 365);

    private final KeyPool pool;
    private final InstantSource clock;
    private final String issuer;
    private final Map<String, byte[]> certificates = new ConcurrentHashMap<>();

    /** @param issuer whom the keys say they are for, {@code {tenantid}} in the place of a tenant */
    EntraKeys(KeyPool pool, InstantSource clock, String issuer) {
        this.pool = pool;
        this.clock = clock;
        this.issuer = issuer;
    }

    RotatingKeys rotating() {
        return new RotatingKeys(this::draw, this::publicForm);
    }

    private SigningKey draw() {
        SigningKey key = pool.draw();
        Instant from = clock.instant().minus(Duration.ofDays(1));
        byte[] certificate = Certificates.selfSignedDer(
                key, "accounts.accesscontrol.windows.net", new Validity(from, from.plus(VALIDITY)));
        String thumbprint = thumbprint(certificate);
        certificates.put(thumbprint, certificate);
        return new SigningKey(
                new RSAKey.Builder(key.key()).keyID(thumbprint).algorithm(null).build());
    }

    private Map<String, Object> publicForm(SigningKey key) {
        RSAKey publicKey = key.key().toPublicJWK();
        Map<String, Object> member = new LinkedHashMap<>();
        member.put("kty", "RSA");
        member.put("use", "sig");
        member.put("kid", key.kid());
        member.put("x5t", key.kid());
        member.put("n", publicKey.getModulus().toString());
        member.put("e", publicKey.getPublicExponent().toString());
        member.put(
                "x5c",
                List.of(Base64.getEncoder().encodeToString(Objects.requireNonNull(certificates.get(key.kid())))));
        member.put("issuer", issuer);
        return member;
    }

    /** RFC 7515, section 4.1.7. */
    private static String thumbprint(byte[] certificate) {
        try {
            return Base64URL.encode(MessageDigest.getInstance("SHA-1").digest(certificate))
                    .toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
