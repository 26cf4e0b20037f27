package io.sallyport.outbound;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * The platform's TLS over {@linkplain TimedSocket sockets that keep to deadlines}. One for all, since the JDK's client keeps
 * connections by the factory that they come from.
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

    /** Not yet connected: the JDK's client connects it, and then has it secured. */
    @Override
    public Socket createSocket() {
        return new TimedSocket();
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
        return platform().createSocket(below, host, port, autoClose);
    }
}
