package io.sallyport.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends request after request over one connection, as keep-alive agents do, until an answer closes it. */
public final class KeepAliveAgent implements AutoCloseable {
    private final int port;
    private int connections;
    private @Nullable Socket socket;
    private InputStream answers = InputStream.nullInputStream();

    public KeepAliveAgent(int port) {
        this.port = port;
    }

    /** The answer to a request, byte for byte as given. */
    public RawHttp.Answer send(String request) throws IOException {
        Socket open = open();
        RawHttp.write(open, request);
        RawHttp.Answer answer = next();
        if (answer.header("Connection").equals("close")) {
            close();
        }
        return answer;
    }

    /** Sends, and waits for no answer. */
    public void begin(String part) throws IOException {
        RawHttp.write(open(), part);
    }

    /** The next answer on the connection, interim ones aside. */
    public RawHttp.Answer next() throws IOException {
        return RawHttp.answer(answers);
    }

    /** The status of the interim answer that comes next, such as 100. */
    public int interim() throws IOException {
        return RawHttp.answer(answers, List.of()).status();
    }

    /** Whether the server sends nothing more and has closed the connection. */
    public boolean isOver() throws IOException {
        return answers.read() < 0;
    }

    /** The number of connections so far. */
    public int connections() {
        return connections;
    }

    private Socket open() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = RawHttp.connect(port);
            socket = open;
            answers = new BufferedInputStream(open.getInputStream());
            connections++;
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
