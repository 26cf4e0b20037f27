package io.sallyport.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * What a provider must get right before it is used: the signatures of RFC 7515, Appendix A.2 and A.3, signatures that
 * the JDK makes, its own by the JDK's judgement, and the refusal of all of these once they are changed.
 */
final class SignatureTrial {
    /** The claims of both examples. */
    private static final String CLAIMS =
            ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private static final byte[] RS256_INPUT = ascii("eyJhbGciOiJSUzI1NiJ9" + CLAIMS);
    private static final byte[] ES256_INPUT = ascii("eyJhbGciOiJFUzI1NiJ9" + CLAIMS);

    /** RFC 7515 A.2.1: the primes of the published key; the exponent is 65537. */
    private static final String P = "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9"
            + "AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc";

    private static final String Q = "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6"
            + "ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc";

    /** RFC 7515 A.2.1. */
    private static final String RS256_SIGNATURE =
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9"
                    + "CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN93"
                    + "83LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXL"
                    + "IhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    /** RFC 7515 A.3.1. */
    private static final ECKey EC = new ECKey.Builder(
                    Curve.P_256,
                    new Base64URL("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                    new Base64URL("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"))
            .d(new Base64URL("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"))
            .build();

    /** RFC 7515 A.3.1. */
    private static final String ES256_SIGNATURE =
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private final FastSignatures tried;

    private SignatureTrial(FastSignatures tried) {
        this.tried = tried;
    }

    /** @throws GeneralSecurityException naming what went wrong first */
    static void require(FastSignatures tried) throws GeneralSecurityException {
        SignatureTrial trial = new SignatureTrial(tried);
        try {
            trial.rsa();
            trial.ec();
        } catch (JOSEException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private void rsa() throws GeneralSecurityException, JOSEException {
        BigInteger p = new Base64URL(P).decodeToBigInteger();
        BigInteger q = new Base64URL(Q).decodeToBigInteger();
        BigInteger e = BigInteger.valueOf(65537);
        BigInteger beforeP = p.subtract(BigInteger.ONE);
        BigInteger beforeQ = q.subtract(BigInteger.ONE);
        BigInteger d = e.modInverse(beforeP.multiply(beforeQ));
        PrivateKey secret = KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateCrtKeySpec(
                        p.multiply(q), e, d, p, q, d.mod(beforeP), d.mod(beforeQ), q.modInverse(p)));
        PublicKey key = new RSAKey.Builder(Base64URL.encode(p.multiply(q)), Base64URL.encode(e))
                .build()
                .toRSAPublicKey();

        byte[] example = Base64.getUrlDecoder().decode(RS256_SIGNATURE);
        requireVerifies(Algorithm.RS256, RS256_INPUT, example, key);
        if (!Arrays.equals(example, sign(Algorithm.RS256, RS256_INPUT, secret))) {
            throw new SignatureException("it signs RS256 otherwise than RFC 7515 does");
        }
        requireVerifies(Algorithm.PS256, RS256_INPUT, pss(secret, 32), key);
        requireVerifies(Algorithm.PS256, RS256_INPUT, sign(Algorithm.PS256, RS256_INPUT, secret), key);
        requireRefused(Algorithm.PS256, RS256_INPUT, pss(secret, 20), key);
        requireRefused(Algorithm.PS256, RS256_INPUT, example, key);
    }

    private static byte[] pss(PrivateKey secret, int salt) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("RSASSA-PSS");
        signer.setParameter(new PSSParameterSpec(
                "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, PSSParameterSpec.TRAILER_FIELD_BC));
        signer.initSign(secret);
        signer.update(RS256_INPUT);
        return signer.sign();
    }

    private void ec() throws GeneralSecurityException, JOSEException {
        ECPublicKey key = EC.toECPublicKey();
        requireVerifies(Algorithm.ES256, ES256_INPUT, Base64.getUrlDecoder().decode(ES256_SIGNATURE), key);
        byte[] first = sign(Algorithm.ES256, ES256_INPUT, EC.toECPrivateKey());
        byte[] second = sign(Algorithm.ES256, ES256_INPUT, EC.toECPrivateKey());
        requireVerifies(Algorithm.ES256, ES256_INPUT, first, key);
        requireVerifies(Algorithm.ES256, ES256_INPUT, second, key);
        if (Arrays.equals(first, 0, 32, second, 0, 32)) {
            // With two messages of one nonce, anyone can compute the key.
            throw new SignatureException("it signs ES256 with one nonce twice");
        }
    }

    private byte[] sign(Algorithm algorithm, byte[] input, PrivateKey key) throws SignatureException {
        Optional<byte[]> signature = tried.sign(algorithm, input, key);
        if (signature.isEmpty()) {
            throw new SignatureException("it does not sign " + algorithm);
        }
        return signature.get();
    }

    /** Requires the verdict of both, and that no change of the message or of either end and the middle of the signature is accepted. */
    private void requireVerifies(Algorithm algorithm, byte[] input, byte[] signature, PublicKey key)
            throws SignatureException {
        if (!algorithm.verifiesByJdk(input, signature, key)) {
            throw new SignatureException("the JDK does not verify its " + algorithm);
        }
        if (!tried.verifies(algorithm, input, signature, key)) {
            throw new SignatureException("it does not verify " + algorithm);
        }
        requireRefused(algorithm, changed(input, input.length - 1), signature, key);
        for (int at : new int[] {0, signature.length / 2, signature.length - 1}) {
            requireRefused(algorithm, input, changed(signature, at), key);
        }
    }

    private void requireRefused(Algorithm algorithm, byte[] input, byte[] signature, PublicKey key)
            throws SignatureException {
        if (tried.verifies(algorithm, input, signature, key)) {
            throw new SignatureException("it does not refuse a wrong " + algorithm);
        }
    }

    private static byte[] changed(byte[] bytes, int at) {
        byte[] changed = bytes.clone();
        changed[at] ^= 1;
        return changed;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
