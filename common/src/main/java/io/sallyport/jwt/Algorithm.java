package io.sallyport.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/** The supported signature algorithms (RFC 7518 §3). Configuration always chooses one, never the token. */
public enum Algorithm {
    RS256,
    PS256,
    PS384,
    ES256,
    ES384;

    /** RFC 7518 §3.3: no shorter RSA key may be used. */
    private static final int MIN_RSA_KEY_BITS = 2048;

    /** Longer keys cost more to verify than they gain. */
    private static final int MAX_RSA_KEY_BITS = 8192;

    /** Held here and not in its own class, which a process that never uses it need not load. */
    private static volatile Optional<FastSignatures> fast = Optional.empty();

    /** The provider that signs and verifies in place of the JDK's; empty if the JDK's do. */
    public static Optional<FastSignatures> fast() {
        return fast;
    }

    static synchronized void use(Optional<FastSignatures> other) {
        fast = other;
    }

    /** Returns to the JDK's providers. False if that one is not in use. */
    static synchronized boolean endUse(FastSignatures ended) {
        if (fast.isEmpty() || fast.get() != ended) {
            return false;
        }
        fast = Optional.empty();
        return true;
    }

    /** The one of that name (RFC 7518 §3.1); empty if it is not supported. */
    public static Optional<Algorithm> named(String name) {
        for (Algorithm algorithm : values()) {
            if (algorithm.name().equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** The algorithm's name in nimbus. */
    public JWSAlgorithm jwsName() {
        return switch (this) {
            case RS256 -> JWSAlgorithm.RS256;
            case PS256 -> JWSAlgorithm.PS256;
            case PS384 -> JWSAlgorithm.PS384;
            case ES256 -> JWSAlgorithm.ES256;
            case ES384 -> JWSAlgorithm.ES384;
        };
    }

    /** Whether a key has the type, the curve and the strength that this algorithm needs. */
    public boolean fits(PublicKey key) {
        return switch (this) {
            case RS256, PS256, PS384 ->
                key instanceof RSAPublicKey rsa
                        && rsa.getModulus().bitLength() >= MIN_RSA_KEY_BITS
                        && rsa.getModulus().bitLength() <= MAX_RSA_KEY_BITS
                        && rsa.getPublicExponent().testBit(0)
                        && rsa.getPublicExponent().compareTo(BigInteger.ONE) > 0;
            case ES256 -> isOn(Curve.P_256, key);
            case ES384 -> isOn(Curve.P_384, key);
        };
    }

    private static boolean isOn(Curve curve, PublicKey key) {
        return key instanceof ECPublicKey ec && curve.equals(Curve.forECParameterSpec(ec.getParams()));
    }

    /** Whether the signature was made with that key, which must {@linkplain #fits fit}. */
    public boolean verifies(byte[] signingInput, byte[] signature, PublicKey key) {
        Optional<FastSignatures> provider = fast;
        if (provider.isPresent() && provider.get().verifies(this, signingInput, signature, key)) {
            return true;
        }
        return verifiesByJdk(signingInput, signature, key);
    }

    /** As {@link #verifies}, always by the JDK's providers. */
    boolean verifiesByJdk(byte[] signingInput, byte[] signature, PublicKey key) {
        try {
            return verifier(key).verify(header(), signingInput, Base64URL.encode(signature));
        } catch (JOSEException e) {
            return false;
        }
    }

    /** The header of a JWS that names this algorithm and nothing else. */
    public JWSHeader header() {
        return switch (this) {
            case RS256 -> Headers.RS256;
            case PS256 -> Headers.PS256;
            case PS384 -> new JWSHeader(JWSAlgorithm.PS384);
            case ES256 -> Headers.ES256;
            case ES384 -> new JWSHeader(JWSAlgorithm.ES384);
        };
    }

    /** A separate class, since most uses of this enum need no header. */
    private static final class Headers {
        static final JWSHeader RS256 = new JWSHeader(JWSAlgorithm.RS256);
        static final JWSHeader PS256 = new JWSHeader(JWSAlgorithm.PS256);
        static final JWSHeader ES256 = new JWSHeader(JWSAlgorithm.ES256);
    }

    private JWSVerifier verifier(PublicKey key) throws JOSEException {
        return switch (this) {
            case RS256, PS256, PS384 -> new RSASSAVerifier((RSAPublicKey) key);
            case ES256 -> new ECDSAVerifier(new ECKey.Builder(Curve.P_256, (ECPublicKey) key).build());
            case ES384 -> new ECDSAVerifier(new ECKey.Builder(Curve.P_384, (ECPublicKey) key).build());
        };
    }
}
