package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** A Java's own trust store plus one authority, so that reading it costs a process as much as in production. */
final class TrustStore {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private TrustStore() {}

    /** @return the option that makes a process use it */
    static String with(String caCertificate, JavaRuntime java, Path file) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(
                    java.home().resolve("lib/security/cacerts").toRealPath().toFile(), PASSWORD);
            store.setCertificateEntry(
                    "simulated-google",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(caCertificate.getBytes(US_ASCII))));
            Files.createDirectories(file.getParent());
            try (OutputStream stream = Files.newOutputStream(file)) {
                store.store(stream, PASSWORD);
            }
            return "-Djavax.net.ssl.trustStore=" + file;
        } catch (GeneralSecurityException e) {
            throw new IOException("the trust store of " + java.home() + " cannot be extended", e);
        }
    }
}
