package io.sallyport.simulated;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The self-signed certificates that clouds publish keys in. */
public final class Certificates {
    private Certificates() {}

    /** @return PEM, with a line feed after every line */
    public static String selfSigned(SigningKey key, String commonName, Validity validity) {
        return pem(selfSignedDer(key, commonName, validity));
    }

    /** @param key under a name of {@link SigningKey#named}, which the serial number follows from */
    public static byte[] selfSignedDer(SigningKey key, String commonName, Validity validity) {
        try {
            X500Name name = new X500Name("CN=" + commonName);
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(key.kid().substring(0, 15), 16),
                            Date.from(validity.notBefore()),
                            Date.from(validity.notAfter()),
                            name,
                            key.key().toRSAPublicKey())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
            return builder.build(new JcaContentSignerBuilder("SHA256withRSA")
                            .build(key.key().toPrivateKey()))
                    .getEncoded();
        } catch (IOException | OperatorCreationException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(byte[] der) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";
    }
}
