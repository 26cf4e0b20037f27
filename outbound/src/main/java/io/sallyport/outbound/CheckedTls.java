package io.sallyport.outbound;

import io.sallyport.http.outbound.CaCertificates;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS over the one socket that was connected to a checked address, and over no other: whatever the JDK's HTTP client
 * does, it gets that connection or none. The certificate must be the host's (RFC 9110 §4.3.4), whatever verifier is set
 * for the process.
 */
final class CheckedTls extends LayeredTls {
    private final SSLSocketFactory tls;
    private final CheckedSocket socket;
    private boolean isHandedOut;

    /** @param authorities in place of the system's, if given */
    CheckedTls(Optional<CaCertificates> authorities, CheckedSocket socket) {
        this.tls = context(authorities).getSocketFactory();
        this.socket = socket;
    }

    private static SSLContext context(Optional<CaCertificates> authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, authorities.isPresent() ? trusting(authorities.get()) : null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    private static TrustManager[] trusting(CaCertificates authorities) throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate certificate : authorities.certificates()) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory.getTrustManagers();
        } catch (IOException e) {
            throw new IllegalStateException("nothing was read", e);
        }
    }

    /** The connected socket, once. A second call fails: the JDK must not repeat requests on its own. */
    @Override
    public Socket createSocket() throws IOException {
        if (isHandedOut) {
            throw new SocketException("one connection for one request");
        }
        isHandedOut = true;
        return socket;
    }

    /** @param host the name that the certificate must have */
    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
        if (!below.equals(socket)) {
            throw refusal();
        }
        SSLSocket secured = (SSLSocket) tls.createSocket(below, host, port, autoClose);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        return secured;
    }

    @Override
    SSLSocketFactory platform() {
        return tls;
    }

    @Override
    SocketException refusal() {
        return new SocketException("nothing is sent to an address that was not checked");
    }
}
