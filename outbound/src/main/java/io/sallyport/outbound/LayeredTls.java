package io.sallyport.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS over sockets that keep to limits. The JDK's client asks for a socket, connects it, and then has TLS put over it; any other
 * way to a socket would pass the limits by, and is refused.
 */
abstract class LayeredTls extends SSLSocketFactory {
    /** The TLS that is put over the sockets. */
    abstract SSLSocketFactory platform();

    /** How it is refused to connect in any other way. */
    abstract SocketException refusal();

    @Override
    public abstract Socket createSocket() throws IOException;

    @Override
    public final Socket createSocket(String host, int port) throws IOException {
        throw refusal();
    }

    @Override
    public final Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        throw refusal();
    }

    @Override
    public final Socket createSocket(InetAddress host, int port) throws IOException {
        throw refusal();
    }

    @Override
    public final Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        throw refusal();
    }

    @Override
    public final String[] getDefaultCipherSuites() {
        return platform().getDefaultCipherSuites();
    }

    @Override
    public final String[] getSupportedCipherSuites() {
        return platform().getSupportedCipherSuites();
    }
}
