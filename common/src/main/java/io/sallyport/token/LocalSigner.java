package io.sallyport.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.FastSignatures;
import java.security.PrivateKey;
import java.util.Optional;

/** Signs with a key in this process. */
record LocalSigner(String keyId, Algorithm algorithm, JWSSigner signer) implements Signer {
    /** @throws IllegalArgumentException if the key has no usable private part */
    LocalSigner(String keyId, Algorithm algorithm, JWK key) {
        this(keyId, algorithm, signer(key));
    }

    private static JWSSigner signer(JWK key) {
        try {
            return key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the current key cannot sign");
        }
    }

    @Override
    public byte[] sign(byte[] signingInput) {
        Optional<FastSignatures> fast = Algorithm.fast();
        if (fast.isPresent()) {
            Optional<byte[]> signature = fast.get().sign(algorithm, signingInput, privateKey());
            if (signature.isPresent()) {
                return signature.get();
            }
        }
        try {
            return signer.sign(algorithm.header(), signingInput).decode();
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that worked at start cannot sign", e);
        }
    }

    private PrivateKey privateKey() {
        return signer instanceof RSASSASigner rsa ? rsa.getPrivateKey() : ((ECDSASigner) signer).getPrivateKey();
    }

    @Override
    public String toString() {
        return "LocalSigner[" + keyId + "]";
    }
}
