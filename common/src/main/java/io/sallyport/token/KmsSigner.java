package io.sallyport.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.impl.ECDSA;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Algorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;

/** Signs with one version of a Cloud KMS key: one call for each token. */
record KmsSigner(String keyId, Algorithm algorithm, PublicKey publicKey, KmsKeyVersion version, SigningService service)
        implements Signer {

    /** R and S, 32 bytes each (RFC 7518 §3.4). */
    private static final int ES256_BYTES = 64;

    @Override
    public byte[] sign(byte[] signingInput) throws Refused {
        byte[] signature = joseForm(service.sign(version, sha256(signingInput)));
        // A token that cannot be verified must not be issued: only the resources that receive it would notice.
        if (!algorithm.verifies(signingInput, signature, publicKey)) {
            throw unavailable("a signature that the published key does not verify");
        }
        return signature;
    }

    private byte[] joseForm(byte[] signature) throws Refused {
        if (algorithm != Algorithm.ES256) {
            return signature;
        }
        try {
            return ECDSA.transcodeSignatureToConcat(signature, ES256_BYTES);
        } catch (JOSEException | IndexOutOfBoundsException e) {
            throw unavailable("something that is not an ECDSA signature in DER");
        }
    }

    private Refused unavailable(String what) {
        return new Refused(Reason.KEYS_UNAVAILABLE, "Cloud KMS answered with " + what + ", for " + version);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "KmsSigner[" + version + "]";
    }
}
