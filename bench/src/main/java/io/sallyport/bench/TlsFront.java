package io.sallyport.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Speaks TLS on loopback before the Firestore emulator, which speaks clear text alone: a deployed function pays for TLS to
 * Firestore. Passes on bytes; HTTP/2 (RFC 7540 §3.3) and HTTP/1.1 are offered by ALPN.
 */
final class TlsFront implements AutoCloseable {
    private final SSLServerSocket server;
    private final String host;
    private final int port;

    /** @param hostAndPort the emulator's */
    private TlsFront(SSLServerSocket server, String hostAndPort) {
        this.server = server;
        int colon = hostAndPort.lastIndexOf(':');
        this.host = hostAndPort.substring(0, colon);
        this.port = Integer.parseInt(hostAndPort.substring(colon + 1));
    }

    static TlsFront before(String hostAndPort, SSLContext tls) throws IOException {
        SSLServerSocket server = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        server.setSSLParameters(parameters);
        TlsFront front = new TlsFront(server, hostAndPort);
        start("tls-front", front::accept);
        return front;
    }

    /** Where it listens, such as {@code localhost:8443}. */
    String hostAndPort() {
        return "localhost:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket caller = (SSLSocket) server.accept();
                start("tls-front-caller", () -> join(caller));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void join(SSLSocket caller) {
        try (caller;
                Socket emulator = new Socket(host, port)) {
            caller.setTcpNoDelay(true);
            emulator.setTcpNoDelay(true);
            caller.startHandshake();
            start("tls-front-answers", () -> copy(emulator, caller));
            copy(caller, emulator);
        } catch (IOException e) {
            // The caller's process has ended.
        }
    }

    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
            to.close();
        } catch (IOException e) {
            // One side has closed, and with it the other.
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
