package io.sallyport.jwt;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes nimbus's keys of JSON that is parsed already. {@code JWK.parse} and {@code JWK.computeThumbprint} would do, but they
 * start a JSON library of their own, whose reflection is a tenth of what a first login costs.
 */
public final class Jwk {
    /** RFC 7518 §6.3.2: who gives one of them, gives all. */
    private static final List<String> FACTORS = List.of("p", "q", "dp", "dq", "qi");

    private Jwk() {}

    /**
     * A member of a JWK set (RFC 7517 §4): an RSA key, or an EC key on P-256, with its private part if it has one, and of what
     * else it says {@code kid}, {@code use} and {@code alg}.
     *
     * @throws ParseException if it is another key, or none; or for other operations than signatures ({@code key_ops}). The
     *     message holds no part of a key
     */
    public static JWK read(Map<?, ?> member) throws ParseException {
        Optional<String> kind = text(member, "kty");
        requireForSignatures(member.get("key_ops"));
        try {
            return switch (kind.orElse("")) {
                case "RSA" -> rsa(member);
                case "EC" -> ec(member);
                default -> throw new ParseException("kty is neither RSA nor EC", 0);
            };
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new ParseException("a key whose parts make none", 0);
        }
    }

    private static JWK rsa(Map<?, ?> member) throws ParseException {
        if (member.containsKey("oth")) {
            throw new ParseException("a key of more than two primes", 0);
        }
        int factors = 0;
        for (String factor : FACTORS) {
            factors += member.containsKey(factor) ? 1 : 0;
        }
        if (factors != 0 && factors != FACTORS.size()) {
            throw new ParseException("of the parts of the primes some are missing", 0);
        }
        return new RSAKey.Builder(required(member, "n"), required(member, "e"))
                .privateExponent(part(member, "d"))
                .firstPrimeFactor(part(member, "p"))
                .secondPrimeFactor(part(member, "q"))
                .firstFactorCRTExponent(part(member, "dp"))
                .secondFactorCRTExponent(part(member, "dq"))
                .firstCRTCoefficient(part(member, "qi"))
                .keyID(text(member, "kid").orElse(null))
                .keyUse(use(member))
                .algorithm(algorithm(member))
                .build();
    }

    private static JWK ec(Map<?, ?> member) throws ParseException {
        if (!text(member, "crv").equals(Optional.of(Curve.P_256.getName()))) {
            throw new ParseException("crv is not P-256", 0);
        }
        return new ECKey.Builder(Curve.P_256, required(member, "x"), required(member, "y"))
                .d(part(member, "d"))
                .keyID(text(member, "kid").orElse(null))
                .keyUse(use(member))
                .algorithm(algorithm(member))
                .build();
    }

    /** RFC 7517 §4.3: who says what a key is for, says it of every use. */
    private static void requireForSignatures(@Nullable Object operations) throws ParseException {
        if (operations == null) {
            return;
        }
        if (!(operations instanceof Collection<?> named) || !(named.contains("verify") || named.contains("sign"))) {
            throw new ParseException("key_ops has neither verify nor sign", 0);
        }
    }

    private static @Nullable KeyUse use(Map<?, ?> member) throws ParseException {
        return KeyUse.parse(text(member, "use").orElse(null));
    }

    private static @Nullable Algorithm algorithm(Map<?, ?> member) throws ParseException {
        return Algorithm.parse(text(member, "alg").orElse(null));
    }

    private static Base64URL required(Map<?, ?> member, String name) throws ParseException {
        Base64URL part = part(member, name);
        if (part == null) {
            throw new ParseException(name + " is missing", 0);
        }
        return part;
    }

    private static @Nullable Base64URL part(Map<?, ?> member, String name) throws ParseException {
        Optional<String> text = text(member, name);
        return text.isPresent() ? new Base64URL(text.get()) : null;
    }

    private static Optional<String> text(Map<?, ?> member, String name) throws ParseException {
        Object value = member.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw new ParseException(name + " is no text", 0);
    }

    /**
     * RFC 7638: the SHA-256 of the required members, in the order of their names and nothing between them.
     *
     * @throws IllegalArgumentException if it is neither an RSA key nor an EC key
     */
    public static String thumbprint(JWK key) {
        if (key instanceof RSAKey rsa) {
            return digest("{\"e\":\"" + canonical(rsa.getPublicExponent()) + "\",\"kty\":\"RSA\",\"n\":\""
                    + canonical(rsa.getModulus()) + "\"}");
        }
        if (key instanceof ECKey ec) {
            return digest("{\"crv\":\"" + ec.getCurve().getName() + "\",\"kty\":\"EC\",\"x\":\"" + canonical(ec.getX())
                    + "\",\"y\":\"" + canonical(ec.getY()) + "\"}");
        }
        throw new IllegalArgumentException("neither an RSA key nor an EC key");
    }

    /** As {@link #thumbprint(JWK)}, of a key that was verified with: RSA, or EC on P-256. */
    public static String thumbprint(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return thumbprint(new RSAKey.Builder(rsa).build());
        }
        if (key instanceof ECPublicKey ec) {
            return thumbprint(new ECKey.Builder(Curve.P_256, ec).build());
        }
        throw new IllegalArgumentException("neither an RSA key nor an EC key");
    }

    /** Whatever was read for base64url, nothing else gets between the quotation marks. */
    private static String canonical(Base64URL part) {
        return Base64URL.encode(part.decode()).toString();
    }

    private static String digest(String json) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
