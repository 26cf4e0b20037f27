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
 * TLS over sockets that are connected to checked addresses, and over no others. The certificate must be the host's (RFC
 * 9110 §4.3.4), whatever verifier is set for the process.
 *
 * <p>One instance for each set of authorities: the JDK's client keeps connections by their factory, so a connection
 * that was verified by some authorities is never used for others.
 */
final class CheckedTls extends LayeredTls {
    private final SSLSocketFactory tls;
    private final Connector connector;

    /** Connects to one of the addresses of an exchange's host, all of which it checks. */
    @FunctionalInterface
    interface Connector {
        TimedSocket connect(Exchange exchange) throws IOException;
    }

    /** @param authorities in place of the system's, if given */
    CheckedTls(Optional<CaCertificates> authorities, Connector connector) {
        this.tls = context(authorities).getSocketFactory();
        this.connector = connector;
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

    /** A connected socket for the exchange of this thread, which may have one new connection. */
    @Override
    public Socket createSocket() throws IOException {
        Exchange exchange = Exchange.current();
        if (exchange == null || !exchange.takeConnection()) {
            throw new SocketException("one connection for one request");
        }
        return connector.connect(exchange);
    }

    /** @param host the name that the certificate must have */
    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
        if (!(below instanceof TimedSocket checked) || !checked.isConnected()) {
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
