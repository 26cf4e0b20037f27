package io.sallyport.http.outbound;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One or more certificate authorities that must have issued a cluster's TLS certificate, in place of the system's. */
public record CaCertificates(List<X509Certificate> certificates) {
    private static final int MAX_LENGTH = 64 * 1024;
    private static final Pattern BLOCK =
            Pattern.compile("\\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]{1,65536})-----END CERTIFICATE-----\\s*");

    /** @throws IllegalArgumentException if there is none, or one that may not sign certificates */
    public CaCertificates {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw malformed();
        }
        if (certificates.stream().anyMatch(certificate -> certificate.getBasicConstraints() < 0)) {
            throw new IllegalArgumentException("caCert contains a certificate that is not a certificate authority's");
        }
    }

    /** @throws IllegalArgumentException unless the text is one or more certificates in PEM (RFC 7468 §5), and nothing else */
    public static CaCertificates parse(String pem) {
        if (pem.length() > MAX_LENGTH) {
            throw malformed();
        }
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        while (block.lookingAt()) {
            certificates.add(certificate(block.group(1)));
            block.region(block.end(), pem.length());
        }
        if (block.regionStart() < pem.length()) {
            throw malformed();
        }
        return new CaCertificates(certificates);
    }

    private static X509Certificate certificate(String base64) {
        try {
            byte[] der = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | IllegalArgumentException e) {
            throw malformed();
        }
    }

    /** Omits the text: it may be a private key pasted by mistake. */
    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("caCert must be certificates in PEM, and nothing else");
    }

    /**
     * SHA-256 in hex over the certificates' DER, concatenated: white space and line breaks in the PEM do not matter.
     */
    public String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (X509Certificate certificate : certificates) {
                digest.update(certificate.getEncoded());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (CertificateEncodingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("it was parsed from its encoding, and every Java platform has SHA-256", e);
        }
    }

    /** The certificates in PEM, which {@link #parse} reads back. */
    public String pem() {
        return certificates.stream().map(CaCertificates::pem).collect(Collectors.joining());
    }

    private static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                            .encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("it was parsed from its encoding", e);
        }
    }

    /** Each certificate in PEM, as in {@link #pem()}. */
    public List<String> pems() {
        return certificates.stream().map(CaCertificates::pem).toList();
    }

    @Override
    public String toString() {
        return certificates.stream()
                .map(certificate -> certificate.getSubjectX500Principal().getName())
                .toList()
                .toString();
    }
}
