package io.sallyport.simulated;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.HexFormat;

/** A key pair that signs JWTs with RS256. */
public record SigningKey(RSAKey key) {
    private static final String KID = "KID";
    private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"" + KID + "\",\"typ\":\"JWT\"}";

    /** A copy under a {@code kid} of Google's form, 40 hexadecimal digits derived from the key. */
    static RSAKey named(RSAKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(key.toRSAPublicKey().getEncoded());
            return new RSAKey.Builder(key)
                    .keyID(HexFormat.of().formatHex(hash, 0, 20))
                    .algorithm(JWSAlgorithm.RS256)
                    .keyUse(KeyUse.SIGNATURE)
                    .build();
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public String kid() {
        return key.getKeyID();
    }

    /** Under the header that Google writes. */
    public String sign(String payload) {
        return sign(HEADER, payload);
    }

    /** Signs both texts as they are, well-formed or not, except that {@code KID} in the header becomes our own. */
    public String sign(String header, String payload) {
        String signed = Base64URL.encode(header.replace(KID, kid())) + "." + Base64URL.encode(payload);
        try {
            Signature rs256 = Signature.getInstance("SHA256withRSA");
            rs256.initSign(key.toPrivateKey());
            rs256.update(signed.getBytes(UTF_8));
            return signed + "." + Base64URL.encode(rs256.sign());
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
