package io.sallyport.simulated.google;

import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.ClusterAuthority;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import io.sallyport.simulated.ServerCertificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The part of Cloud KMS that signs, encrypts and decrypts: versions of asymmetric keys, and symmetric keys, over TLS on loopback, with a certificate authority of its
 * own. Any access token will do unless it is told which: who may use which key is not simulated.
 */
public final class SimulatedKms implements AutoCloseable {
    private final Map<String, KmsVersion> versions = new ConcurrentHashMap<>();
    private final Map<String, KmsSymmetricKey> symmetric = new ConcurrentHashMap<>();
    private final KmsBehaviour behaviour = new KmsBehaviour();
    private final AtomicInteger signatures = new AtomicInteger();
    private final AtomicInteger publicKeys = new AtomicInteger();
    private final AtomicInteger encryptions = new AtomicInteger();
    private final AtomicInteger decryptions = new AtomicInteger();
    private final ClusterAuthority authority = new ClusterAuthority();
    private final Loopback server;
    private volatile Predicate<String> admitted = token -> true;

    private SimulatedKms() {
        ServerCertificate certificate = new ServerCertificate(authority.server(List.of("localhost", "127.0.0.1")));
        KmsEndpoint signing = new KmsEndpoint(this::find, token -> admitted.test(token), this::counted);
        KmsCipherEndpoint encrypting = new KmsCipherEndpoint(
                name -> Optional.ofNullable(symmetric.get(name)), token -> admitted.test(token), this::countedCipher);
        this.server = Loopback.startTls(
                certificate.context(),
                Map.of(
                        "/v1/",
                        exchange -> KmsCipherEndpoint.isMeant(exchange)
                                ? encrypting.answer(exchange)
                                : signing.answer(exchange)));
    }

    public static SimulatedKms start() {
        return new SimulatedKms();
    }

    /** Without a path; {@code https://cloudkms.googleapis.com}. */
    public String origin() {
        return "https://localhost:" + server.port();
    }

    /** The certificate authority of its certificate, in PEM. */
    public String caCertificate() {
        return authority.pem();
    }

    /**
     * Creates a key version, enabled, with a new key pair.
     *
     * @param name {@code projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/N}
     * @param algorithm of the enum {@code CryptoKeyVersionAlgorithm}: such as {@code EC_SIGN_P256_SHA256} or
     *     {@code RSA_SIGN_PKCS1_2048_SHA256}
     */
    public void createVersion(String name, String algorithm) {
        versions.put(name, KmsVersion.create(name, algorithm));
    }

    /**
     * Creates a symmetric key, which encrypts and decrypts.
     *
     * @param name {@code projects/…/locations/…/keyRings/…/cryptoKeys/…}
     */
    public void createKey(String name) {
        symmetric.put(name, KmsSymmetricKey.create(name));
    }

    /** Signs no more, and shows no public key, until it is enabled again. */
    public void disable(String name) {
        versions.computeIfPresent(name, (same, version) -> version.enabled(false));
    }

    public void enable(String name) {
        versions.computeIfPresent(name, (same, version) -> version.enabled(true));
    }

    /** Answers those alone who have such an access token. */
    public void admitOnly(Predicate<String> accessTokens) {
        admitted = accessTokens;
    }

    /** What it does, at every path. */
    public KmsBehaviour behaviour() {
        return behaviour;
    }

    /** How often {@code asymmetricSign} was called, answered or not. */
    public int signatures() {
        return signatures.get();
    }

    /** How often {@code getPublicKey} was called, answered or not. */
    public int publicKeys() {
        return publicKeys.get();
    }

    /** How often {@code encrypt} was called, answered or not. */
    public int encryptions() {
        return encryptions.get();
    }

    /** How often {@code decrypt} was called, answered or not. */
    public int decryptions() {
        return decryptions.get();
    }

    @Override
    public void close() {
        behaviour.release();
        server.close();
    }

    private Optional<KmsVersion> find(String name) {
        return Optional.ofNullable(versions.get(name));
    }

    private Reply counted(HttpExchange exchange, Reply usual) {
        (exchange.getRequestMethod().equals("POST") ? signatures : publicKeys).incrementAndGet();
        return behaviour.applyTo(usual);
    }

    private Reply countedCipher(HttpExchange exchange, Reply usual) {
        (exchange.getRequestURI().getPath().endsWith(":encrypt") ? encryptions : decryptions).incrementAndGet();
        return behaviour.applyTo(usual);
    }
}
