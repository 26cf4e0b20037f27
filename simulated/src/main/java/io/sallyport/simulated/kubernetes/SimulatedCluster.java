package io.sallyport.simulated.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.ClusterAuthority;
import io.sallyport.simulated.KeyPool;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import io.sallyport.simulated.ServerCertificate;
import io.sallyport.simulated.SigningKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The part of a Kubernetes cluster that workloads prove themselves with: it issues service account tokens, reviews them,
 * and publishes its keys, over TLS on loopback, with its own certificate authority.
 */
public final class SimulatedCluster implements AutoCloseable {
    /** The names and addresses of the certificate, unless others are asked for. */
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final String KEYS = "/openid/v1/jwks";
    private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"KID\"}";

    private final InstantSource clock;
    private final KeyPool pool = new KeyPool();
    private final SigningKey signingKey = pool.draw();
    private final ClusterAuthority authority = new ClusterAuthority();
    private final ServerCertificate certificate = new ServerCertificate(authority.server(LOOPBACK));
    private final Map<String, ClusterServiceAccount> accounts = new ConcurrentHashMap<>();
    private final Map<String, Integer> lives = new ConcurrentHashMap<>();
    private final Set<String> reviewers = ConcurrentHashMap.newKeySet();
    private final List<String> serverNames = new CopyOnWriteArrayList<>();
    private final TokenAuthenticator authenticator = new TokenAuthenticator(this);
    private final ClusterBehaviour behaviour = new ClusterBehaviour();
    private final AtomicInteger reviews = new AtomicInteger();
    private final AtomicInteger keyRequests = new AtomicInteger();
    private final AtomicInteger otherRequests = new AtomicInteger();
    private final AtomicInteger ids = new AtomicInteger();
    private final Loopback server;
    private volatile boolean discoveryIsOpen;

    private SimulatedCluster(InstantSource clock) {
        this.clock = clock;
        TokenReviewEndpoint tokenReviews = new TokenReviewEndpoint(this);
        this.server = Loopback.startTls(
                certificate.context(),
                Map.of(
                        TokenReviewEndpoint.PATH,
                        exchange -> counted(reviews, exchange, tokenReviews.answer(exchange)),
                        DISCOVERY,
                        exchange -> counted(
                                keyRequests, exchange, published(exchange, "application/json", this::discovery)),
                        KEYS,
                        exchange -> counted(
                                keyRequests, exchange, published(exchange, "application/jwk-set+json", this::jwks)),
                        "/",
                        exchange -> counted(
                                otherRequests,
                                exchange,
                                ApiCaller.of(exchange, this, authenticator).forbidden(exchange))));
    }

    /** @param clock of tokens; certificates are valid in real time, as TLS libraries look at no other */
    public static SimulatedCluster start(InstantSource clock) {
        return new SimulatedCluster(clock);
    }

    /** The API server's address, {@code https://localhost:PORT}. */
    public String host() {
        return "https://localhost:" + port();
    }

    public int port() {
        return server.port();
    }

    /** The cluster's certificate authority, in PEM. */
    public String caCertificate() {
        return authority.pem();
    }

    /** The certificate that the API server shows, in PEM: it is no authority's. */
    public String serverCertificate() {
        return ClusterAuthority.pem(certificate.current());
    }

    /** What its tokens have for {@code iss}, where discovery is served; the address of the API server. */
    public String issuer() {
        return host();
    }

    /** The audience of the API server itself: of a token that was asked for without one. */
    public String apiAudience() {
        return issuer();
    }

    /** Discovery's {@code jwks_uri} is {@code issuer() + "/openid/v1/jwks"}; the same to paste. */
    public String jwksJson() {
        return JSONObjectUtils.toJSONString(jwks());
    }

    /** The account of this name, created at the first call. */
    public ClusterServiceAccount serviceAccount(String namespace, String name) {
        return accounts.computeIfAbsent(namespace + "/" + name, path -> create(namespace, name));
    }

    /** Deletes the account, and all its tokens with it. */
    public void deleteServiceAccount(String namespace, String name) {
        accounts.remove(namespace + "/" + name);
    }

    /** Deletes the account, and all its tokens with it, and creates another of the same name. */
    public ClusterServiceAccount recreateServiceAccount(String namespace, String name) {
        ClusterServiceAccount recreated = create(namespace, name);
        accounts.put(namespace + "/" + name, recreated);
        return recreated;
    }

