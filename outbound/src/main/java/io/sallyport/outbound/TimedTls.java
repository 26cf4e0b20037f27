package io.sallyport.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/**
 * The platform's TLS over {@linkplain TimedSocket sockets that keep to deadlines}. One for all, since the JDK's client keeps
 * connections by the factory that they come from.
 */
final class TimedTls extends SSLSocketFactory {
    static final TimedTls INSTANCE = new TimedTls();

    private TimedTls() {}

    private static SSLSocketFactory platforms() {
        return HttpsURLConnection.getDefaultSSLSocketFactory();
    }

    /** Not yet connected: the JDK's client connects it, and then has it secured. */
    @Override
    public Socket createSocket() {
        return new TimedSocket();
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
        return platforms().createSocket(below, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw untimed();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        throw untimed();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw untimed();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        throw untimed();
    }

    private static SocketException untimed() {
        return new SocketException("nothing is sent over a socket that keeps to no deadline");
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return platforms().getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return platforms().getSupportedCipherSuites();
    }
}
