package io.sallyport.outbound;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.HttpsURLConnection;

/**
 * A request and its answer over {@link HttpURLConnection}, which is over at a deadline whatever the other side does: connecting,
 * TLS, sending, status, headers and body together. No redirect is followed and no proxy asked. TLS is verified by the
 * platform's roots.
 *
 * @param connectMillis for connecting
 * @param readMillis for each read
 */
public record Exchange(URI uri, int connectMillis, int readMillis) {
    /** What is sent and read. */
    @FunctionalInterface
    public interface Work<T> {
        T over(HttpURLConnection connection) throws IOException;
    }

    /** @throws SocketTimeoutException if it took too long */
    public <T> T within(Deadline deadline, Work<T> work) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout(connectMillis);
        connection.setReadTimeout(readMillis);
        connection.setRequestProperty("Accept", "application/json");
        try {
            return connection instanceof HttpsURLConnection secured
                    ? overTls(secured, deadline, work)
                    : inTheClear(connection, deadline, work);
        } catch (IOException e) {
            throw deadline.orTimeout(e);
        }
    }

    private static <T> T overTls(HttpsURLConnection connection, Deadline deadline, Work<T> work) throws IOException {
        connection.setSSLSocketFactory(TimedTls.INSTANCE);
        TimedSocket.begin(deadline);
        try {
            return work.over(connection);
        } catch (IOException | RuntimeException e) {
            TimedSocket.abandon();
            throw e;
        } finally {
            TimedSocket.end();
        }
    }

    /**
     * With plain http, the JDK's client lets no one else make its sockets. Only metadata services and simulated clouds are asked
     * like that, so a thread for each does no harm.
     */
    private static <T> T inTheClear(HttpURLConnection connection, Deadline deadline, Work<T> work) throws IOException {
        try {
            return InTime.get("http exchange", deadline, () -> work.over(connection));
        } catch (SocketTimeoutException e) {
            connection.disconnect();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("no failure of an exchange", e.getCause());
        }
    }
}