    /** Binds the account to the cluster role {@code system:auth-delegator}: it may review tokens. */
    public void allowReviewsBy(ClusterServiceAccount account) {
        reviewers.add(account.uid());
    }

    /**
     * Binds the cluster role {@code system:service-account-issuer-discovery} to the group {@code system:unauthenticated}:
     * anyone may read the issuer's discovery document and keys. By default service accounts may, and no one else.
     *
     * @return this cluster
     */
    public SimulatedCluster allowDiscoveryByAnyone() {
        discoveryIsOpen = true;
        return this;
    }

    /** Signs claims as a token of this cluster, whatever they say. */
    public String sign(Map<String, Object> claims) {
        return sign(HEADER, JSONObjectUtils.toJSONString(claims));
    }

    /** Signs both texts as they are; {@code KID} in the header becomes the key's id. */
    public String sign(String headerJson, String claimsJson) {
        return signingKey.sign(headerJson, claimsJson);
    }

    /** What it does, at every path. */
    public ClusterBehaviour behaviour() {
        return behaviour;
    }

    /** How many reviews were asked for, answered or not. */
    public int reviews() {
        return reviews.get();
    }

    /** How often discovery or keys were asked for, answered or not. */
    public int keyRequests() {
        return keyRequests.get();
    }

    /** How many requests came in, whatever they asked for. */
    public int requests() {
        return reviews() + keyRequests() + otherRequests.get();
    }

    /** The server names of the TLS handshakes whose requests came in (RFC 6066 §3), or {@code -} for none. */
    public List<String> serverNames() {
        return serverNames;
    }

    /** Shows a certificate for these names and IP addresses from now on. */
    public void presentCertificateFor(String... names) {
        certificate.replace(authority.server(List.of(names)));
    }

    /** Shows a certificate for the right names whose time is over. */
    public void presentExpiredCertificate() {
        certificate.replace(authority.expiredServer(LOOPBACK));
    }

    /** Shows the right certificate again. */
    public void presentOwnCertificate() {
        certificate.replace(authority.server(LOOPBACK));
    }

    /** For another server that shows this cluster's certificate. */
    public SSLContext serverContext() {
        return certificate.context();
    }

    @Override
    public void close() {
        behaviour.release();
        server.close();
        pool.close();
    }

    SigningKey signingKey() {
        return signingKey;
    }

    Instant now() {
        return clock.instant();
    }

    Optional<ClusterServiceAccount> find(String namespace, String name) {
        return Optional.ofNullable(accounts.get(namespace + "/" + name));
    }

    boolean mayReview(ClusterServiceAccount account) {
        return reviewers.contains(account.uid());
    }

    String nextId() {
        return uuid("id/" + ids.incrementAndGet());
    }

    private ClusterServiceAccount create(String namespace, String name) {
        String path = namespace + "/" + name;
        return new ClusterServiceAccount(this, namespace, name, uuid(path + "#" + lives.merge(path, 1, Integer::sum)));
    }

    private Map<String, Object> jwks() {
        return Map.of("keys", List.of(signingKey.key().toPublicJWK().toJSONObject()));
    }

    private Map<String, Object> discovery() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("issuer", issuer());
        document.put("jwks_uri", host() + KEYS);
        document.put("response_types_supported", List.of("id_token"));
        document.put("subject_types_supported", List.of("public"));
        document.put("id_token_signing_alg_values_supported", List.of("RS256"));
        return document;
    }

    private Reply counted(AtomicInteger count, HttpExchange exchange, Reply usual) {
        serverNames.add(TokenReviewEndpoint.serverName(exchange));
        count.incrementAndGet();
        return behaviour.applyTo(usual);
    }

    private Reply published(HttpExchange exchange, String mediaType, Supplier<Map<String, Object>> document) {
        ApiCaller caller = ApiCaller.of(exchange, this, authenticator);
        boolean mayRead = caller.account().isPresent() || (caller.isAnonymous() && discoveryIsOpen);
        if (!mayRead || !exchange.getRequestMethod().equals("GET")) {
            return caller.forbidden(exchange);
        }
        if (!ApiCaller.accepts(exchange, mediaType)) {
            return ApiCaller.notAcceptable(mediaType);
        }
        return Reply.text(200, mediaType, JSONObjectUtils.toJSONString(document.get()))
                .with("Cache-Control", "public, max-age=3600");
    }

    private static String uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
    }
}
