package io.sallyport.simulated;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The certificate authority of one cluster, which signs nothing but the API server's certificates. */
public final class ClusterAuthority {
    private static final X500Name NAME = new X500Name("CN=kubernetes");

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final KeyPair keys = generate();
    private final X509Certificate certificate;
    private long serial = 1;

    /** A server's certificate and key. */
    record Server(X509Certificate certificate, PrivateKey key) {}

    /** Valid in real time, as TLS libraries look at the system's clock and no other. */
    public ClusterAuthority() {
        Instant now = Instant.now();
        try {
            certificate = sign(builder(NAME, keys, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(3650)))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(
                            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Valid from yesterday to tomorrow. */
    public Server server(List<String> names) {
        Instant now = Instant.now();
        return server(names, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)));
    }

    /** Expired yesterday. */
    public Server expiredServer(List<String> names) {
        Instant now = Instant.now();
        return server(names, now.minus(Duration.ofDays(30)), now.minus(Duration.ofDays(1)));
    }

    private Server server(List<String> names, Instant from, Instant to) {
        KeyPair pair = generate();
        GeneralName[] alternatives = names.stream()
                .map(name -> new GeneralName(
                        ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        try {
            return new Server(
                    sign(builder(new X500Name("CN=kube-apiserver"), pair, from, to)
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(
                                    Extension.extendedKeyUsage,
                                    false,
                                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                            .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))),
                    pair.getPrivate());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PEM, as a kubeconfig's {@code certificate-authority-data} holds it once more in base64. */
    public String pem() {
        return pem(certificate);
    }

    public static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized X509v3CertificateBuilder builder(X500Name subject, KeyPair pair, Instant from, Instant to) {
        return new JcaX509v3CertificateBuilder(
                NAME, BigInteger.valueOf(serial++), Date.from(from), Date.from(to), subject, pair.getPublic());
    }

    private X509Certificate sign(X509v3CertificateBuilder builder) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
