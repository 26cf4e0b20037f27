package io.sallyport.outbound;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * The platform's TLS over {@linkplain TimedSocket sockets that keep to deadlines}. A single instance, since the JDK's
 * client pools connections by their factory.
 */
final class TimedTls extends LayeredTls {
    static final LayeredTls INSTANCE = new TimedTls();

    private TimedTls() {}

    @Override
    SSLSocketFactory platform() {
        return HttpsURLConnection.getDefaultSSLSocketFactory();
    }

    @Override
    SocketException refusal() {
        return new SocketException("nothing is sent over a socket that keeps to no deadline");
    }

    /** An unconnected socket: the JDK's client connects it, and then layers TLS over it. */
    @Override
    public Socket createSocket() {
        return new TimedSocket();
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
        return platform().createSocket(below, host, port, autoClose);
    }
}
