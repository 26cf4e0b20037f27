package io.sallyport.simulated.google;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.ClusterAuthority;
import io.sallyport.simulated.KeyPool;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.RotatingKeys;
import io.sallyport.simulated.ServerCertificate;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/**
 * The part of Google Cloud that workloads prove themselves with: it issues ID tokens and signs service accounts' JWTs
 * with its own keys, and publishes them, over HTTP or TLS on loopback.
 */
public final class SimulatedGoogle implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final InstantSource clock;
    private final KeyPool pool = new KeyPool();
    private final RotatingKeys idTokenKeys = new RotatingKeys(pool);
    private final Map<String, SimulatedServiceAccount> accounts = new ConcurrentHashMap<>();
    private final Map<String, Integer> lives = new ConcurrentHashMap<>();
    private final List<MetadataServer> metadataServers = new CopyOnWriteArrayList<>();
    private final Behaviour behaviour = new Behaviour();
    private final KeyEndpoint oauth2Certs = new KeyEndpoint(
            "/oauth2/v3/certs", rest -> rest.isEmpty() ? Optional.of(idTokenKeys.jwks()) : Optional.empty(), behaviour);
    private final KeyEndpoint serviceAccountCerts = new KeyEndpoint(
            "/service_accounts/v1/metadata/x509/",
            email -> Optional.ofNullable(accounts.get(email)).map(SimulatedServiceAccount::certificates),
            behaviour);
    private final Optional<ClusterAuthority> authority;
    private final Optional<ServerCertificate> certificate;
    private final Loopback server;

    private SimulatedGoogle(InstantSource clock, Optional<ClusterAuthority> authority) {
        this.clock = clock;
        this.authority = authority;
        Map<String, Loopback.Endpoint> endpoints = Map.of(
                oauth2Certs.path(),
                oauth2Certs,
                serviceAccountCerts.path(),
                serviceAccountCerts,
                SignJwtEndpoint.PATH,
                new SignJwtEndpoint(this::find, clock));
        this.certificate =
                authority.map(signer -> new ServerCertificate(signer.server(List.of("localhost", "127.0.0.1"))));
        this.server = certificate
                .map(shown -> Loopback.startTls(shown.context(), endpoints))
                .orElseGet(() -> Loopback.start(endpoints));
    }

    /** @param clock of tokens and certificates; keys are made when they are first needed */
    public static SimulatedGoogle start(InstantSource clock) {
        return new SimulatedGoogle(clock, Optional.empty());
    }

    /** Starts it over TLS, as the real one is reached. */
    public static SimulatedGoogle startTls(InstantSource clock) {
        return new SimulatedGoogle(clock, Optional.of(new ClusterAuthority()));
    }

    /**
     * The certificate authority of its certificate, in PEM.
     *
     * @throws IllegalStateException if it does not speak TLS
     */
    public String caCertificate() {
        return authority
                .orElseThrow(() -> new IllegalStateException("there is no certificate without TLS"))
                .pem();
    }

    /**
     * TLS with its certificate for {@code localhost}, for other servers that stand for Google's.
     *
     * @throws IllegalStateException if it does not speak TLS
     */
    public SSLContext serverContext() {
        return certificate
                .orElseThrow(() -> new IllegalStateException("there is no certificate without TLS"))
                .context();
    }

    /** The keys of ID tokens, as a JWK set; {@code https://www.googleapis.com/oauth2/v3/certs}. */
    public URI oauth2Certs() {
        return uri(oauth2Certs.path());
    }

    /** Append a service account's address; {@code https://www.googleapis.com/service_accounts/v1/metadata/x509/}. */
    public URI serviceAccountCerts() {
        return uri(serviceAccountCerts.path());
    }

    /** What is asked in place of the addresses of keys that Google publishes. */
    public Map<URI, URI> replacedAddresses() {
        return Map.of(
                URI.create("https://www.googleapis.com/oauth2/v3/certs"),
                oauth2Certs(),
                URI.create("https://www.googleapis.com/service_accounts/v1/metadata/x509/"),
                serviceAccountCerts());
    }

    /** Without a path; {@code https://iamcredentials.googleapis.com}. */
    public URI iamCredentials() {
        return uri("");
    }

    private URI uri(String path) {
        return authority.isPresent() ? URI.create("https://localhost:" + server.port() + path) : server.uri(path);
    }

    /** How often {@link #oauth2Certs} was asked for, answered or not. */
    public int certsRequests() {
        return oauth2Certs.requests();
    }

    /** How often the certificates of any service account were asked for, answered or not. */
    public int serviceAccountCertsRequests() {
        return serviceAccountCerts.requests();
    }

    /** What the two key endpoints do. */
    public Behaviour behaviour() {
        return behaviour;
    }

    /** The account of this address, created at the first call. */
    public SimulatedServiceAccount serviceAccount(String email) {
        return accounts.computeIfAbsent(email, this::create);
    }

    /** Deletes the account of this address, with its keys, and creates another of the same name. */
    public SimulatedServiceAccount recreateServiceAccount(String email) {
        SimulatedServiceAccount recreated = create(email);
        accounts.put(email, recreated);
        return recreated;
    }

    /** A VM's own metadata server; closed with this at the latest. */
    public MetadataServer metadataServer(SimulatedServiceAccount account, Instance instance) {
        return open(new MetadataEndpoint(
                account,
                audience -> signIdToken(standardClaims(account, audience).build()),
                audience ->
                        signIdToken(idTokenClaims(account, instance, audience).build())));
    }

    /** The metadata server of a workload on Cloud Run, which has no Compute Engine instance to tell of. */
    public MetadataServer metadataServer(SimulatedServiceAccount account) {
        return open(new MetadataEndpoint(
                account,
                audience -> signIdToken(standardClaims(account, audience).build()),
                audience -> signIdToken(idTokenClaims(account, audience).build())));
    }

    /** Signs ID tokens with a new key from now on; that before it stays published, and any older one does not. */
    public void rotateIdTokenKeys() {
        idTokenKeys.rotate();
    }

    /** Publishes the current key alone. */
    public void withdrawOldIdTokenKeys() {
        idTokenKeys.withdrawOld();
    }

    /** The key pair that signs ID tokens now. */
    public RSAKey idTokenKey() {
        return idTokenKeys.current().key();
    }

    /** The claims that a VM gets with {@code format=full}: the documentation of Compute Engine, "Verify VM identity". */
    public JWTClaimsSet.Builder idTokenClaims(SimulatedServiceAccount account, Instance instance, String audience) {
        Map<String, Object> computeEngine = new LinkedHashMap<>();
        computeEngine.put("instance_creation_timestamp", instance.created().getEpochSecond());
        computeEngine.put("instance_id", instance.id());
        computeEngine.put("instance_name", instance.name());
        computeEngine.put("project_id", instance.projectId());
        computeEngine.put("project_number", instance.projectNumber());
        computeEngine.put("zone", instance.zone());
        return idTokenClaims(account, audience).claim("google", Map.of("compute_engine", computeEngine));
    }

    /** The claims that a workload without an instance gets with {@code format=full}. */
    public JWTClaimsSet.Builder idTokenClaims(SimulatedServiceAccount account, String audience) {
        return standardClaims(account, audience).claim("email", account.email()).claim("email_verified", true);
    }

    /** With the current ID token key. */
    public String signIdToken(JWTClaimsSet claims) {
        return idTokenKeys.current().sign(claims.toString());
    }

    /** With the current ID token key, both texts as they are; {@code KID} in the header becomes the key's id. */
    public String signIdToken(String headerJson, String payloadJson) {
        return idTokenKeys.current().sign(headerJson, payloadJson);
    }

    @Override
    public void close() {
        behaviour.release();
        metadataServers.forEach(MetadataServer::close);
        server.close();
        pool.close();
    }

    private JWTClaimsSet.Builder standardClaims(SimulatedServiceAccount account, String audience) {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .audience(audience)
                .claim("azp", account.uniqueId())
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .issueTime(Date.from(now))
                .issuer("https://accounts.google.com")
                .subject(account.uniqueId());
    }

    private SimulatedServiceAccount create(String email) {
        return new SimulatedServiceAccount(email, lives.merge(email, 1, Integer::sum), clock, pool);
    }

    /** By address or unique id. */
    public Optional<SimulatedServiceAccount> find(String emailOrUniqueId) {
        return accounts.values().stream()
                .filter(account -> account.email().equals(emailOrUniqueId)
                        || account.uniqueId().equals(emailOrUniqueId))
                .findFirst();
    }

    private MetadataServer open(MetadataEndpoint endpoint) {
        MetadataServer started = MetadataServer.start(endpoint);
        metadataServers.add(started);
        return started;
    }
}
