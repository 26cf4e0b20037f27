package io.sallyport.outbound;

import io.sallyport.audit.OutwardCalls;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.Clusters;
import io.sallyport.jwt.Fetcher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import javax.net.ssl.HttpsURLConnection;

/**
 * Reaches the hosts that identities name. A name is resolved once; all that it leads to is checked; and the connection is to
 * one of these addresses, whatever the name leads to a moment later (DNS rebinding). Then it is handed to the JDK's client,
 * which verifies the certificate against the name.
 */
public final class HttpsClusters implements Clusters {
    public static final Duration WHOLE_CALL = Duration.ofSeconds(10);
    static final int LARGEST = 64 * 1024;

    private static final int CONNECT_MILLIS = 3_000;

    /** What may come in beside the answer itself: TLS, its certificates, HTTP headers. */
    private static final int OVERHEAD = 128 * 1024;

    private final AddressPolicy policy;
    private final Resolver resolver;
    private final LongSupplier nanos;
    private final ReviewSlots slots;

    public HttpsClusters(AddressPolicy policy) {
        this(policy, Resolver.SYSTEM, System::nanoTime);
    }

    public HttpsClusters(AddressPolicy policy, Resolver resolver, LongSupplier nanos) {
        this(policy, resolver, nanos, new ReviewSlots());
    }

    public HttpsClusters(AddressPolicy policy, Resolver resolver, LongSupplier nanos, ReviewSlots slots) {
        this.slots = slots;
        this.policy = policy;
        this.resolver = resolver;
        this.nanos = nanos;
    }

    @Override
    public Answer post(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json) throws IOException {
        Deadline deadline = new Deadline(nanos, WHOLE_CALL);
        ReviewSlots.Cluster cluster = new ReviewSlots.Cluster(String.valueOf(uri.getRawAuthority()), authorities);
        slots.acquire(cluster, deadline.millisLeft());
        try {
            return send(uri, authorities, bearer, json, deadline);
        } finally {
            slots.release(cluster);
        }
    }

    /**
     * Posts JSON, as {@link #post} does, however many calls are under way.
     *
     * @throws IOException as {@link #post}
     */
    public Answer send(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json) throws IOException {
        return send(uri, authorities, bearer, json, new Deadline(nanos, WHOLE_CALL));
    }

    private Answer send(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json, Deadline deadline)
            throws IOException {
        return timed(uri, authorities, bearer, deadline, connection -> {
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(json.length);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream stream = connection.getOutputStream()) {
                stream.write(json);
            }
        });
    }

    /**
     * Gets JSON.
     *
     * @throws IOException as {@link #post}
     */
    public Answer get(URI uri, Optional<CaCertificates> authorities, String bearer) throws IOException {
        return timed(uri, authorities, bearer, new Deadline(nanos, WHOLE_CALL), connection -> {});
    }

    @FunctionalInterface
    private interface Sending {
        void to(HttpsURLConnection connection) throws IOException;
    }

    private Answer timed(
            URI uri, Optional<CaCertificates> authorities, String bearer, Deadline deadline, Sending request)
            throws IOException {
        return OutwardCalls.timed(
                String.valueOf(uri.getHost()), nanos, () -> exchange(uri, authorities, bearer, deadline, request));
    }

    private Answer exchange(
            URI uri, Optional<CaCertificates> authorities, String bearer, Deadline deadline, Sending request)
            throws IOException {
        try (CheckedSocket socket = connect(uri, deadline, LARGEST + OVERHEAD)) {
            HttpsURLConnection connection = open(uri, authorities, socket, "application/json");
            connection.setRequestProperty("Authorization", "Bearer " + bearer);
            request.to(connection);
            int status = connection.getResponseCode();
            if (status < 0) {
                throw new IOException("the answer is not HTTP");
            }
            boolean hasAnswer = status == HttpURLConnection.HTTP_OK || status == HttpURLConnection.HTTP_CREATED;
            return new Answer(status, hasAnswer ? body(connection) : "");
        } catch (IOException e) {
            throw deadline.orTimeout(e);
        }
    }

    @Override
    public Fetcher fetcher(Optional<CaCertificates> authorities) {
        return uri -> OutwardCalls.timed(String.valueOf(uri.getHost()), nanos, () -> fetch(uri, authorities));
    }

    private Fetcher.Fetched fetch(URI uri, Optional<CaCertificates> authorities) throws IOException {
        Deadline deadline = new Deadline(nanos, WHOLE_CALL);
        try (CheckedSocket socket = connect(uri, deadline, HttpFetcher.LARGEST + OVERHEAD)) {
            return HttpFetcher.answer(open(uri, authorities, socket, HttpFetcher.ACCEPT), deadline);
        } catch (IOException e) {
            throw deadline.orTimeout(e);
        }
    }

    private CheckedSocket connect(URI uri, Deadline deadline, int mostBytes) throws IOException {
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IOException("not an https address");
        }
        List<InetAddress> addresses = resolve(uri.getHost(), deadline);
        // All of them, before any is tried: a name that leads to both sides of a wall is nobody's honest name.
        for (InetAddress address : addresses) {
            policy.check(address);
        }
        IOException failure = new UnknownHostException("no address");
        for (InetAddress address : addresses) {
            try {
                InetSocketAddress checked = new InetSocketAddress(address, uri.getPort() < 0 ? 443 : uri.getPort());
                return CheckedSocket.connect(checked, CONNECT_MILLIS, deadline, mostBytes);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private List<InetAddress> resolve(String host, Deadline deadline) throws IOException {
        try {
            return InTime.get("resolve", deadline.millisLeft(), () -> resolver.resolve(host));
        } catch (ExecutionException e) {
            throw new UnknownHostException("the name does not resolve");
        }
    }

    private static HttpsURLConnection open(
            URI uri, Optional<CaCertificates> authorities, CheckedSocket socket, String accept) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setSSLSocketFactory(new CheckedTls(authorities, socket));
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept", accept);
        connection.setRequestProperty("Connection", "close");
        return connection;
    }

    private static String body(HttpsURLConnection connection) throws IOException {
        long declared = connection.getContentLengthLong();
        byte[] body;
        try (InputStream stream = connection.getInputStream()) {
            body = declared > LARGEST ? new byte[LARGEST + 1] : stream.readNBytes(LARGEST + 1);
        }
        if (body.length > LARGEST) {
            throw new IOException("the answer is larger than " + LARGEST + " bytes");
        }
        if (declared >= 0 && body.length != declared) {
            throw new IOException("the answer broke off");
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    }
}
