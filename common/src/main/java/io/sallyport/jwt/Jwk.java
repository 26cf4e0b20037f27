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
 * Makes nimbus keys from parsed JSON. {@code JWK.parse} and {@code JWK.computeThumbprint} would also work, but they
 * start another JSON library, whose reflection is a tenth of the cost of a first login.
 */
public final class Jwk {
    /** RFC 7518 §6.3.2: a key that has one of them must have all. */
    private static final List<String> FACTORS = List.of("p", "q", "dp", "dq", "qi");

    private Jwk() {}

    /**
     * Reads a member of a JWK set (RFC 7517 §4): an RSA key, or an EC key on P-256 or P-384, with its private part
     * if it has one, and its {@code kid}, {@code use} and {@code alg}.
     *
     * @throws ParseException if it is not such a key, or is for operations other than signatures ({@code key_ops}). The
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
            throw new ParseException("the parameters do not form a valid key", 0);
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
            throw new ParseException("some of the CRT parameters are missing", 0);
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
        return new ECKey.Builder(curve(member), required(member, "x"), required(member, "y"))
                .d(part(member, "d"))
                .keyID(text(member, "kid").orElse(null))
                .keyUse(use(member))
                .algorithm(algorithm(member))
                .build();
    }

    private static Curve curve(Map<?, ?> member) throws ParseException {
        String name = text(member, "crv").orElse("");
        if (name.equals(Curve.P_256.getName())) {
            return Curve.P_256;
        }
        if (name.equals(Curve.P_384.getName())) {
            return Curve.P_384;
        }
        throw new ParseException("crv is neither P-256 nor P-384", 0);
    }

    /** RFC 7517 §4.3: {@code key_ops}, if present, lists every operation that the key is for. */
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
        throw new ParseException(name + " is not a string", 0);
    }

    /**
     * The RFC 7638 thumbprint: the SHA-256 of the required members, ordered by name, without white space.
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

    /** The RFC 7638 thumbprint of a key that verified a token: RSA, or EC on P-256 or P-384. */
    public static String thumbprint(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return thumbprint(new RSAKey.Builder(rsa).build());
        }
        if (key instanceof ECPublicKey ec) {
            return thumbprint(new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build());
        }
        throw new IllegalArgumentException("neither an RSA key nor an EC key");
    }

    /** Encodes again, so that nothing but base64url gets between the quotation marks, whatever was read. */
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
