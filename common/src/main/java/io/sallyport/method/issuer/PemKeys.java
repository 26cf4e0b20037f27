package io.sallyport.method.issuer;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Jwk;
import io.sallyport.jwt.KeySource;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.jwt.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An issuer's keys from a configuration, as PEM public keys (RFC 7468 §13). They have no ids, so a JWT is tried against
 * each of them, whatever key it names.
 */
public final class PemKeys implements KeySource {
    private static final int MAX_KEYS = 20;
    private static final int MAX_LENGTH = 8 * 1024;

    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]{1,8192})-----END PUBLIC KEY-----\\s*");

    private final List<String> pems;
    private final Algorithm algorithm;
    private final List<VerificationKey> keys;

    private PemKeys(List<String> pems, Algorithm algorithm, List<VerificationKey> keys) {
        this.pems = List.copyOf(pems);
        this.algorithm = algorithm;
        this.keys = List.copyOf(keys);
    }

    /**
     * The algorithm of keys for which none is configured: that of their curve if all are on the same, otherwise RS256.
     *
     * @throws IllegalArgumentException if one of them is malformed
     */
    public static Algorithm algorithmOf(List<String> pems) {
        Algorithm common = Algorithm.RS256;
        for (String pem : pems) {
            PublicKey key = parse(pem);
            Algorithm own = Algorithm.ES384.fits(key) ? Algorithm.ES384 : Algorithm.ES256;
            if (!(key instanceof ECPublicKey) || (common != Algorithm.RS256 && common != own)) {
                return Algorithm.RS256;
            }
            common = own;
        }
        return common;
    }

    /** @throws IllegalArgumentException unless all are public keys for the algorithm, and there is one at least */
    public static PemKeys parse(List<String> pems, Algorithm algorithm) {
        if (pems.isEmpty() || pems.size() > MAX_KEYS) {
            throw new IllegalArgumentException("publicKeys must have 1 to " + MAX_KEYS + " public keys in PEM");
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (String pem : pems) {
            PublicKey key = parse(pem);
            if (!algorithm.fits(key)) {
                throw new IllegalArgumentException("publicKeys has a key that is not for " + algorithm + ", as number "
                        + (keys.size() + 1) + "; set algorithm, or remove the key");
            }
            keys.add(VerificationKey.unbounded(Jwk.thumbprint(key), key));
        }
        return new PemKeys(pems, algorithm, keys);
    }

    private static PublicKey parse(String pem) {
        Matcher block = PEM.matcher(pem);
        if (pem.length() > MAX_LENGTH || !block.matches()) {
            throw malformed();
        }
        try {
            byte[] der = Base64.getDecoder().decode(block.group(1).replaceAll("\\s", ""));
            return parse(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static PublicKey parse(X509EncodedKeySpec spec) throws GeneralSecurityException {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(spec);
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        }
    }

    /** Omits the text: it may be a private key pasted by mistake. */
    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "publicKeys must be RSA or EC public keys in PEM, each with BEGIN PUBLIC KEY, and nothing else");
    }

    /** The key that signed it; any of them if none did, so that the signature is what is refused. */
    @Override
    public VerificationKey key(UnverifiedJwt jwt, Algorithm by, Instant now) {
        for (VerificationKey key : keys) {
            if (by.fits(key.key()) && jwt.isSignedBy(key.key(), by)) {
                return key;
            }
        }
        return keys.get(0);
    }

    /** Refuses: no key has an id. */
    @Override
    public VerificationKey key(String keyId, Instant now) throws Refused {
        throw new Refused(Reason.UNKNOWN_KEY, "the configured public keys have no ids");
    }

    /** The thumbprints of all keys (RFC 7638). */
    public Set<String> thumbprints() {
        Set<String> thumbprints = new HashSet<>();
        for (VerificationKey key : keys) {
            thumbprints.add(key.id());
        }
        return thumbprints;
    }

    /** The keys as configured. */
    public List<String> pems() {
        return pems;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PemKeys that && pems.equals(that.pems) && algorithm == that.algorithm;
    }

    @Override
    public int hashCode() {
        return Objects.hash(pems, algorithm);
    }

    @Override
    public String toString() {
        return "PemKeys[" + algorithm + "]";
    }
}
