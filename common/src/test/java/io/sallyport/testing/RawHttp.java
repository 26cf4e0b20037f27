package io.sallyport.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** HTTP/1.1 byte for byte, for requests that no well-behaved client sends. */
public final class RawHttp {
    private static final int PATIENCE_MILLIS = 15_000;

    /** 127.0.0.1, which need not be the platform's own loopback address. */
    public static final InetAddress LOOPBACK = loopback();

    private RawHttp() {}

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * One answer.
     *
     * @param interim the statuses of the answers before it, such as 100
     * @param headers names in any case; the values of several fields of one name are joined (RFC 9110 §5.3)
     */
    public record Answer(List<Integer> interim, int status, Map<String, String> headers, String body) {
        public static Answer of(HttpResponse<String> response) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            response.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
            return new Answer(List.of(), response.statusCode(), headers, response.body());
        }

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** A POST with one chunk per text, after the header fields, each of which ends with CRLF. */
    public static String chunked(String path, String headers, String... chunks) {
        StringBuilder request = new StringBuilder(head("POST", path, headers + "Transfer-Encoding: chunked\r\n"));
        for (String chunk : chunks) {
            request.append(Integer.toHexString(chunk.getBytes(UTF_8).length))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        return request.append("0\r\n\r\n").toString();
    }

    /** The part of a request before its body; the host is localhost unless the header fields begin with another. */
    public static String head(String method, String path, String headers) {
        String host = headers.startsWith("Host:") ? "" : "Host: localhost\r\n";
        return method + " " + path + " HTTP/1.1\r\n" + host + headers + "Connection: close\r\n\r\n";
    }

    /** Sends all of it, whether or not the server wants it, and reads the answer. */
    public static Answer send(int port, String request) throws IOException {
        try (Socket socket = connect(port)) {
            write(socket, request);
            return answer(new BufferedInputStream(socket.getInputStream()));
        }
    }

    /** Sends the head only, and the body once an answer with status 100 asks for it. */
    public static Answer expectContinue(int port, String head, String body) throws IOException {
        try (Socket socket = connect(port)) {
            write(socket, head);
            InputStream stream = new BufferedInputStream(socket.getInputStream());
            Answer first = answer(stream, List.of());
            if (first.status() != 100) {
                return first;
            }
            write(socket, body);
            return answer(stream, List.of(100));
        }
    }

    /** Sends a part of a request, and then no more. */
    public static Answer breakOff(int port, String part) throws IOException {
        try (Socket socket = connect(port)) {
            write(socket, part);
            socket.shutdownOutput();
            return answer(new BufferedInputStream(socket.getInputStream()));
        }
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(LOOPBACK, port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static void write(Socket socket, String text) throws IOException {
        OutputStream stream = socket.getOutputStream();
        try {
            stream.write(text.getBytes(UTF_8));
            stream.flush();
        } catch (SocketException e) {
            // The server answered before it read everything; the answer counts.
        }
    }

    static Answer answer(InputStream stream) throws IOException {
        List<Integer> interim = new ArrayList<>();
        Answer answer = answer(stream, interim);
        while (answer.status() < 200) {
            interim.add(answer.status());
            answer = answer(stream, interim);
        }
        return answer;
    }

    static Answer answer(InputStream stream, List<Integer> interim) throws IOException {
        String statusLine = line(stream);
        if (!statusLine.startsWith("HTTP/1.1 ")) {
            throw new IOException("no status line: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(stream); !line.isEmpty(); line = line(stream)) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon), line.substring(colon + 1).trim(), (before, more) -> before + ", " + more);
        }
        return new Answer(List.copyOf(interim), status, headers, status < 200 ? "" : body(stream, headers));
    }

    private static String body(InputStream stream, Map<String, String> headers) throws IOException {
        if (headers.containsKey("Content-Length")) {
            return new String(stream.readNBytes(Integer.parseInt(headers.get("Content-Length"))), UTF_8);
        }
        if (!"chunked".equals(headers.get("Transfer-Encoding"))) {
            return new String(stream.readAllBytes(), UTF_8);
        }
        StringBuilder body = new StringBuilder();
        for (int size = Integer.parseInt(line(stream), 16); size > 0; size = Integer.parseInt(line(stream), 16)) {
            body.append(new String(stream.readNBytes(size), UTF_8));
            line(stream);
        }
        return body.toString();
    }

    private static String line(InputStream stream) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = stream.read(); read != '\n'; read = stream.read()) {
            if (read < 0) {
                throw new IOException("the answer broke off after " + line);
            }
            line.append(new String(new byte[] {(byte) read}, ISO_8859_1));
        }
        return line.toString().stripTrailing();
    }
}
