package io.sallyport.outbound;

import io.sallyport.BoundedCache;
import io.sallyport.audit.OutboundCalls;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.jwt.Fetcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * Connects to the hosts that identities name. For each connection the name is resolved once; all its addresses are
 * checked; and the connection goes to one of these addresses, wherever the name points a moment later (DNS rebinding).
 * The certificate is then verified against the name. Connections are kept for some seconds, and used again only for the
 * same host, port and authorities.
 */
public final class HttpsGuardedHosts implements GuardedHosts {
    public static final Duration WHOLE_CALL = Duration.ofSeconds(10);
    static final int MAX_SIZE = 64 * 1024;

    private static final int CONNECT_MILLIS = 3_000;

    /** Sets of authorities whose TLS is kept ready; beyond that, connections to some are made anew. */
    private static final int MAX_AUTHORITIES = 1000;

    private final AddressPolicy policy;
    private final Resolver resolver;
    private final LongSupplier nanos;
    private final ReviewSlots slots;
    private final BoundedCache<Optional<CaCertificates>, CheckedTls> factories = new BoundedCache<>(MAX_AUTHORITIES);

    public HttpsGuardedHosts(AddressPolicy policy) {
        this(policy, Resolver.SYSTEM, System::nanoTime);
    }

    public HttpsGuardedHosts(AddressPolicy policy, Resolver resolver, LongSupplier nanos) {
        this(policy, resolver, nanos, new ReviewSlots());
    }

    public HttpsGuardedHosts(AddressPolicy policy, Resolver resolver, LongSupplier nanos, ReviewSlots slots) {
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
     * Posts JSON as {@link #post} does, without a limit on concurrent calls.
     *
     * @throws IOException as {@link #post}
     */
    public Answer send(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json, Deadline deadline)
            throws IOException {
        return over(uri, authorities, MAX_SIZE, deadline, exchange -> {
            exchange.post(json);
            return answer(exchange, bearer);
        });
    }

    /**
     * Gets JSON.
     *
     * @throws IOException as {@link #post}
     */
    public Answer get(URI uri, Optional<CaCertificates> authorities, String bearer) throws IOException {
        return over(uri, authorities, MAX_SIZE, new Deadline(nanos, WHOLE_CALL), exchange -> answer(exchange, bearer));
    }

    private static Answer answer(Exchange exchange, String bearer) throws IOException {
        exchange.header("Authorization", "Bearer " + bearer);
        Exchange.Answer answer = exchange.answer();
        return new Answer(answer.status(), answer.body());
    }

    @Override
    public Fetcher fetcher(Optional<CaCertificates> authorities) {
        return uri ->
                over(uri, authorities, HttpFetcher.MAX_SIZE, new Deadline(nanos, WHOLE_CALL), HttpFetcher::document);
    }

    @FunctionalInterface
    private interface Sending<T> {
        T over(Exchange exchange) throws IOException;
    }

    private <T> T over(
            URI uri, Optional<CaCertificates> authorities, int largest, Deadline deadline, Sending<T> request)
            throws IOException {
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IOException("not an https address");
        }
        return OutboundCalls.timed(String.valueOf(uri.getHost()), nanos, () -> {
            CheckedTls tls = tls(authorities);
            while (true) {
                Exchange exchange = Exchange.checked(uri, tls, largest, deadline);
                try {
                    return request.over(exchange);
                } catch (SocketTimeoutException e) {
                    throw e;
                } catch (IOException e) {
                    // Of the kept connections, each that fails is gone, so this ends.
                    if (!exchange.foundConnectionClosed() || deadline.isOver()) {
                        throw deadline.orTimeout(e);
                    }
                }
            }
        });
    }

    /** Two threads may make one each at first; the later one's is kept. */
    private CheckedTls tls(Optional<CaCertificates> authorities) {
        Optional<CheckedTls> known = factories.get(authorities);
        if (known.isPresent()) {
            return known.get();
        }
        CheckedTls made = new CheckedTls(authorities, this::connect);
        factories.put(authorities, made);
        return made;
    }

    private TimedSocket connect(Exchange exchange) throws IOException {
        URI uri = exchange.uri();
        List<InetAddress> addresses = resolve(uri.getHost(), exchange.deadline());
        // Checks all addresses before trying any: a name that points both inside and outside a network is not
        // legitimate.
        for (InetAddress address : addresses) {
            policy.check(address);
        }
        IOException failure = new UnknownHostException("no address");
        for (InetAddress address : addresses) {
            try {
                InetSocketAddress checked = new InetSocketAddress(address, uri.getPort() < 0 ? 443 : uri.getPort());
                return TimedSocket.connect(checked, CONNECT_MILLIS, exchange);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private List<InetAddress> resolve(String host, Deadline deadline) throws IOException {
        try {
            return TimeLimiter.get("resolve", deadline.millisLeft(), () -> resolver.resolve(host));
        } catch (ExecutionException e) {
            throw new UnknownHostException("the name does not resolve");
        }
    }
}
