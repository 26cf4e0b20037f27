package io.sallyport.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Jwk;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JWK (RFC 7517 §4) of a kind that we sign with, including its private part if there is one.
 *
 * @param keyId its RFC 7638 thumbprint, whatever id the file gives it, so that no two keys share one
 */
record SigningJwk(JWK jwk, Algorithm algorithm, String keyId) {
    /** The algorithms that we sign with; we verify more. */
    private static final List<Algorithm> ALLOWED = List.of(Algorithm.RS256, Algorithm.ES256);

    /** @throws IllegalArgumentException if it is of another kind; the message quotes no part of it */
    SigningJwk(JWK jwk) {
        this(jwk, algorithm(jwk), Jwk.thumbprint(jwk));
    }

    /** @throws IllegalArgumentException if it is not a JWK, or of another kind; the message quotes no part of it */
    static SigningJwk parse(Map<String, Object> member) {
        try {
            return new SigningJwk(Jwk.read(member));
        } catch (ParseException e) {
            throw new IllegalArgumentException("a key cannot be read as a JWK");
        }
    }

    /** @throws IllegalArgumentException if it is of another kind */
    static SigningJwk of(PublicKey key) {
        return new SigningJwk(jwk(key));
    }

    private static JWK jwk(PublicKey key) {
        if (key instanceof ECPublicKey ec && Algorithm.ES256.fits(key)) {
            return new ECKey.Builder(Curve.P_256, ec).build();
        }
        if (key instanceof RSAPublicKey rsa) {
            return new RSAKey.Builder(rsa).build();
        }
        throw unfit();
    }

    private static Algorithm algorithm(JWK key) {
        try {
            PublicKey publicKey = key instanceof AsymmetricJWK pair ? pair.toPublicKey() : null;
            for (Algorithm algorithm : ALLOWED) {
                boolean named = key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm.jwsName());
                if (publicKey != null && named && algorithm.fits(publicKey)) {
                    return algorithm;
                }
            }
        } catch (JOSEException e) {
            // Refused below, without the library's message about the key.
        }
        throw unfit();
    }

    private static IllegalArgumentException unfit() {
        return new IllegalArgumentException(
                "a key is neither an RSA key of 2048 to 8192 bits for RS256 nor an EC key on P-256 for ES256");
    }

    boolean isPrivate() {
        return jwk.isPrivate();
    }

    PublicKey publicKey() {
        try {
            return ((AsymmetricJWK) jwk).toPublicKey();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("a key cannot be used", e);
        }
    }

    /** The key for verifiers: the public part with kid, use and alg. */
    Map<String, Object> published() {
        Map<String, Object> json = new LinkedHashMap<>(jwk.toPublicJWK().getRequiredParams());
        json.put("kid", keyId);
        json.put("use", "sig");
        json.put("alg", algorithm.name());
        return json;
    }

    /** @throws IllegalArgumentException if there is no usable private part */
    LocalSigner signer() {
        return new LocalSigner(keyId, algorithm, jwk);
    }

    /** Omits the key's parts, which are secrets. */
    @Override
    public String toString() {
        return "SigningJwk[" + keyId + "]";
    }
}
