package io.sallyport.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS over sockets with limits. The JDK's client asks for a socket, connects it, and then layers TLS over it; any other
 * way to get a socket would bypass the limits, and is refused.
 */
abstract class LayeredTls extends SSLSocketFactory {
    /** The TLS factory that is layered over the sockets. */
    abstract SSLSocketFactory platform();

    /** The exception for any other way to connect. */
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
